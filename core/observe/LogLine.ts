/**
 * A log line as a flat record: `timestamp`, `level` and `message` first, then every annotation under its own name, which
 * is what shippers index without being told. No value holds a known secret.
 */
import { Array as Arr, Cause, Logger } from "effect"
import { redact } from "./Secrets.ts"

export type Level = "trace" | "debug" | "info" | "warn" | "error" | "fatal"

export interface LogLine {
  /** ISO 8601, in UTC. */
  readonly timestamp: string
  readonly level: Level
  readonly message: string
  /** The annotations, and `stack` when something unexpected was logged. */
  readonly fields: Readonly<Record<string, unknown>>
}

const levels = { Trace: "trace", Debug: "debug", Info: "info", Warn: "warn", Error: "error", Fatal: "fatal" } as const

export const lineOf = (options: Logger.Options<unknown>): LogLine => {
  const { cause, date, logLevel, message } = options
  const parts = Arr.ensure(message)
  const errors = [...parts.filter((part) => part instanceof Error), ...Cause.prettyErrors(cause)]
  const texts = [...parts.map(textOf), ...(parts.length === 0 ? errors.map(textOf) : [])]
  const { annotations } = Logger.formatStructured.log(options)
  const stack = errors.length === 0 ? {} : { stack: errors.map(stackOf).join("\n") }
  return {
    timestamp: date.toISOString(),
    level: levels[logLevel],
    message: redact(texts.join(": ")),
    fields: redacted({ ...annotations, ...stack })
  }
}

/** One JSON object. An annotation never takes the place of what every line has. */
export const toJson = ({ fields, ...line }: LogLine): string => JSON.stringify({ ...line, ...fields, ...line })

const textOf = (part: unknown): string => {
  if (typeof part === "string") return part
  return part instanceof Error ? part.message : (JSON.stringify(part, jsonValue) ?? String(part))
}

/** With the errors it came from, innermost last. */
const stackOf = (error: Error): string =>
  [error.stack ?? String(error), ...(error.cause instanceof Error ? [`caused by ${stackOf(error.cause)}`] : [])].join(
    "\n"
  )

const jsonValue = (_: string, value: unknown): unknown => {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  return typeof value === "string" ? redact(value) : value
}

/** Through JSON, because a secret may stand anywhere inside. */
const redacted = (fields: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(fields, jsonValue))
