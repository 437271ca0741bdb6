/** The inbox of a daemon: stores deliveries, wakes those who work them off, and waits for the end of one. */
import { Context, type Duration, Effect, Layer, PubSub, Queue, Schedule } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import type { Initiator } from "../observe/Initiator.ts"
import { reason } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"
import * as InboxRows from "./InboxRows.ts"
import * as InboxStore from "./InboxStore.ts"

/** There is no such delivery, or it cannot be worked off again. */
export class InboxRefused extends ReasonError("InboxRefused") {}

export class Inbox extends Context.Service<
  Inbox,
  {
    /** Returns once the delivery is stored, or was stored before; its work begins at once. */
    readonly receive: (delivery: InboxStore.NewDelivery) => Effect.Effect<InboxStore.Stored, SqlError.SqlError>
    /** Waits until the delivery has ended, and no longer than that; returns it as it is then. */
    readonly awaitEnd: (
      id: number,
      limit: Duration.Duration
    ) => Effect.Effect<InboxRows.DeliveryDetail | undefined, SqlError.SqlError>
    readonly replay: (
      id: number,
      initiator: Initiator
    ) => Effect.Effect<InboxRows.DeliveryDetail, InboxRefused | SqlError.SqlError>
    /** For the workers: waits until there may be something new. */
    readonly woken: Effect.Effect<void>
    /** For the workers. */
    readonly wake: Effect.Effect<void>
    readonly ended: (id: number) => Effect.Effect<void>
  }
>()("tributary/core/inbox/Inbox") {
  static readonly layer = Layer.effect(
    Inbox,
    Effect.gen(function* () {
      const database = yield* Effect.map(Effect.context<SqlClient.SqlClient>(), Context.pick(SqlClient.SqlClient))
      const wakes = yield* Queue.sliding<void>(1)
      const endings = yield* PubSub.sliding<number>(endingsKept)
      const wake = Effect.asVoid(Queue.offer(wakes, undefined))

      const awaitEnd = Effect.fn("Inbox.awaitEnd")(function* (id: number, limit: Duration.Duration) {
        // Before the first look, so that no end comes in between.
        const subscription = yield* PubSub.subscribe(endings)
        const look = InboxRows.read(id)
        const hasEnded = Effect.map(look, (delivery) => delivery?.state !== "waiting")
        const toldHere = Effect.repeat(PubSub.take(subscription), { until: (ended) => ended === id })
        // Another process may work on it.
        const seen = Effect.repeat(hasEnded, { until: (ended) => ended, schedule: Schedule.spaced("1 second") })
        yield* Effect.timeoutOption(Effect.raceFirst(Effect.asVoid(toldHere), Effect.asVoid(seen)), limit)
        return yield* look
      }, Effect.scoped)

      return Inbox.of({
        receive: Effect.fn("Inbox.receive")(function* (delivery) {
          const stored = yield* InboxStore.store(delivery)
          if (!stored.repeated) yield* wake
          return stored
        }, Effect.provideContext(database)),
        awaitEnd: (id, limit) => Effect.provideContext(awaitEnd(id, limit), database),
        replay: (id, initiator) => Effect.tap(Effect.provideContext(replay(id, initiator), database), () => wake),
        woken: Queue.take(wakes),
        wake,
        ended: (id) => Effect.asVoid(PubSub.publish(endings, id))
      })
    })
  )
}

/** For a listener that is slow for a moment; one that stays slow looks at the database. */
const endingsKept = 1024

const refused = (code: "inbox.bodyErased" | "inbox.unknown" | "inbox.waits", id: number) =>
  new InboxRefused({ reason: reason(code, { id }) })

export const one = Effect.fn("Inbox.one")(function* (id: number) {
  const found = yield* InboxRows.read(id)
  return found ?? (yield* refused("inbox.unknown", id))
})

/** Lets a delivery be worked off again: by a process that runs, within seconds. */
export const replay = Effect.fn("Inbox.replay")(function* (id: number, initiator: Initiator) {
  const replayed = yield* InboxRows.replay(id, initiator)
  const delivery = yield* one(id)
  if (replayed) return delivery
  return yield* refused(delivery.state === "waiting" ? "inbox.waits" : "inbox.bodyErased", id)
})
