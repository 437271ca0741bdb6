/** Small values in YAML: durations, rates, percentages, sizes, addresses, names and secrets. */
import { ByteSize, DateTime, Duration, Option, Schema, SchemaGetter } from "effect"
import { reason } from "../../reason/Reason.ts"
import { charsetNamed } from "../values/CharsetName.ts"
import { checkMessage, expectedMessage, expects, invalidValue } from "./Expected.ts"

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `500ms`, `30s`, `10m`, `1h`, `1d`. */
export const DurationText = Schema.String.check(
  Schema.isPattern(/^\d+(?:ms|s|m|h|d)$/u, expectedMessage(reason("value.duration")))
).annotate({
  description: "A duration: a whole number and a unit, ms, s, m, h or d.",
  examples: ["500ms", "30s", "1h"]
})

export const millisOf = (text: string): number => {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text)
  const unit = match?.[2] as keyof typeof units | undefined // the pattern admits these names only
  return unit === undefined ? 0 : Number(match?.[1]) * units[unit]
}

/** Writes a duration in the largest unit that divides it. */
/** `7d`, or months of the calendar: `1mo`. */
export const spanText = ({
  months,
  offset
}: {
  readonly months?: number
  readonly offset: Duration.Duration
}): string => (months === undefined ? durationText(offset) : `${months}mo`)

export const durationText = (duration: Duration.Duration): string => {
  const millis = Duration.toMillis(duration)
  const [unit, size] = Object.entries(units).findLast(([, size]) => millis % size === 0 && millis >= size) ?? ["s", 1]
  return `${millis / size}${unit}`
}

export const DurationFromText = DurationText.pipe(
  Schema.decodeTo(Schema.Duration, {
    decode: SchemaGetter.transform((text: string) => Duration.millis(millisOf(text))),
    encode: SchemaGetter.transform(durationText)
  })
)

/** For a duration that must not be zero: a timeout of zero would fail every request. */
export const PositiveDuration = DurationFromText.check(
  Schema.makeFilter((duration) => Duration.toMillis(duration) > 0, expectedMessage(reason("value.positive")))
)

/** How many requests are allowed in a window of time. */
export interface Rate {
  readonly limit: number
  readonly window: Duration.Duration
}

const windows: Readonly<Record<string, Duration.Duration>> = {
  s: Duration.seconds(1),
  min: Duration.minutes(1),
  h: Duration.hours(1)
}

export const RateFromText = Schema.String.check(
  Schema.isPattern(/^[1-9]\d*\/(?:s|min|h)$/u, expectedMessage(reason("value.rate")))
)
  .annotate({ description: "Requests per second, minute or hour.", examples: ["300/min", "2/s"] })
  .pipe(
    Schema.decodeTo(
      Schema.declare((u: unknown): u is Rate => typeof u === "object" && u !== null && "window" in u),
      {
        decode: SchemaGetter.transform((text: string): Rate => {
          const [limit, unit] = text.split("/")
          return { limit: Number(limit), window: windows[unit ?? "s"] ?? Duration.seconds(1) }
        }),
        encode: SchemaGetter.transform((rate: Rate) => {
          const unit = Object.entries(windows).find(([, window]) => Duration.Equivalence(window, rate.window))
          return `${rate.limit}/${unit?.[0] ?? "s"}`
        })
      }
    )
  )

/** A share of a whole, 0 to 1, written `50%`. */
export const PercentFromText = Schema.String.check(
  Schema.isPattern(/^(?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)%$/u, expectedMessage(reason("value.percent")))
)
  .annotate({ description: "A percentage from 0% to 100%.", examples: ["50%", "2.5%"] })
  .pipe(
    Schema.decodeTo(Schema.Number, {
      decode: SchemaGetter.transform((text: string) => Number(text.slice(0, -1)) / 100),
      // Shares are fractions of two: 0.07 would be 7.000000000000001%.
      encode: SchemaGetter.transform((share: number) => `${Number((share * 100).toPrecision(15))}%`)
    })
  )

/** Bytes, written `64MB` (a million) or `64MiB` (2^20). */
export const BytesFromText = Schema.String.check(
  Schema.isPattern(/^[1-9]\d*(?:B|kB|MB|GB|KiB|MiB|GiB)$/u, expectedMessage(reason("value.size")))
)
  .annotate({ description: "A size: a whole number and a unit, B, kB, MB, GB, KiB, MiB or GiB.", examples: ["64MB"] })
  .pipe(
    Schema.decodeTo(Schema.Number, {
      decode: SchemaGetter.transform((text: string) =>
        Option.match(ByteSize.fromString(text), { onNone: () => 0, onSome: Number })
      ),
      encode: SchemaGetter.transform((bytes: number) => `${bytes}B`)
    })
  )

/** A whole number between two bounds, both included. */
export const Integer = (minimum: number, maximum: number) =>
  Schema.Finite.check(
    Schema.isInt(expectedMessage(reason("value.whole"))),
    Schema.isBetween({ minimum, maximum }, expectedMessage(reason("value.between", { minimum, maximum })))
  )

/** An IANA time zone: `Europe/Kaliningrad`, `UTC`. */
export const Timezone = Schema.String.check(
  Schema.makeFilter((name: string) => Option.isSome(DateTime.zoneMakeNamed(name)), {
    title: "time zone",
    ...expectedMessage(reason("value.timezone"))
  })
).annotate({ description: "An IANA time zone.", examples: ["Europe/Kaliningrad", "UTC"] })

/** A charset by any of its names; decoded to the name that `TextDecoder` gives it. */
export const CharsetFromText = Schema.String.check(
  Schema.makeFilter((name: string) => charsetNamed(name) !== undefined, {
    title: "charset",
    ...expectedMessage(reason("value.charset"))
  })
)
  .annotate({ description: "A charset.", examples: ["windows-1251", "utf-16le"] })
  .pipe(
    Schema.decodeTo(Schema.String, {
      decode: SchemaGetter.transform((name: string) => charsetNamed(name) ?? name),
      encode: SchemaGetter.transform((name: string) => name)
    })
  )

/** An address to which paths are appended, so without a query and a fragment. */
export const HttpUrl = Schema.String.check(
  Schema.makeFilter(
    (url: string) =>
      (/^https?:\/\/[^/?#\s{}]+[^?#\s{}]*$/.test(url) && URL.canParse(url)) ||
      (/[{}]/.test(url)
        ? invalidValue(reason("place.unfilledUrl", { place: "{name}", example: "{ env: NAME }" }))
        : invalidValue(reason("value.expected", { what: reason("value.url") })))
  )
)

/**
 * A PostgreSQL identifier as operators write it: any script, any word, but no NUL and at most 63 bytes, because
 * PostgreSQL silently cuts longer ones and two columns could become one.
 */
export const Identifier = Schema.String.check(
  Schema.makeFilter((name: string) => name !== "", { title: "not empty", ...checkMessage(reason("name.empty")) }),
  Schema.makeFilter((name: string) => !name.includes("\0"), { title: "no NUL", ...checkMessage(reason("name.nul")) }),
  Schema.makeFilter(
    (name: string) =>
      Buffer.byteLength(name) <= 63 || invalidValue(reason("name.long", { bytes: Buffer.byteLength(name) })),
    { title: "at most 63 bytes" }
  )
).annotate({ description: "A column or table name, at most 63 bytes in UTF-8." })

/** A value from `{ secret: NAME }`: redacted from the moment it was read. */
export const Secret = Schema.Redacted(Schema.String.annotate({ identifier: "Secret" })).annotate({
  description: "A secret, written { secret: NAME } and read from the environment or .env."
})

export type Scalar = string | number | boolean | null
export const Scalar = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean, Schema.Null]).annotate(
  expects(reason("value.scalar"))
)
