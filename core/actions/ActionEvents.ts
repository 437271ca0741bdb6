/** The results of actions in this daemon, as they end; a slow subscriber loses the oldest. */
import { Context, Layer } from "effect"
import * as EventBus from "../observe/EventBus.ts"
import type { ActionRun } from "./ActionRun.ts"

export interface EndedAction {
  /** `cli`, `api`, `bot`, `job`. */
  readonly trigger: string
  readonly run: ActionRun
}

export class ActionEvents extends Context.Service<ActionEvents, EventBus.EventBus<EndedAction>>()(
  "tributary/core/actions/ActionEvents"
) {
  /** Provided by everyone who needs it; the layer is still built only once. */
  static readonly layer = Layer.effect(ActionEvents, EventBus.make<EndedAction>(64))
}
