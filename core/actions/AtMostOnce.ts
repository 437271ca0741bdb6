/**
 * Sends at most once: stores the intent, sends, then stores the outcome. A caller with the same key gets that outcome.
 * If it was killed or cut off in between, it is not sent again but read back, and a person has the last word.
 */
import { randomUUID } from "node:crypto"
import { Cause, Effect, Exit, Schedule, Scope } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { Locks } from "../database/connection/Locks.ts"
import type { ActionContext, ActionItem, Intent, Json, SentItem } from "../plugin/Action.ts"
import { combineReasons, type Reason, reason, timeOf } from "../reason/Reason.ts"
import { connectionLost, reasonOf } from "../sync/RunFailure.ts"
import * as ActionLog from "./ActionLog.ts"
import * as Attempts from "./Attempts.ts"
import { type Outcome, outcomeOf } from "./Outcome.ts"
import { type Lookup, lookOnce, readBackWithRetries } from "./ReadBack.ts"

export interface AtMostOnceOptions extends Pick<ActionContext, "actor" | "dryRun" | "trigger"> {
  /** `crm.send`. */
  readonly action: string
  /** Absent if the system cannot be queried for what was applied. */
  readonly lookup: Lookup | undefined
}

/** Retries, a second apart, while the database is away: before sending, and with an outcome to store. */
const triesToBegin = 30
const triesToSettle = 120

/** The time that an interrupted attempt may still wait for the database. */
const lastPatience = "3 seconds"

const patiently = <A, R>(effect: Effect.Effect<A, SqlError.SqlError, R>, times: number) =>
  Effect.retry(effect, { schedule: Schedule.spaced("1 second"), times, while: connectionLost })

export const make = Effect.fnUntraced(function* ({ action, actor, dryRun, lookup, trigger }: AtMostOnceOptions) {
  const services = yield* Effect.context<SqlClient.SqlClient | Locks>()

  /** Stores the outcome. Returns the reason if that failed. */
  const settle = (attempt: string, outcome: Outcome, quickly: boolean) => {
    const last = Effect.timeout(Attempts.settle(attempt, outcome), lastPatience)
    const store = quickly
      ? last
      : Effect.onInterrupt(Effect.interruptible(patiently(Attempts.settle(attempt, outcome), triesToSettle)), () =>
          Effect.ignore(last)
        )
    return store.pipe(
      Effect.as(undefined),
      Effect.catch((error) => Effect.succeed(reasonOf(error))),
      Effect.provide(services)
    )
  }

  /** Returns the id of the new entry, or the outcome of the earlier attempt with this key. */
  const begin = (attempt: Attempts.Attempt, scope: Scope.Scope) =>
    Effect.gen(function* () {
      const inserted = Scope.provide(patiently(Attempts.begin(attempt), triesToBegin), scope)
      const id = yield* inserted
      if (id !== undefined) return id
      const earlier = yield* patiently(taken(attempt.intent), triesToBegin)
      return earlier.status === "failed" ? ((yield* inserted) ?? { ...earlier, status: "busy" as const }) : earlier
    }).pipe(
      Effect.catch((error) =>
        Effect.as(
          // The answer may be lost although the intent was stored.
          settle(attempt.id, notSent, true),
          item(attempt.intent, "failed", reason("action.notBegun", { why: reasonOf(error) }))
        )
      ),
      Effect.provide(services)
    )

  /** The earlier attempt; `failed` if it was certainly not applied, which has just been found out. */
  const taken = Effect.fnUntraced(function* (intent: Intent) {
    const entry = yield* ActionLog.byKey(Attempts.storedKey(action, intent.key))
    const dead = entry?.status === "sending" && (yield* Attempts.markAbandoned(entry.key)).length > 0
    if (entry === undefined || entry.status === "failed" || (entry.status === "sending" && !dead)) {
      return item(intent, "busy", reason("action.elsewhere"))
    }
    const at = timeOf(entry.createdAt)
    if (entry.status === "done") {
      return item(intent, "already", entry.detailReason ?? reason("action.sentAt", { at }), entry.response)
    }
    const seen = lookup === undefined ? undefined : yield* lookOnce(entry, lookup)
    if (seen?.found === true) return item(intent, "already", reason("action.sentAndFound", { at }), seen.response)
    if (seen?.found === false && seen.failed) return item(intent, "failed", reason("action.elsewhere"))
    return item(intent, "unknown", unknownDetail(entry.errorReason, seen?.detail))
  })

  const concluded = Effect.fnUntraced(function* (intent: Intent, id: number, outcome: Outcome) {
    if (outcome.status === "done") return item(intent, "done", null, outcome.response)
    if (outcome.status === "failed") return item(intent, "failed", outcome.why)
    if (lookup === undefined) return item(intent, "unknown", unknownDetail(outcome.why))
    const seen = yield* readBackWithRetries({ id, request: intent.request }, lookup)
    if (seen.found) return item(intent, "done", reason("action.foundLater"), seen.response)
    return item(intent, "unknown", unknownDetail(outcome.why, seen.detail))
  }, Effect.provide(services))

  const once: ActionContext["once"] = (intent, send) => {
    if (dryRun) return Effect.succeed(item(intent, "planned", null))
    return Effect.scopedWith((scope) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const attempt = yield* Effect.sync(randomUUID)
          const begun = yield* restore(begin({ id: attempt, action, intent, trigger, actor }, scope)).pipe(
            Effect.onInterrupt(() => settle(attempt, notSent, true))
          )
          if (typeof begun !== "number") return begun
          let sent = false
          const marked = Effect.suspend(() => {
            sent = true
            return send
          })
          const exit = yield* Effect.exit(restore(marked))
          const outcome = sent ? outcomeOf(exit) : notSent
          const interrupted = Exit.isFailure(exit) && Cause.hasInterrupts(exit.cause)
          const lost = yield* settle(attempt, outcome, interrupted)
          // An outer interruption ends the attempt here; one from inside `send` does not.
          yield* restore(Effect.void)
          if (lost !== undefined) return item(intent, "unknown", unstored(outcome, lost))
          return yield* restore(concluded(intent, begun, outcome))
        })
      )
    )
  }
  return once
})

const notSent: Outcome = { status: "failed", why: reason("action.interruptedBefore") }

const item = (
  { key, what }: Intent,
  status: ActionItem["status"],
  detail: Reason | null,
  response: Json | null = null
): SentItem => ({ key, what, status, detail, response })

const unknownDetail = (why: Reason | null, seen?: Reason): Reason =>
  combineReasons([why ?? reason("action.unknown"), ...(seen === undefined ? [] : [seen])])

const unstored = (outcome: Outcome, why: Reason): Reason =>
  outcome.status === "done"
    ? reason("action.confirmedUnstored", { why })
    : reason("action.unstored", { outcome: outcome.why, why })
