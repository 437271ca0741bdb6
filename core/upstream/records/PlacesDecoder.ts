/** Records of JSON from several places, objects or wrappers, each with the keys of the objects that hold it. */
import { Array as Arr, Channel } from "effect"
import { JsonArray } from "effect/encoding"
import type { Column } from "../../config/Column.ts"
import { pointersOf } from "../../config/Pointer.ts"
import { keyName, type RecordPlace } from "../../config/RecordPlaces.ts"
import { reason } from "../../reason/Reason.ts"
import { MemoryLimitExceeded } from "../exchange/MemoryLimits.ts"
import type { Batch, SourceRecord, UpstreamError } from "../Source.ts"
import { envelopeOf } from "./Envelope.ts"
import { exactNumbers, NumberRewriter, type Rewriting } from "./ExactNumbers.ts"
import { isJsonObject, type JsonObject } from "./Json.ts"
import { JsonPlaces } from "./JsonPlaces.ts"
import { unreadable } from "./UnreadableRecord.ts"

/** Brings the records into one array, in which numbers keep their digits. */
class PlacesReader {
  readonly places: JsonPlaces
  readonly #numbers: NumberRewriter

  constructor(places: ReadonlyArray<RecordPlace>, rewriting: Rewriting) {
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

const noObject = reason("reject.noObject")

const isOfValue = ({ source }: Column): boolean =>
  pointersOf(source).some(({ tokens, up }) => up === 0 && tokens[0] === "value")

/**
 * Makes a record of an element: the keys, then the value. A value that is not an object is only a record if a column
 * takes it: otherwise a row of nothing but its key would overwrite a good one.
 */
const recordsOf = (columns: ReadonlyArray<Column> | undefined) => {
  const takesValue = columns === undefined || columns.some(isOfValue)
  return (element: unknown): SourceRecord => {
    const parts: ReadonlyArray<unknown> = Array.isArray(element) ? element : []
    const value = parts.at(-1)
    const keys: Record<string, unknown> = {}
    for (const [level, key] of parts.slice(0, -1).entries()) if (key !== null) keys[keyName(level)] = key
    if (isJsonObject(value)) return Object.assign(value, keys)
    return takesValue ? { value, ...keys } : unreadable(noObject, { value, ...keys }, keys)
  }
}

type Decoder = Channel.Channel<
  Batch,
  JsonArray.JsonArrayError | MemoryLimitExceeded | UpstreamError,
  { readonly envelope?: JsonObject; readonly absent?: "null" | "nothing" },
  Arr.NonEmptyReadonlyArray<string>,
  UpstreamError,
  void
>

export const placesDecoder = (
  places: ReadonlyArray<RecordPlace>,
  columns: ReadonlyArray<Column> | undefined,
  reading: Rewriting & { readonly most: number }
): Decoder => {
  const reader = new PlacesReader(places, reading)
  const recordOf = recordsOf(columns)
  const limits = { maxDepth: Number.MAX_SAFE_INTEGER, maxElementSize: reading.most }
  return exactNumbers<UpstreamError, void>(() => reader).pipe(
    Channel.pipeTo(JsonArray.decodeString<UpstreamError | MemoryLimitExceeded, void>(limits)),
    Channel.map(Arr.map(recordOf)),
    Channel.mapError((error) => (error._tag === "JsonArrayError" ? faultOf(error, reader.places) : error)),
    Channel.mapDone(() => {
      const envelope = envelopeOf(reader.places.kept)
      const { absent } = reader.places
      return { ...(envelope === undefined ? {} : { envelope }), ...(absent === undefined ? {} : { absent }) }
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
