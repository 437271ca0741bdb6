/** The form of flags that many commands have. */
import { Flag } from "effect/cli"

/** A flag that is off unless it is given. */
export const toggle = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false))

/** How many of the newest or first ones a list shows; 20 unless it is given. */
export const limitOf = (what: string) =>
  Flag.Int("limit").pipe(
    Flag.withAlias("n"),
    Flag.withDescription(`How many ${what}`),
    Flag.filter(
      (count) => count > 0,
      () => "Expected a whole number from 1 on"
    ),
    Flag.withDefault(20)
  )

export const trace = toggle("trace", "Show each request and answer on standard error, without secrets")
