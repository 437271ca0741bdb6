/** What actions came to in this daemon, as they end; who listens too slowly misses the oldest. */
import { Context, Effect, Layer, PubSub, Stream } from "effect"
import type { ActionRun } from "./ActionRun.ts"

export interface EndedAction {
  /** `cli`, `api`, `bot`, `job`. */
  readonly trigger: string
  readonly run: ActionRun
}

export class ActionEvents extends Context.Service<
  ActionEvents,
  {
    readonly publish: (ended: EndedAction) => Effect.Effect<unknown>
    /** From now on. */
    readonly events: Stream.Stream<EndedAction>
  }
>()("tributary/core/actions/ActionEvents") {
  /** Provided by all who need it: the layer is built once. */
  static readonly layer = Layer.effect(
    ActionEvents,
    Effect.map(PubSub.sliding<EndedAction>(64), (events) =>
      ActionEvents.of({ publish: (ended) => PubSub.publish(events, ended), events: Stream.fromPubSub(events) })
    )
  )
}
