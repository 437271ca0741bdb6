/**
 * Events of one kind, from publishers to all listeners. A bus belongs to one process: other processes learn what
 * happened from the database. A listener never holds up a publisher; one that stays slow loses the oldest events.
 */
import { Effect, PubSub, Stream } from "effect"

export interface EventBus<A> {
  readonly publish: (event: A) => Effect.Effect<void>
  /** The events from now on. */
  readonly events: Stream.Stream<A>
}

/** `kept`: the number of events that wait for a temporarily slow listener. */
export const make = <A>(kept: number): Effect.Effect<EventBus<A>> =>
  Effect.map(PubSub.sliding<A>(kept), (hub) => ({
    publish: (event) => Effect.asVoid(PubSub.publish(hub, event)),
    events: Stream.fromPubSub(hub)
  }))
