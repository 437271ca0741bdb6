/**
 * Clears up after processes that were killed while they sent, as long as it lives: what they left is `unknown`, and is
 * looked for in the outside system where that can be asked. What is not found waits for a person.
 */
import { Cause, Duration, Effect } from "effect"
import { Registry } from "../plugin/Registry.ts"
import { reason, render } from "../reason/Reason.ts"
import * as ActionLog from "./ActionLog.ts"
import * as Attempts from "./Attempts.ts"
import { look, type Seen } from "./ReadBack.ts"
import { available } from "./RunAction.ts"

/** A killed process is gone from the database a moment after it is dead. */
const pause = Duration.minutes(1)

/** Of what has been unknown for long so many are looked for when a daemon starts, the newest. */
const maxLooks = 200

/** Looks for what is unknown, each once. */
const lookFor = Effect.fn("Recovery.lookFor")(function* (entries: ReadonlyArray<ActionLog.Entry>) {
  if (entries.length === 0) return
  const actions = new Map((yield* available(yield* Registry.now)).map(({ action, id }) => [id, action]))
  for (const entry of entries) {
    const readBack = actions.get(entry.action)?.readBack
    const seen = readBack === undefined ? cannotAsk : yield* look(entry, readBack)
    const told = seen.found
      ? Effect.logInfo(`"${entry.what}" was applied: found by reading back`)
      : Effect.logWarning(
          `it is not known whether "${entry.what}" was applied: ${render(seen.detail)}; look in the system and decide on the entry ${entry.id}`
        )
    yield* told.pipe(Effect.annotateLogs({ action: entry.action, entry: entry.id }))
  }
}, Effect.scoped)

const cannotAsk: Seen = { found: false, detail: reason("action.cannotAsk") }

/** Marks what the dead left and answers it. */
export const sweep = Effect.fn("Recovery.sweep")(function* () {
  const ids = yield* Attempts.markAbandoned()
  return yield* Effect.forEach(ids, ActionLog.byId)
})

/** At once, and then again and again: first what has been unknown for long, then what the dead leave, each once. */
export const start = Effect.gen(function* () {
  yield* kept(Effect.flatMap(ActionLog.page({ status: "unknown" }, maxLooks), lookFor))
  yield* kept(Effect.flatMap(sweep(), (entries) => lookFor(entries.filter((entry) => entry !== undefined)))).pipe(
    Effect.andThen(Effect.sleep(pause)),
    Effect.forever
  )
}).pipe(Effect.annotateLogs({ service: "Recovery" }))

/** A database that is away is no reason to give up. */
const kept = <E, R>(effect: Effect.Effect<void, E, R>) =>
  Effect.catchCause(effect, (cause) =>
    Effect.logWarning("interrupted actions are looked for again soon", Cause.squash(cause))
  )
