/** The results of actions in this daemon, as they end; a slow subscriber loses the oldest. */
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
    /** The events from now on. */
    readonly events: Stream.Stream<EndedAction>
  }
>()("tributary/core/actions/ActionEvents") {
  /** Provided by everyone who needs it; the layer is still built only once. */
  static readonly layer = Layer.effect(
    ActionEvents,
    Effect.map(PubSub.sliding<EndedAction>(64), (events) =>
      ActionEvents.of({ publish: (ended) => PubSub.publish(events, ended), events: Stream.fromPubSub(events) })
    )
  )
}
