/**
 * Recovers the attempts of processes killed while sending, as long as the daemon runs. They become `unknown` and are
 * read back from the outside system if it can be queried. Those that are not found wait for a person.
 */
import { Cause, Duration, Effect } from "effect"
import { Registry } from "../plugin/Registry.ts"
import { reason, render } from "../reason/Reason.ts"
import * as ActionLog from "./ActionLog.ts"
import * as Attempts from "./Attempts.ts"
import { lookOnce, type ReadBackResult } from "./ReadBack.ts"
import { available } from "./RunAction.ts"

/** The database notices a killed process a moment after its death. */
const pause = Duration.minutes(1)

/** The number of old unknown entries, the newest, that are looked for when a daemon starts. */
const maxLooks = 200

/** Looks for each unknown entry once. */
const lookFor = Effect.fn("Recovery.lookFor")(function* (entries: ReadonlyArray<ActionLog.Entry>) {
  if (entries.length === 0) return
  const actions = new Map((yield* available(yield* Registry.now)).map(({ action, id }) => [id, action]))
  for (const entry of entries) {
    const readBack = actions.get(entry.action)?.readBack
    const seen = readBack === undefined ? cannotAsk : yield* lookOnce(entry, readBack)
    const logLine = seen.found
      ? Effect.logInfo(`"${entry.what}" was applied: found by reading back`)
      : Effect.logWarning(
          `it is not known whether "${entry.what}" was applied: ${render(seen.detail)}; look in the system and decide on the entry ${entry.id}`
        )
    yield* logLine.pipe(Effect.annotateLogs({ action: entry.action, entry: entry.id }))
  }
}, Effect.scoped)

const cannotAsk: ReadBackResult = { found: false, detail: reason("action.cannotAsk") }

/** Marks the attempts of dead processes and returns them. */
export const sweep = Effect.fn("Recovery.sweep")(function* () {
  const ids = yield* Attempts.markAbandoned()
  return yield* Effect.forEach(ids, ActionLog.byId)
})

/** Runs at once and then repeatedly: first the old unknown entries, then those of dead processes, each once. */
export const start = Effect.gen(function* () {
  yield* kept(Effect.flatMap(ActionLog.page({ status: "unknown" }, maxLooks), lookFor))
  yield* kept(Effect.flatMap(sweep(), (entries) => lookFor(entries.filter((entry) => entry !== undefined)))).pipe(
    Effect.andThen(Effect.sleep(pause)),
    Effect.forever
  )
}).pipe(Effect.annotateLogs({ service: "Recovery" }))

/** Continues although the database is away. */
const kept = <E, R>(effect: Effect.Effect<void, E, R>) =>
  Effect.catchCause(effect, (cause) =>
    Effect.logWarning("interrupted actions are looked for again soon", Cause.squash(cause))
  )
