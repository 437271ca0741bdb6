/**
 * A log line as a flat record: `timestamp`, `level` and `message` first, then every annotation under its own name,
 * which log shippers index without configuration. No value contains a known secret.
 */
import { Array as Arr, Cause, Formatter, Logger } from "effect"
import { escapeControls } from "./SafeText.ts"
import { redact } from "./Secrets.ts"
import { isExported } from "./Traces.ts"

export type Level = "trace" | "debug" | "info" | "warn" | "error" | "fatal"

export interface LogLine {
  /** ISO 8601, in UTC. */
  readonly timestamp: string
  readonly level: Level
  readonly message: string
  /** The annotations; `trace_id` and `span_id` of an exported span; `stack` if an error was logged. */
  readonly fields: Readonly<Record<string, unknown>>
}

const levels = {
  All: "trace",
  None: "fatal",
  Trace: "trace",
  Debug: "debug",
  Info: "info",
  Warn: "warn",
  Error: "error",
  Fatal: "fatal"
} as const

export const lineOf = (options: Logger.Options<unknown>): LogLine => {
  const { cause, date, fiber, logLevel, message } = options
  const parts = Arr.ensure(message)
  const errors = [...parts.filter((part) => part instanceof Error), ...Cause.prettyErrors(cause)]
  const texts = [...parts.map(textOf), ...(parts.length === 0 ? errors.map(textOf) : [])]
  const { annotations } = Logger.formatStructured.log(options)
  const stack = errors.length === 0 ? {} : { stack: errors.map((error) => stackOf(error)).join("\n") }
  const { span } = fiber.cache
  const trace = span !== undefined && isExported(span) ? { trace_id: span.traceId, span_id: span.spanId } : {}
  return {
    timestamp: date.toISOString(),
    level: levels[logLevel],
    message: redact(texts.join(": ")),
    fields: redacted({ ...annotations, ...trace, ...stack })
  }
}

/** Writes one JSON object. An annotation never replaces a field that every line has. */
export const toJson = ({ fields, ...line }: LogLine): string =>
  escapeControls(JSON.stringify({ ...line, ...fields, ...line }))

const textOf = (part: unknown): string => {
  if (typeof part === "string") return part
  return part instanceof Error ? part.message : Formatter.formatJson(part)
}

/** Returns the stack with those of its causes, innermost last. */
const stackOf = (error: Error, depth = 0): string => {
  const { cause, stack = String(error) } = error
  return cause instanceof Error && depth < maxDepth ? `${stack}\ncaused by ${stackOf(cause, depth + 1)}` : stack
}

/** A limit, because an error may be its own cause. */
const maxDepth = 8

/** Redacts each value alone: a secret cut out of the whole text could take its quotes with it. */
const redacted = (fields: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(Formatter.formatJson(fields), (_, value: unknown) => (typeof value === "string" ? redact(value) : value))
