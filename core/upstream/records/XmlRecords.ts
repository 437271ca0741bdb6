/** The records of an XML document, which are the elements at a path, read while it arrives. */
import { Array as Arr, Channel, Effect } from "effect"
import { Xml } from "effect/encoding"
import {
  MemoryLimitExceeded,
  manyValues,
  memoryLimits,
  PrologGauge,
  TagGauge,
  withGauge
} from "../exchange/MemoryLimits.ts"
import type { SourceRecord, UpstreamError } from "../Source.ts"
import type { XmlEnvelope } from "./XmlEnvelope.ts"

/** Returns the record with changed texts. */
export const mapTexts = (record: SourceRecord, change: (text: string) => string): SourceRecord => {
  const changed = (value: unknown): unknown => {
    if (typeof value === "string") return change(value)
    if (Array.isArray(value)) return value.map(changed)
    return isRecord(value) ? mapTexts(value, change) : value
  }
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [change(name), changed(value)]))
}

// The condition proves that a string index is sound.
const isRecord = (value: unknown): value is SourceRecord => typeof value === "object" && value !== null

/** `employee` means the children of any root, `employees/employee` those of that root; a slash may come first. */
export const pathOf = (records: string): ReadonlyArray<string> => {
  const names = records.replace(/^\//, "").split("/")
  return names.length === 1 ? ["*", ...names] : names
}

/** The maximum nesting of elements. */
export const maxXmlDepth = 1_024

export const xmlElements = (
  path: ReadonlyArray<string>,
  beside: XmlEnvelope,
  most: number
): Channel.Channel<
  Arr.NonEmptyReadonlyArray<Xml.Element>,
  Xml.XmlError | UpstreamError | MemoryLimitExceeded,
  void,
  Arr.NonEmptyReadonlyArray<string>,
  UpstreamError,
  void
> => {
  const [prolog, tag] = [new PrologGauge(), new TagGauge()]
  return withGauge({ see: (text) => tag.see(text) ?? prolog.see(text) }).pipe(
    Channel.pipeTo(
      Xml.decodeString<UpstreamError | MemoryLimitExceeded, void>({ maxDepth: maxXmlDepth, maxTokenSize: most })
    ),
    Channel.mapEffect((events) => {
      const seen = Arr.map(events, (event) => beside.see(event))
      prolog.ended(beside.root !== undefined || beside.found)
      return beside.values > memoryLimits.values
        ? Effect.fail(new MemoryLimitExceeded({ reason: manyValues(memoryLimits.values) }))
        : Effect.succeed(seen)
    }),
    Channel.pipeTo(
      Xml.elements<UpstreamError | MemoryLimitExceeded | Xml.XmlError, void>(path, { maxElementSize: most })
    )
  )
}

/** Constructs that may precede the root, by their beginning and end. */
const asides = [
  ["<?", "?>"],
  ["<!--", "-->"],
  ["<!DOCTYPE", ">"]
] as const

const blank = /\s*/y
const opening = /<([^\s/>!?]+)/y

/** The name of the root, if the head of the document contains it; a prolog may be longer than the head. */
export const rootOf = (head: string): string | undefined => {
  let at = head.startsWith("\uFEFF") ? 1 : 0
  for (;;) {
    blank.lastIndex = at
    blank.test(head)
    at = blank.lastIndex
    const [begin, end] = asides.find(([one]) => head.slice(at, at + one.length).toUpperCase() === one) ?? []
    if (begin === undefined || end === undefined) break
    const ended = head.indexOf(end, at + begin.length)
    if (ended < 0) return undefined
    at = ended + end.length
  }
  opening.lastIndex = at
  return opening.exec(head)?.[1]
}
