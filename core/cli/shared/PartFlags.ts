/** Options of `sync` that read only some records: those with given keys, or those of a period. */
import { Effect, Option, Schema } from "effect"
import { Flag } from "effect/cli"
import type { Period } from "../../config/PeriodEntity.ts"
import { BoundFromText } from "../../config/schema/WindowsYaml.ts"
import { stop } from "./Root.ts"

const keys = Flag.String("keys").pipe(
  Flag.withDescription(
    "Read only the records with these keys, such as 17,18, of one entity that has `one`: missing ones are added, others read again, and nothing is deleted"
  ),
  Flag.optional
)

const from = Flag.String("from").pipe(
  Flag.withDescription(
    "Read only from this day on, such as 2026-01-01 or today-3d, of entities that have `windows`: nothing is deleted, and cursors stay"
  ),
  Flag.optional
)

const to = Flag.String("to").pipe(
  Flag.withDescription("With --from: read up to there, as `to` of windows says it. Default now"),
  Flag.optional
)

export const partFlags = { keys, from, to }

interface Given {
  readonly keys: Option.Option<string>
  readonly from: Option.Option<string>
  readonly to: Option.Option<string>
  readonly full: boolean
  readonly pastRejected: boolean
  readonly limit: Option.Option<number>
  readonly since: Option.Option<string>
}

/** At most one of them. */
interface Part {
  readonly keys: ReadonlyArray<string> | undefined
  readonly period: Period | undefined
}

const whole: Part = { keys: undefined, period: undefined }

/** The part that is asked for; options that cannot be together are wrong usage. */
export const partOf = Effect.fnUntraced(function* (given: Given) {
  const named = ["keys", "from", "to"] as const
  const [part] = named.filter((name) => Option.isSome(given[name]))
  if (Option.isSome(given.since) && given.full) {
    return yield* stop(2, "--full reads everything, and --since from a value on: leave out one of them")
  }
  if (part === undefined) return whole
  if (Option.isSome(given.keys) && (Option.isSome(given.from) || Option.isSome(given.to))) {
    return yield* stop(2, "--keys and --from name different records: leave out one of them")
  }
  if (given.full || given.pastRejected || Option.isSome(given.limit) || Option.isSome(given.since)) {
    return yield* stop(
      2,
      `--${part} reads the named records, and nothing from a cursor or up to a limit: leave out the others`
    )
  }
  if (Option.isSome(given.keys)) return { ...whole, keys: yield* keysIn(given.keys.value) }
  if (Option.isNone(given.from))
    return yield* stop(2, "--to is the end of a period: say where it begins, as in --from 2026-01-01")
  return { ...whole, period: { from: yield* boundIn("from", given.from.value), to: yield* toIn(given.to) } }
})

const keysIn = (text: string) => {
  const found = text.split(/[\s,]+/).filter((key) => key !== "")
  return found.length > 0
    ? Effect.succeed(found)
    : stop(2, "--keys names no record: write their keys, as in --keys 17,18")
}

const decodeBound = Schema.decodeUnknownOption(BoundFromText)

const boundIn = (name: string, text: string) =>
  Option.match(decodeBound(text), {
    onNone: () => stop(2, `--${name} ${text} is no day: write 2026-01-01, or a moment such as today-3d`),
    onSome: (bound) => Effect.succeed(bound)
  })

const toIn = (text: Option.Option<string>) =>
  boundIn(
    "to",
    Option.getOrElse(text, () => "now")
  )
