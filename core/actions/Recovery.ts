/**
 * Recovers the attempts of processes killed while sending, as long as the daemon runs. They become `unknown` and are
 * read back from the outside system if it can be queried. Those that are not found wait for a person.
 */
import { Cause, Duration, Effect } from "effect"
import { Registry } from "../plugin/Registry.ts"
import { reason, render } from "../reason/Reason.ts"
import * as ActionLog from "./ActionLog.ts"
import * as Attempts from "./Attempts.ts"
import { lookOnce, lookupOf, type ReadBackResult } from "./ReadBack.ts"
import { available } from "./RunAction.ts"

/** The database notices a killed process a moment after its death. */
const pause = Duration.minutes(1)

/** The number of old unknown entries, the newest, that are looked for when a daemon starts. */
const maxLooks = 200

const lookups = Effect.gen(function* () {
  const actions = yield* available(yield* Registry.now)
  return new Map(actions.map(({ action, id }) => [id, lookupOf(action)]))
})

/** Looks for each unknown entry once. */
const lookFor = Effect.fn("Recovery.lookFor")(function* (entries: ReadonlyArray<ActionLog.Entry>) {
  if (entries.length === 0) return
  const known = yield* lookups
  for (const entry of entries) {
    const lookup = known.get(entry.action)
    yield* logLine(entry, lookup === undefined ? cannotAsk : yield* lookOnce(entry, lookup))
  }
}, Effect.scoped)

/** Looks again for those that are certainly not applied if they are not there by now. */
const settle = Effect.gen(function* () {
  const entries = yield* ActionLog.page({ status: "unknown" }, maxLooks)
  if (entries.length === 0) return
  const known = yield* lookups
  for (const entry of entries) {
    const lookup = known.get(entry.action)
    if (lookup?.settlesAfter === undefined) continue
    const seen = yield* lookOnce(entry, lookup)
    if (seen.found || seen.failed) yield* logLine(entry, seen)
  }
}).pipe(Effect.scoped, Effect.withSpan("Recovery.settle"))

const logLine = ({ action, id, what }: ActionLog.Entry, seen: ReadBackResult) => {
  const line = seen.found
    ? Effect.logInfo(`"${what}" was applied: found by reading back`)
    : seen.failed
      ? Effect.logInfo(`"${what}" was not applied: it was looked for twice in vain`)
      : Effect.logWarning(
          `it is not known whether "${what}" was applied: ${render(seen.detail)}; look in the system and decide on the entry ${id}`
        )
  return Effect.annotateLogs(line, { action, entry: id })
}

const cannotAsk: ReadBackResult = { found: false, detail: reason("action.cannotAsk"), failed: false }

/** Marks the attempts of dead processes and returns them. */
export const sweep = Effect.fn("Recovery.sweep")(function* () {
  const ids = yield* Attempts.markAbandoned()
  return yield* Effect.forEach(ids, ActionLog.byId)
})

/**
 * Runs at once and then repeatedly: first the old unknown entries, then those of dead processes, each once; and those that
 * settle until they have.
 */
export const start = Effect.gen(function* () {
  yield* kept(Effect.flatMap(ActionLog.page({ status: "unknown" }, maxLooks), lookFor))
  yield* kept(Effect.flatMap(sweep(), (entries) => lookFor(entries.filter((entry) => entry !== undefined)))).pipe(
    Effect.andThen(kept(settle)),
    Effect.andThen(Effect.sleep(pause)),
    Effect.forever
  )
}).pipe(Effect.annotateLogs({ service: "Recovery" }))

/** Continues although the database is away. */
const kept = <E, R>(effect: Effect.Effect<void, E, R>) =>
  Effect.catchCause(effect, (cause) =>
    Effect.logWarning("interrupted actions are looked for again soon", Cause.squash(cause))
  )
