/**
 * Works off the deliveries of this daemon's connectors: some keys of each at once, one key in the order of its deliveries. It
 * begins as soon as a delivery is stored here; what others stored, what is due again and what dead processes left is looked
 * for every few seconds. When the daemon stops, attempts get a grace period and are then given back.
 */
import { randomUUID } from "node:crypto"
import { Cause, Duration, Effect, Exit, FiberSet, Layer } from "effect"
import { redact } from "../observe/Secrets.ts"
import { defaultRetries, InboxFailed, type InboxSource } from "../plugin/Inbox.ts"
import { Registry } from "../plugin/Registry.ts"
import { type Reason, reason, render, spanOf } from "../reason/Reason.ts"
import { retryWhileAway } from "../sync/RunFailure.ts"
import * as DeliveryContext from "./DeliveryContext.ts"
import { Inbox } from "./Inbox.ts"
import type { AttemptEnd, Claim } from "./InboxQueue.ts"
import * as InboxQueue from "./InboxQueue.ts"

/** Keys of one connector that are worked on at once by one process. */
const mostKeys = 8
const lookEvery = "5 seconds"
/** A longer attempt holds up its key: it ends and is tried again. */
const limit = Duration.minutes(15)

const sourceOf = Effect.fnUntraced(function* (connector: string, source: string) {
  const generation = yield* Registry.now
  const found = yield* Effect.orElseSucceed(generation.connector(connector), () => undefined)
  return found?.inbox?.get(source)
})

/** How an attempt that failed goes on. */
const afterFailure = (
  { again, reason: why, retryAfter }: InboxFailed,
  source: InboxSource,
  claim: Claim
): AttemptEnd => {
  const pause = (source.retries ?? defaultRetries)[claim.attempt - 1]
  if (!again || pause === undefined) return { _tag: "Dead", reason: why }
  return { _tag: "Again", reason: why, pause: retryAfter === undefined ? pause : Duration.max(pause, retryAfter) }
}

const late: Reason = reason("inbox.late", { limit: spanOf(limit) })

/** One attempt. A defect is a failure that another attempt may not have. */
const attempt = Effect.fn("InboxWorkers.attempt")(function* (source: InboxSource, claim: Claim) {
  const { body, id, key, receivedAt, attempt } = claim
  const context = yield* DeliveryContext.make(claim)
  const worked = yield* source.work({ id, key, body, receivedAt, attempt }, context).pipe(
    Effect.timeoutOrElse({ duration: limit, orElse: () => new InboxFailed({ reason: late, again: true }) }),
    Effect.catchDefect((defect) =>
      Effect.andThen(
        Effect.logError("the work on a delivery ended unexpectedly", defect),
        new InboxFailed({ reason: reason("inbox.unexpected", { text: redact(String(defect)) }), again: true })
      )
    ),
    Effect.result
  )
  return worked._tag === "Success"
    ? ({ _tag: "Done", result: worked.success } satisfies AttemptEnd)
    : afterFailure(worked.failure, source, claim)
})

const tell = (claim: Claim, end: AttemptEnd) => {
  const { connector, id, source } = claim
  const told =
    end._tag === "Done"
      ? Effect.logDebug("a delivery was worked off")
      : end._tag === "Dead"
        ? Effect.logWarning(`a delivery is a dead letter: ${render(end.reason)}`)
        : Effect.logInfo(`a delivery will be tried again: ${render(end.reason)}`)
  return Effect.annotateLogs(told, { connector, source, delivery: id, attempt: claim.attempt })
}

const start = (grace: Duration.Duration) =>
  Effect.gen(function* () {
    const inbox = yield* Inbox
    const worker = randomUUID()
    const working = yield* FiberSet.make<void>()
    const busy = new Map<string, number>()
    let stopping = false
    /** Claims without the lock would look like those of a dead process. */
    let held = false
    yield* Effect.addFinalizer(() => {
      stopping = true
      return Effect.ignore(Effect.timeout(FiberSet.awaitEmpty(working), grace))
    })

    const giveBack = ({ id }: Claim) => Effect.ignore(InboxQueue.release(worker, id))

    /** One delivery; returns the next one of its key. */
    const workOff = Effect.fnUntraced(function* (claim: Claim) {
      const source = stopping ? undefined : yield* sourceOf(claim.connector, claim.source)
      // It stays for a daemon that has the source.
      if (source === undefined) return yield* giveBack(claim)
      const ended = yield* Effect.exit(attempt(source, claim))
      if (Exit.isFailure(ended)) return yield* Effect.andThen(giveBack(claim), Effect.failCause(ended.cause))
      const next = yield* retryWhileAway(InboxQueue.end(worker, claim.id, ended.value))
      yield* tell(claim, ended.value)
      if (ended.value._tag !== "Again") yield* inbox.ended(claim.id)
      return next
    }, Effect.scoped)

    const workOffKey = Effect.fnUntraced(function* (first: Claim) {
      let claim: Claim | undefined = first
      while (claim !== undefined) {
        const current: Claim = claim
        claim = (yield* workOff(current).pipe(Effect.onInterrupt(() => giveBack(current)))) ?? undefined
      }
    })

    const begin = (claim: Claim) => {
      const { connector } = claim
      busy.set(connector, (busy.get(connector) ?? 0) + 1)
      const leave = Effect.suspend(() => {
        busy.set(connector, (busy.get(connector) ?? 1) - 1)
        return inbox.wake
      })
      const work = Effect.catchCause(workOffKey(claim), (cause) =>
        Cause.hasInterruptsOnly(cause)
          ? Effect.void
          : Effect.logError("the work on the inbox ended unexpectedly", Cause.squash(cause))
      )
      return FiberSet.run(working, Effect.ensuring(work, leave))
    }

    const capacities = Effect.gen(function* () {
      const { connector, declarations } = yield* Registry.now
      const all = yield* Effect.forEach(declarations, ({ name }) =>
        Effect.map(Effect.orDie(connector(name)), ({ inbox: sources }) => ({
          connector: name,
          sources: [...(sources?.keys() ?? [])],
          free: mostKeys - (busy.get(name) ?? 0)
        }))
      )
      return all.filter(({ sources }) => sources.length > 0)
    }).pipe(Effect.scoped)

    const look = Effect.gen(function* () {
      const all = yield* capacities
      const free = all.filter((one) => one.free > 0)
      if (free.length === 0 || !held) return
      // Interrupted in between, it would leave claims that nobody works on.
      yield* Effect.uninterruptible(
        Effect.flatMap(InboxQueue.claim(worker, free), (claims) => Effect.forEach(claims, begin, { discard: true }))
      )
    })

    const lookForDead = Effect.gen(function* () {
      if ((yield* capacities).length === 0) return
      yield* InboxQueue.hold(worker)
      held = true
      yield* InboxQueue.takeBack(worker)
    })

    const kept = <E, R>(effect: Effect.Effect<void, E, R>) =>
      Effect.catchCause(effect, (cause) =>
        Cause.hasInterruptsOnly(cause)
          ? Effect.failCause(cause)
          : Effect.logWarning("the inbox is looked at again soon", Cause.squash(cause))
      )

    yield* Effect.forkScoped(
      Effect.forever(Effect.andThen(kept(lookForDead), Effect.andThen(inbox.wake, Effect.sleep(lookEvery))))
    )
    yield* Effect.forkScoped(Effect.forever(Effect.andThen(inbox.woken, kept(look))))
  }).pipe(Effect.annotateLogs({ service: "InboxWorkers" }))

/** `grace`: how long attempts may go on when the layer is released. */
export const layer = (grace: Duration.Duration) => Layer.effectDiscard(start(grace))
