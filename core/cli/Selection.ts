/** The selectors a command was given, resolved against what is declared. */
import { Effect } from "effect"
import { Argument } from "effect/cli"
import { Registry } from "../plugin/Registry.ts"
import { select } from "../sync/Selector.ts"
import { stop } from "./Root.ts"

export const selectors = Argument.String("selector").pipe(
  Argument.withDescription("iiko.product, iiko.*, *, !iiko.employee to exclude; none means all"),
  Argument.variadic()
)

/** A selector that selects nothing is wrong usage. */
export const selected = Effect.fnUntraced(function* (given: ReadonlyArray<string>) {
  const registry = yield* Registry.now
  return yield* select(registry.entities, given).pipe(
    Effect.catchTag("UnknownSelector", ({ message }) => stop(2, message, { error: message }))
  )
})
