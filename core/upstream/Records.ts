/**
 * The records of one answer, as they arrive, in batches of at most a thousand. An answer that is not what the entity
 * declares fails with what was expected, where, and how the answer begins; numbers keep every digit (`ExactNumbers.ts`).
 */
import { Array as Arr, Channel, Effect } from "effect"
import { Csv, JsonArray, Ndjson, type Xml } from "effect/encoding"
import type { Entity } from "../config/Entity.ts"
import { follow, tokensOf } from "../config/Pointer.ts"
import { exactNumbers } from "./ExactNumbers.ts"
import type { Answer } from "./Exchange.ts"
import { failure, quote } from "./Failure.ts"
import { type Batch, type SourceRecord, UpstreamError } from "./Source.ts"
import { pathOf, recordOf, rootOf, xmlElements } from "./XmlRecords.ts"

type Declared = Pick<Entity, "format" | "records">

const batchSize = 1_000

const expected = ({ format, records }: Declared): string => {
  switch (format) {
    case "json":
      return `JSON with an array at ${records === "" ? "its root" : records}`
    case "ndjson":
      return "one JSON value a line"
    case "xml":
      return `XML with elements at ${records}`
    case "csv":
      return "CSV with a header line"
  }
}

type DecodeError = JsonArray.JsonArrayError | Ndjson.NdjsonError | Xml.XmlError | Csv.CsvError

/** What the decoder says, with the place it names in its own way. */
const complaint = (error: DecodeError): string => {
  switch (error._tag) {
    case "JsonArrayError":
      return `${error.message} near character ${error.offset ?? 0}`
    case "NdjsonError":
      return error.unterminated ? "the last line is cut off" : "a line is not JSON"
    case "XmlError":
      return error.message
    case "CsvError":
      return `${error.message} at line ${error.line}`
  }
}

const notAs = (declared: Declared, answer: Answer, what: string, cause?: unknown): UpstreamError =>
  failure(
    answer.subject,
    "Format",
    `expected ${expected(declared)}; ${answer.subject.redact(what)}; the answer begins ${quote(answer.subject, answer.head)}`,
    { status: answer.status, cause }
  )

/** What the first bytes already give away. */
const mismatch = (declared: Declared, { head, headers }: Answer): string | undefined => {
  const root = rootOf(head)
  const says = headers["content-type"] ?? ""
  if (root?.toLowerCase() === "html" || (says.startsWith("text/html") && /^\s*</.test(head))) {
    return "the answer is an HTML page: a proxy or a restart"
  }
  if (declared.format !== "xml") return undefined
  const [wanted = "*"] = pathOf(declared.records)
  return wanted === "*" || root === undefined || root === wanted ? undefined : `the root is <${root}>`
}

/** Throws for a charset that Node does not know. */
const charsetOf = ({ headers, head }: Answer): string =>
  new TextDecoder(
    (/charset=["']?([\w-]+)/i.exec(headers["content-type"] ?? "") ??
      /^\s*<\?xml[^>]*encoding=["']([\w-]+)/.exec(head))?.[1] ?? "utf-8"
  ).encoding

/** What is not an object becomes one, so that its column can say `from: value` and a stray one is a reject. */
const asRecord = (value: unknown): SourceRecord =>
  // The guard is the proof that a string index is sound.
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as SourceRecord) : { value }

type Decoder<E> = Channel.Channel<
  Batch,
  E | UpstreamError,
  void,
  Arr.NonEmptyReadonlyArray<string>,
  UpstreamError,
  void
>

const decoder = ({ format, records }: Declared): Decoder<DecodeError> => {
  switch (format) {
    case "json":
      return exactNumbers<UpstreamError, void>().pipe(
        Channel.pipeTo(JsonArray.decodeString<UpstreamError, void>({ pointer: records })),
        Channel.map(Arr.map(asRecord))
      )
    case "ndjson":
      return exactNumbers<UpstreamError, void>().pipe(
        Channel.pipeTo(Ndjson.decodeString<UpstreamError, void>({ ignoreEmptyLines: true })),
        Channel.map(Arr.map(asRecord))
      )
    case "xml":
      return Channel.map(xmlElements(pathOf(records)), Arr.map(recordOf))
    case "csv":
      return Csv.decodeString<UpstreamError, void>({ headers: true, ignoreEmptyLines: true })
  }
}

const textOf = (answer: Answer): Channel.Channel<Arr.NonEmptyReadonlyArray<string>, UpstreamError, void> =>
  Channel.pipeTo(answer.body, Channel.decodeText<UpstreamError, void>(charsetOf(answer)))

/** Declarations and charsets that no decoder takes throw when it is made. */
const attempt = <A>(declared: Declared, answer: Answer, make: () => A): Effect.Effect<A, UpstreamError> =>
  Effect.try({ try: make, catch: (cause) => notAs(declared, answer, String(cause), cause) })

export const records = (declared: Declared, answer: Answer): Channel.Channel<Batch, UpstreamError, void> => {
  const wrong = mismatch(declared, answer)
  if (wrong !== undefined) return Channel.fail(notAs(declared, answer, wrong))
  return Channel.unwrap(
    attempt(declared, answer, () =>
      textOf(answer).pipe(
        Channel.pipeTo(decoder(declared)),
        Channel.map(Arr.chunksOf(batchSize)),
        Channel.flattenArray,
        Channel.mapError((error) =>
          error instanceof UpstreamError ? error : notAs(declared, answer, complaint(error), error)
        )
      )
    )
  )
}

/** A page as one JSON document: its records, and a value beside them. Holds the page, so only for reads in pages. */
export const document = Effect.fnUntraced(function* (
  declared: Declared,
  answer: Answer,
  beside: ReadonlyArray<string>
) {
  const wrong = mismatch(declared, answer)
  if (wrong !== undefined) return yield* notAs(declared, answer, wrong)
  const chunks = yield* attempt(declared, answer, () =>
    Channel.pipeTo(textOf(answer), exactNumbers<UpstreamError, void>())
  )
  const json = yield* Channel.runFold(
    chunks,
    () => "",
    (text, more) => text + more.join("")
  )
  const parsed: unknown = yield* attempt(declared, answer, () => JSON.parse(json))
  const list = follow(parsed, tokensOf(declared.records) ?? [])
  if (!Array.isArray(list)) return yield* notAs(declared, answer, "there is no array")
  return { batches: Arr.chunksOf(list.map(asRecord), batchSize), value: follow(parsed, beside) }
})
