/** A person's decision on a pending delete, the same for every interface. */
import { Effect } from "effect"
import * as PendingDeletes from "../database/audit/PendingDeletes.ts"

export type Decision = "apply" | "drop"

/** Decides once; a second decision fails. */
export const decide = Effect.fn("Decisions.decide")(function* (
  id: bigint,
  decision: Decision,
  { actor, trigger }: { readonly trigger: string; readonly actor: string }
) {
  return decision === "apply" ? yield* PendingDeletes.apply(id, actor, trigger) : yield* PendingDeletes.drop(id, actor)
})
