/** The selectors a command was given, resolved against what is declared. */
import { Effect } from "effect"
import { Argument } from "effect/cli"
import { Registry } from "../plugin/Registry.ts"
import { select, type UnknownSelector } from "../sync/Selector.ts"
import { stop } from "./Root.ts"

export const selectors = Argument.String("selector").pipe(
  Argument.withDescription("iiko.product, iiko.*, *, !iiko.employee to exclude; none means all"),
  Argument.variadic()
)

/** A selector that selects nothing is wrong usage. */
export const selected = Effect.fnUntraced(function* (given: ReadonlyArray<string>) {
  return yield* orStop(select((yield* Registry.now).entities, given))
})

/** Of everything whose runs are audited: entities and exports. */
export const selectedRuns = Effect.fnUntraced(function* (given: ReadonlyArray<string>) {
  const { declarations, entities } = yield* Registry.now
  return yield* orStop(select([...entities, ...declarations.flatMap(({ exports = [] }) => exports)], given))
})

const orStop = <A>(selecting: Effect.Effect<A, UnknownSelector>) =>
  Effect.catchTag(selecting, "UnknownSelector", ({ message }) => stop(2, message, { error: message }))
