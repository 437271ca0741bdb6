/**
 * The records of one answer, as they arrive, in batches of at most a thousand. If an answer is not what the entity
 * declares, the failure says what was expected, where, and how the answer begins. Numbers keep every digit
 * (`ExactNumbers.ts`).
 */
import { Array as Arr, Channel, Effect } from "effect"
import { JsonArray, Ndjson, type Xml } from "effect/encoding"
import type { Entity } from "../../config/Entity.ts"
import { follow, tokensOf } from "../../config/Pointer.ts"
import { foreignText, mapTexts as inTexts, type Reason, reason } from "../../reason/Reason.ts"
import type { Answer } from "../exchange/Exchange.ts"
import { excerptOf, failure } from "../exchange/Failure.ts"
import { longRecord, type MemoryLimitExceeded } from "../exchange/MemoryLimits.ts"
import { type Batch, UpstreamError } from "../Source.ts"
import { type InvalidBytes, pairs, surrogates, surrogatesOf, textOf } from "./Charset.ts"
import { type CsvHeader, csvRecords } from "./CsvRecords.ts"
import type { CsvFault } from "./CsvRows.ts"
import { ambiguity } from "./DoubledNames.ts"
import { besideOf, EnvelopeReader } from "./Envelope.ts"
import { exactNumbers, type MarkOptions, NumberRewriter } from "./ExactNumbers.ts"
import { asRecord, type JsonObject } from "./Json.ts"
import { PassedRecords } from "./PassedRecords.ts"
import { placesDecoder } from "./PlacesDecoder.ts"
import { isNamed, recordOf } from "./XmlElement.ts"
import { XmlEnvelope } from "./XmlEnvelope.ts"
import { mapTexts, maxXmlDepth, pathOf, rootOf, xmlElements } from "./XmlRecords.ts"

export type RecordFormat = Pick<Entity, "format" | "records" | "places" | "separator" | "csv" | "prefixed" | "single"> &
  Partial<Pick<Entity, "columns">>

/** Facts about the body of an answer, apart from its records. */
export interface BodyFacts {
  /** The document without its records; absent if there is nothing else. */
  readonly envelope?: JsonObject
  /** The name of the XML root; an XML list may contain only its records. */
  readonly root?: string
  /** The place for records is missing: it holds null instead of an array, or nothing. */
  readonly absent?: "null" | "nothing"
  /** The CSV has no header. */
  readonly blank?: true
  /** Why the document without its records may mean two things. */
  readonly ambiguous?: Reason
}

const batchSize = 1_000

const expected = ({ format, places, records, single }: RecordFormat): Reason => {
  switch (format) {
    case "json":
      if (single === true) return reason("answer.jsonOne", { pointer: JSON.stringify(records) })
      if (places !== undefined) return reason("answer.jsonPlaces", { pointers: records })
      return records === "" ? reason("answer.jsonRoot") : reason("answer.json", { pointer: records })
    case "ndjson":
      return reason("answer.ndjson")
    case "xml":
      return reason("answer.xml", { path: records })
    case "csv":
      return reason("answer.csv")
  }
}

type DecodeError = JsonArray.JsonArrayError | Ndjson.NdjsonError | Xml.XmlError | CsvFault | MemoryLimitExceeded

/** The messages of the JSON decoder, which has no codes for them. The first group is what a message quotes. */
const faults: ReadonlyArray<readonly [says: RegExp, fault: (quoted: string) => Reason]> = [
  [/^Unexpected end of input$/, () => reason("answer.jsonEnds")],
  [/^Invalid JSON value$/, () => reason("answer.jsonInvalid")],
  [/^Unexpected content after the document$/, () => reason("answer.jsonMore")],
  [/^Unexpected character (.*)$/s, (character) => reason("answer.jsonCharacter", { character })],
  [/^Expected an array at (.*)$/s, (pointer) => reason("answer.jsonNoArray", { pointer })],
  [/^Expected an object or array at (.*)$/s, (pointer) => reason("answer.jsonNoObject", { pointer })],
  [/^No value at (.*)$/s, (pointer) => reason("answer.noValue", { pointer })],
  [/^Duplicate key (.*) along the pointer$/s, (name) => reason("answer.jsonTwice", { name })]
]

const faultOf = (message: string): Reason => {
  for (const [says, fault] of faults) {
    const found = says.exec(message)
    if (found !== null) return fault(found[1] ?? "")
  }
  return foreignText(message)
}

/** The decoder's message, with the position in its own notation. */
const complaint = (error: DecodeError, most: number): Reason => {
  switch (error._tag) {
    case "TooMuch":
    case "CsvFault":
      return error.reason
    case "JsonArrayError":
      if (error.kind === "Limit") return longRecord(most)
      return reason("answer.nearCharacter", { what: faultOf(error.message), offset: error.offset ?? 0 })
    case "NdjsonError":
      return error.unterminated ? reason("answer.cutLine") : reason("answer.noJsonLine")
    case "XmlError":
      if (error.kind !== "Limit") return reason("answer.xmlInvalid", { what: foreignText(error.message) })
      return /maxDepth/.test(error.message)
        ? reason("answer.deepXml", { limit: maxXmlDepth, line: error.line ?? 0, column: error.column ?? 0 })
        : longRecord(most)
  }
}

/** The failure for an answer that is not what was declared. */
export const notAs = (declared: RecordFormat, answer: Answer, found: Reason, cause?: unknown): UpstreamError =>
  failure(
    answer.subject,
    "Format",
    reason("request.unexpected", {
      expected: expected(declared),
      found: inTexts(found, answer.subject.redact),
      begins: excerptOf(answer.subject, answer.head)
    }),
    { status: answer.status, cause }
  )

/** A mismatch that the first bytes already show. */
const mismatch = (declared: RecordFormat, { charset, head, headers }: Answer): Reason | undefined => {
  if (charset.fault !== undefined) return charset.fault
  const root = rootOf(head)
  const says = headers["content-type"] ?? ""
  if (root?.toLowerCase() === "html" || (says.startsWith("text/html") && /^\s*</.test(head))) {
    return reason("answer.page")
  }
  if (declared.format !== "xml") return undefined
  const [wanted = "*"] = pathOf(declared.records)
  return root === undefined || isNamed(wanted, root) ? undefined : reason("answer.root", { element: `<${root}>` })
}

type Texts = Arr.NonEmptyReadonlyArray<string>

type Decoder<E> = Channel.Channel<Batch, E | UpstreamError, BodyFacts, Texts, UpstreamError, void>

/** The limit for the depth of a value is checked where the value is stored. */
const jsonDecoder = (
  records: string,
  reading: ReadSettings
): Decoder<JsonArray.JsonArrayError | MemoryLimitExceeded> => {
  const passed = new PassedRecords()
  const rewriting = { ...reading, passed }
  const reader = records === "" ? undefined : new EnvelopeReader(tokensOf(records) ?? [], rewriting)
  const limits = { maxDepth: Number.MAX_SAFE_INTEGER, maxElementSize: reading.most }
  return exactNumbers<UpstreamError, void>(() => reader ?? new NumberRewriter({ ...rewriting, parts: "array" })).pipe(
    Channel.pipeTo(JsonArray.decodeString<UpstreamError | MemoryLimitExceeded, void>({ pointer: records, ...limits })),
    Channel.map(Arr.map((value) => passed.ambiguous(value) ?? asRecord(value))),
    Channel.mapDone((): BodyFacts => reader?.envelope() ?? {})
  )
}

/** Removes byte order marks at the beginning of lines, which concatenated files have. */
const withoutMarks = (): Channel.Channel<Texts, UpstreamError, void, Texts, UpstreamError, void> => {
  let isBegin = true
  const strip = (text: string): string => {
    if (text === "") return text
    const begins = isBegin && text.startsWith("\uFEFF") ? text.slice(1) : text
    isBegin = text.endsWith("\n") || text.endsWith("\r")
    return begins.includes("\uFEFF") ? begins.replaceAll(/(?<=[\r\n])\uFEFF/g, "") : begins
  }
  return Channel.map(Channel.identity<Texts, UpstreamError, void>(), Arr.map(strip))
}

/** How an answer is read; `header` is shared by the pages of one read. */
interface ReadSettings extends MarkOptions {
  readonly header?: CsvHeader
  /** See `Limits.maxHeld`. */
  readonly most: number
}

const decoder = (
  { columns, csv, format, places, prefixed, records, separator }: RecordFormat,
  reading: ReadSettings,
  broken: InvalidBytes,
  answer: Answer
): Decoder<DecodeError> => {
  switch (format) {
    case "json":
      return places === undefined ? jsonDecoder(records, reading) : placesDecoder(places, columns, reading)
    case "ndjson": {
      const passed = new PassedRecords()
      return withoutMarks().pipe(
        Channel.pipeTo(
          exactNumbers<UpstreamError, void>(() => new NumberRewriter({ ...reading, passed, parts: "lines" }))
        ),
        Channel.pipeTo(Ndjson.decodeString<UpstreamError | MemoryLimitExceeded, void>({ ignoreEmptyLines: true })),
        Channel.map(Arr.map((value) => passed.ambiguous(value) ?? asRecord(value))),
        Channel.mapDone((): BodyFacts => ({}))
      )
    }
    case "xml": {
      const path = pathOf(records)
      const names = new Set(prefixed)
      const xmlEnvelope = new XmlEnvelope(path, names)
      return xmlElements(path, xmlEnvelope, reading.most).pipe(
        Channel.map(Arr.map((element) => recordOf(element, names))),
        Channel.map((batch) => (broken.found ? Arr.map(batch, (record) => mapTexts(record, surrogatesOf)) : batch)),
        Channel.mapDone(
          (): BodyFacts => ({
            ...(xmlEnvelope.envelope === undefined ? {} : { envelope: xmlEnvelope.envelope }),
            ...(xmlEnvelope.root === undefined ? {} : { root: xmlEnvelope.root }),
            ...(xmlEnvelope.hasPlace ? {} : { absent: "nothing" })
          })
        )
      )
    }
    case "csv":
      return Channel.mapDone(
        csvRecords({ header: reading.header ?? {}, most: reading.most, answer, separator, columns, form: csv }),
        (blank): BodyFacts => (blank ? { blank } : {})
      )
  }
}

/** Whether the array's place holds null or nothing, in a document that the head shows in full. */
const absence = ({ records }: RecordFormat, { head }: Answer): BodyFacts | undefined => {
  const { ambiguous, envelope } = besideOf(head)
  // A second list, or null, may stand at the same place.
  if (envelope === undefined || ambiguous !== undefined) return undefined
  const found = follow(envelope, tokensOf(records) ?? [])
  if (found === null) return { envelope, absent: "null" }
  return found === undefined ? { envelope, absent: "nothing" } : undefined
}

/** Making a decoder throws for declarations that none supports. */
const attempt = <A>(declared: RecordFormat, answer: Answer, make: () => A): Effect.Effect<A, UpstreamError> =>
  Effect.try({ try: make, catch: (cause) => notAs(declared, answer, foreignText(String(cause)), cause) })

export const records = (declared: RecordFormat, answer: Answer): Channel.Channel<Batch, UpstreamError, BodyFacts> =>
  Channel.mapDoneEffect(recordsOrNone(declared, answer), (body) =>
    body.absent === undefined || body.root !== undefined
      ? Effect.succeed(body)
      : Effect.fail(withoutRecords(declared, answer))
  )

/** The failure for an answer that has no place for records, such as an error envelope. */
export const withoutRecords = (declared: RecordFormat, answer: Answer): UpstreamError =>
  notAs(declared, answer, reason("answer.noValue", { pointer: JSON.stringify(declared.records) }))

/** The same, for callers that know what a missing array means. */
export const recordsOrNone = (
  declared: RecordFormat,
  answer: Answer,
  reading: Omit<ReadSettings, "most"> = {}
): Channel.Channel<Batch, UpstreamError, BodyFacts> => {
  const most = answer.maxHeld
  const wrong = mismatch(declared, answer)
  if (wrong !== undefined) return Channel.fail(notAs(declared, answer, wrong))
  return Channel.unwrap(
    attempt(declared, answer, () => {
      const broken = declared.format === "xml" ? pairs() : surrogates()
      return textOf(answer, broken).pipe(
        Channel.pipeTo(decoder(declared, { ...reading, most }, broken, answer)),
        Channel.map(Arr.chunksOf(batchSize)),
        Channel.flattenArray,
        Channel.catch((error) => {
          if (error instanceof UpstreamError) return Channel.fail(error)
          const missing =
            error._tag === "JsonArrayError" && error.kind === "Pointer" ? absence(declared, answer) : undefined
          return missing === undefined
            ? Channel.fail(notAs(declared, answer, complaint(error, most), error))
            : Channel.end(missing)
        })
      )
    })
  )
}

/** The whole answer; in JSON, numbers keep their digits. */
export const exactText = Effect.fnUntraced(function* (answer: Answer, { marks }: MarkOptions = {}) {
  const declared = { format: "json", records: "" } as const
  if (answer.charset.fault !== undefined) return yield* notAs(declared, answer, answer.charset.fault)
  const chunks = yield* attempt(declared, answer, () =>
    Channel.pipeTo(
      textOf(answer),
      exactNumbers<UpstreamError, void>(() => new NumberRewriter({ marks, most: answer.maxHeld }))
    )
  )
  const texts = yield* Channel.runCollect(chunks).pipe(
    Effect.catchTag("TooMuch", ({ reason: why }) => Effect.fail(notAs(declared, answer, why)))
  )
  return texts.flat().join("")
})

/**
 * A page as one JSON document: its records, and a value beside them. Holds the page in memory, so it is only for reads
 * in pages.
 */
export const document = Effect.fnUntraced(function* (
  declared: RecordFormat,
  answer: Answer,
  beside: ReadonlyArray<string>
) {
  const wrong = mismatch(declared, answer)
  if (wrong !== undefined) return yield* notAs(declared, answer, wrong)
  const json = yield* exactText(answer)
  const parsed: unknown = yield* attempt(declared, answer, () => JSON.parse(json))
  const ambiguous = ambiguity(json, parsed)
  if (ambiguous !== undefined) return yield* notAs(declared, answer, ambiguous)
  const list = follow(parsed, tokensOf(declared.records) ?? [])
  if (!Array.isArray(list)) return yield* notAs(declared, answer, reason("answer.noArray"))
  return { batches: Arr.chunksOf(list.map(asRecord), batchSize), value: follow(parsed, beside) }
})
