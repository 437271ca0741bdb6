/** The form of flags that many commands have. */
import { Flag } from "effect/cli"

/** A flag that is off unless it is given. */
export const toggle = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false))

export const trace = toggle("trace", "Show each request and answer on standard error, without secrets")
