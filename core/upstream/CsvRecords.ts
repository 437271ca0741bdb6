/**
 * The records of CSV. The pages of one read repeat the header line: one that lacks names of the first is about something
 * else, as an error told in a line of text, which would else be a header without rows.
 */
import { Array as Arr, Channel, Data, Effect, type Pull } from "effect"
import { Csv } from "effect/encoding"
import { gauged, RowGauge, type TooMuch } from "./Held.ts"
import type { UpstreamError } from "./Source.ts"

/** The names that the first header of a read has. */
export interface CsvHeader {
  names?: ReadonlyArray<string>
}

export class OtherHeader extends Data.TaggedError("OtherHeader")<{ readonly lacking: ReadonlyArray<string> }> {}

const compared = (names: ReadonlyArray<string>, header: CsvHeader): Effect.Effect<void, OtherHeader> => {
  header.names ??= names
  const lacking = header.names.filter((name) => !names.includes(name))
  return lacking.length === 0 ? Effect.void : Effect.fail(new OtherHeader({ lacking }))
}

type Texts = Arr.NonEmptyReadonlyArray<string>

/** `most`: characters of one record. Ends with whether there was nothing at all, not even a header. */
export const csvRecords = (header: CsvHeader, most: number) => {
  const options = { ignoreEmptyLines: true, maxRecordSize: most } as const
  /** What arrived before the first record: the header, at most, if none follows. */
  let before: Array<string> = []
  let length = 0
  let begun = false
  const kept: Channel.Channel<Texts, UpstreamError | TooMuch, void, Texts, UpstreamError | TooMuch, void> =
    Channel.fromTransform((upstream: Pull.Pull<Texts, UpstreamError | TooMuch, void>, _scope) =>
      Effect.succeed(
        Effect.map(upstream, (texts) => {
          // A header is no longer than a record may be; blank lines behind it may have no end.
          for (const text of texts) {
            if (begun || length > most) break
            before.push(text)
            length += text.length
          }
          return texts
        })
      )
    )
  /** Of a text without records. */
  const headerOf = Effect.suspend(() =>
    Arr.isReadonlyArrayNonEmpty(before)
      ? Effect.map(
          Channel.runCollect(Channel.pipeTo(Channel.succeed(before), Csv.decodeString(options))),
          ([lines]) => lines?.[0]
        )
      : Effect.undefined
  )
  return gauged(new RowGauge()).pipe(
    Channel.pipeTo(kept),
    Channel.pipeTo(Csv.decodeString<UpstreamError | TooMuch, void>({ ...options, headers: true })),
    Channel.mapEffect((records) => {
      if (begun) return Effect.succeed(records)
      begun = true
      before = []
      return Effect.as(compared(Object.keys(records[0]), header), records)
    }),
    Channel.mapDoneEffect(() =>
      begun
        ? Effect.succeed(false)
        : Effect.flatMap(headerOf, (names) =>
            names === undefined ? Effect.succeed(true) : Effect.as(compared(names, header), false)
          )
    )
  )
}
