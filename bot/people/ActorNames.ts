/** The names of actors: a person of the bot by name, anybody else as the audit names them. */
import { Effect } from "effect"
import type { Directory } from "./Directory.ts"
import { telegramIdOf } from "./Person.ts"

export const actorNameOf = Effect.fn("ActorNames.actorNameOf")(function* (
  directory: Directory["Service"],
  actor: string
) {
  const telegramId = telegramIdOf(actor)
  const person = telegramId === undefined ? undefined : yield* directory.find(telegramId)
  return person?.name ?? actor
})
