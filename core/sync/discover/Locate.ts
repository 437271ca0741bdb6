/** Finds the records in an answer: its format, the place of the list, for CSV how it is written. */
import { Data, Effect } from "effect"
import type { Format } from "../../config/Entity.ts"
import { follow } from "../../config/Pointer.ts"
import type { RawResponse } from "../../upstream/Source.ts"
import { copyCut } from "../map/SourceText.ts"
import { type CsvShape, csvShape } from "./CsvShape.ts"
import { formatOf } from "./DetectFormat.ts"
import {
  arraysIn,
  type FoundArray,
  likeliestArray,
  pointerOf,
  possibleKeyedLists,
  similarArrays,
  titlesOf
} from "./FindArrays.ts"
import { elementsIn } from "./FindElements.ts"
import { envelopeValues, totalName } from "./PageNames.ts"

/** Why nothing can be proposed, and what to type instead. `status`: of the answer, if it was an error. */
export class Undiscovered extends Data.TaggedError("Undiscovered")<{
  readonly message: string
  readonly arrays?: ReadonlyArray<FoundArray>
  readonly status?: number | undefined
}> {}

/** A question, with the likeliest answer first. */
export interface Question {
  readonly text: string
  readonly choices: ReadonlyArray<string>
}

export interface RecordLocation {
  readonly format: Format
  /** Several places are read as one list. */
  readonly records: string | ReadonlyArray<string>
  /** The number of records there; absent if it is not known yet. */
  readonly count?: number
  readonly shape: CsvShape
  /** Present if the records are rows: the titles of their cells, as far as they are known. */
  readonly titles?: ReadonlyArray<string> | undefined
  /** The whole answer, if it is one JSON document. */
  readonly answer?: unknown
  /** Objects of that answer that may be lists, by the pointers to their values. */
  readonly keyed?: ReadonlyArray<string>
}

export interface LocateOptions {
  readonly request: { readonly path: string }
  readonly usual: { readonly format: Format; readonly records: string }
  readonly given: { readonly format: Format | undefined; readonly records: string | undefined }
  readonly choose: (question: Question) => Effect.Effect<number | undefined>
}

const count = (one: FoundArray): string =>
  one.isOfRecords || one.length === 0
    ? `${one.length} ${one.length === 1 ? "record" : "records"}`
    : `${one.length} ${one.cells === undefined ? "plain values" : "rows"}`

/** `/items (20 records)`. */
export const arrayText = (one: FoundArray): string =>
  `${one.pointer === "" ? "the answer itself" : one.pointer} (${count(one)})`

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How an object that may be a list is declared; `pointer` is that to its values. */
export const keyedText = (pointer: string): string =>
  `${pointer.slice(0, -2) || "The answer itself"} may be an object keyed by id: --records '${pointer}' reads each of its values as a record, whose key is from: "#key".`

/** Beyond that, errors are not quoted. */
const maxLength = 300

/**
 * What an answer says went wrong in the way of GraphQL: `errors` with messages, beside `data` or alone. Another list that
 * has this name is one of records.
 */
const errorsIn = (answer: unknown): string | undefined => {
  const errors = follow(answer, ["errors"])
  if (!Array.isArray(errors) || errors.length === 0) return undefined
  const messages = errors.map((error: unknown) => follow(error, ["message"]))
  const isBesideData = follow(answer, ["data"]) !== undefined || Object.keys(Object(answer)).length === 1
  const isError = (error: unknown) => Object.keys(Object(error)).every((name) => ofError.has(name))
  if (!messages.every((message) => typeof message === "string") || !isBesideData || !errors.every(isError))
    return undefined
  return copyCut(messages.join("; "), maxLength)
}

const ofError = new Set(["message", "locations", "path", "extensions", "code", "type", "errorType", "errorInfo"])

export const locate = Effect.fnUntraced(function* (
  wanted: LocateOptions,
  seen: RawResponse | undefined
): Effect.fn.Return<RecordLocation & { readonly arrays: ReadonlyArray<FoundArray> }, Undiscovered> {
  const { given, request, usual } = wanted
  if (seen === undefined) {
    return { format: given.format ?? usual.format, records: given.records ?? usual.records, shape: {}, arrays: [] }
  }
  const { text } = seen
  const answer = parsed(text)
  const format = given.format ?? (answer === undefined ? (formatOf(text, seen.type) ?? elsewise(usual.format)) : "json")
  switch (format) {
    case "csv":
      return { format, records: given.records ?? "", shape: csvShape(text), arrays: [] }
    case "ndjson":
      return { format, records: given.records ?? "", shape: {}, arrays: [] }
    case "xml": {
      const arrays = elementsIn(text)
      const records =
        given.records ??
        (usual.format === "xml" ? usual.records : undefined) ??
        (yield* chosen(wanted, arrays))?.pointer
      return { format, records: records ?? "", shape: {}, arrays }
    }
    case "json": {
      if (answer === undefined) {
        return yield* new Undiscovered({
          message: `${request.path} did not answer with JSON. Say what it is: --format xml, csv or ndjson`
        })
      }
      const errors = errorsIn(answer)
      const arrays = arraysIn(answer).filter(({ pointer }) => errors === undefined || pointer !== "/errors")
      const place = given.records === undefined ? undefined : pointerOf(given.records)
      const list: ChosenArray | undefined =
        place === undefined
          ? (arrays.find(({ isOfRecords, pointer }) => isOfRecords && pointer === usual.records) ??
            (yield* chosen(wanted, arrays, answer)))
          : (arrays.find(({ pointer }) => pointer === place) ?? unlisted(answer, place))
      if (list !== undefined && list.length > 0) {
        const { length, parts, pointer } = list
        const records = parts?.map((part) => part.pointer) ?? pointer
        const titles = list.cells === undefined ? undefined : titlesOf(answer, list, arrays)
        return {
          format,
          records,
          count: length,
          shape: {},
          answer,
          arrays,
          keyed: possibleKeyedLists(answer, pointer),
          titles
        }
      }
      if (errors !== undefined) {
        return yield* new Undiscovered({ message: `${request.path} answered with errors: ${errors}`, arrays })
      }
      const lists = arrays.length === 0 ? "there is no list in it" : `its lists are ${arrays.map(arrayText).join(", ")}`
      const where = place === undefined ? "without records" : `without records at ${place}`
      const message = [
        `${request.path} answered ${where}; ${lists}.`,
        ...possibleKeyedLists(answer).map(keyedText)
      ].join(" ")
      return yield* new Undiscovered({ message, arrays })
    }
  }
})

/** The formats other than JSON, for a body that is not JSON. */
const elsewise = (usual: Format): Format => usual

/** A place that was named and is no list by its looks: `check` decides about it. */
const unlisted = (answer: unknown, pointer: string): ChosenArray | undefined =>
  pointer.includes("/*") && answer !== null ? { pointer, length: 1, isOfRecords: true } : undefined

/** A list, or several that are read as one. */
interface ChosenArray extends FoundArray {
  readonly parts?: ReadonlyArray<FoundArray>
}

/**
 * The longest list of records, or all lists of such records if the answer counts them together. A person is asked if
 * another list is at least half as long.
 */
const chosen = Effect.fnUntraced(function* (
  { choose, request }: LocateOptions,
  arrays: ReadonlyArray<FoundArray>,
  answer?: unknown
): Effect.fn.Return<ChosenArray | undefined> {
  const best = likeliestArray(arrays)
  if (best === undefined) return arrays.find(({ cells }) => cells !== undefined) ?? arrays[0]
  const parts = similarArrays(answer, best, arrays)
  const sum = parts.reduce((all, { length }) => all + length, 0)
  const together: ReadonlyArray<ChosenArray> = parts.length > 1 ? [{ ...best, length: sum, parts }] : []
  if (together.length > 0 && isCounted(answer, sum)) return together[0]
  const others = arrays.filter((one) => one !== best && one.isOfRecords && one.length * 2 >= best.length)
  const all: ReadonlyArray<ChosenArray> = [best, ...others, ...together]
  if (all.length === 1) return best
  const at = yield* choose({ text: `Which list of ${request.path}?`, choices: all.map(choiceText) })
  return all[at ?? 0] ?? best
})

const choiceText = (one: ChosenArray): string =>
  one.parts === undefined ? arrayText(one) : `${one.parts.map(({ pointer }) => pointer).join(" and ")} as one list`

/** Whether the answer says that it has so many records. */
const isCounted = (answer: unknown, sum: number): boolean =>
  envelopeValues(answer).some(({ name, value }) => totalName.test(name) && Number(value) === sum)
