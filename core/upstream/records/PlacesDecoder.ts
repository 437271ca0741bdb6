/** Records of JSON from several places, objects or wrappers, each with the keys of the objects that hold it. */
import { Array as Arr, Channel } from "effect"
import { JsonArray } from "effect/encoding"
import type { Column } from "../../config/Column.ts"
import type { RecordPlace } from "../../config/RecordPlaces.ts"
import { reason } from "../../reason/Reason.ts"
import { MemoryLimitExceeded } from "../exchange/MemoryLimits.ts"
import type { Batch, SourceRecord, UpstreamError } from "../Source.ts"
import { besideOf } from "./Envelope.ts"
import { exactNumbers, NumberRewriter, type RewriteOptions } from "./ExactNumbers.ts"
import { JsonPlaces } from "./JsonPlaces.ts"
import { keyedRecord, keysIn } from "./KeyedRecord.ts"
import { PassedRecords } from "./PassedRecords.ts"

/** Brings the records into one array, in which numbers keep their digits. */
class PlacesReader {
  readonly places: JsonPlaces
  readonly #numbers: NumberRewriter

  constructor(places: ReadonlyArray<RecordPlace>, rewriting: RewriteOptions) {
    this.places = new JsonPlaces(places)
    this.#numbers = new NumberRewriter({ ...rewriting, parts: "array" })
  }

  feed(chunk: string): string {
    return this.#numbers.feed(this.places.feed(chunk))
  }

  end(): string {
    return this.#numbers.feed(this.places.end()) + this.#numbers.end()
  }

  get over() {
    return this.places.fault ?? this.#numbers.over
  }
}

/** Makes a record of an element: the keys, then the value. */
const recordsOf = (columns: ReadonlyArray<Column> | undefined, passed: PassedRecords) => {
  const keyed = keyedRecord(columns)
  return (element: unknown): SourceRecord => {
    const parts: ReadonlyArray<unknown> = Array.isArray(element) ? element : []
    const keys = parts.slice(0, -1)
    return passed.ambiguous(element, keysIn(keys), 1) ?? keyed(parts.at(-1), keys)
  }
}

type Decoder = Channel.Channel<
  Batch,
  JsonArray.JsonArrayError | MemoryLimitExceeded | UpstreamError,
  ReturnType<typeof besideOf> & { readonly absent?: "null" | "nothing" },
  Arr.NonEmptyReadonlyArray<string>,
  UpstreamError,
  void
>

export const placesDecoder = (
  places: ReadonlyArray<RecordPlace>,
  columns: ReadonlyArray<Column> | undefined,
  reading: RewriteOptions & { readonly most: number }
): Decoder => {
  const passed = new PassedRecords()
  const reader = new PlacesReader(places, { ...reading, passed })
  const recordOf = recordsOf(columns, passed)
  const limits = { maxDepth: Number.MAX_SAFE_INTEGER, maxElementSize: reading.most }
  return exactNumbers<UpstreamError, void>(() => reader).pipe(
    Channel.pipeTo(JsonArray.decodeString<UpstreamError | MemoryLimitExceeded, void>(limits)),
    Channel.map(Arr.map(recordOf)),
    Channel.mapError((error) => (error._tag === "JsonArrayError" ? faultOf(error, reader.places) : error)),
    Channel.mapDone(() => {
      const { absent, kept } = reader.places
      return { ...besideOf(kept), ...(absent === undefined ? {} : { absent }) }
    })
  )
}

/** The decoder reads another text than the answer, so its positions say nothing. */
const faultOf = (error: JsonArray.JsonArrayError, { length }: JsonPlaces) => {
  if (error.kind !== "Syntax") return error
  const isCut = error.message === "Unexpected end of input"
  return new MemoryLimitExceeded({
    reason: isCut
      ? reason("answer.nearCharacter", { what: reason("answer.jsonEnds"), offset: length })
      : reason("answer.jsonInvalid")
  })
}
