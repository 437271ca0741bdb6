/** A person's decision on deletes that a guard withheld, the same for everybody who puts the question. */
import { Effect } from "effect"
import * as PendingDeletes from "../database/PendingDeletes.ts"

export type Decision = "apply" | "drop"

/** Decided once; who comes second is told. */
export const decide = Effect.fn("Decisions.decide")(function* (
  id: bigint,
  decision: Decision,
  { actor, trigger }: { readonly trigger: string; readonly actor: string }
) {
  return decision === "apply" ? yield* PendingDeletes.apply(id, actor, trigger) : yield* PendingDeletes.drop(id, actor)
})
