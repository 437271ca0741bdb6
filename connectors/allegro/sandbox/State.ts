/** The state of the Allegro sandbox, which tests read and change directly. */
import type { Draw } from "../../../core/sdk-sandbox.ts"
import type { Granted } from "./Granted.ts"
import type { Fields, Seller, Switches } from "./Model.ts"

export interface AllegroState {
  readonly seed: number
  /** Where the world began to move in steps. */
  readonly startedAt: number
  readonly stepMillis: number
  /** Sellers confirm without a person, and tokens of an earlier sandbox with this seed are accepted. */
  readonly isDemo: boolean
  readonly sellers: ReadonlyArray<Seller>
  readonly switches: Switches
  readonly granted: Granted
  /** Fields of orders that tests have changed, by order id. */
  readonly edits: Map<string, Fields>
  readonly draw: Draw
  /** The requests of the current minute, and until when more of them are refused. */
  readonly budget: { minute: number; count: number; blockedUntil: number }
  traces: number
}

/** The world moves in steps, so that two reads one after the other find the same. */
export const worldTime = (
  { startedAt, stepMillis }: Pick<AllegroState, "startedAt" | "stepMillis">,
  now: number
): number => startedAt + Math.floor((now - startedAt) / stepMillis) * stepMillis
