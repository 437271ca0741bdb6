/** What a load statement does, decided once for all of its clauses. */
import { deletesMissing, tombstonesDelete } from "../../config/DeletePolicy.ts"
import type { Entity } from "../../config/Entity.ts"
import { updatedColumns } from "../tables/ColumnSql.ts"
import type { LoadVariant } from "./DiffSql.ts"
import type { WriteClauses } from "./WrittenSql.ts"

export interface LoadForm extends WriteClauses {
  readonly entity: Entity
  readonly variant: LoadVariant
  /** Whether it first returns the rows that it would delete; it then writes nothing. */
  readonly asks: boolean
  /** The clause that is empty if the statement must not write. */
  readonly act: "act" | "run"
  /** See `LoadVariant.misses`; undefined if missing rows are never deleted. */
  readonly misses: string | undefined
}

export const loadForm = (entity: Entity, variant: LoadVariant): LoadForm => {
  const asks = variant.confirm && deletesMissing(entity)
  const misses = deletesMissing(entity) ? variant.misses : undefined
  return {
    entity,
    variant,
    asks,
    act: asks ? "act" : "run",
    misses,
    // What the source says is gone needs no question.
    removes: asks ? tombstonesDelete(entity) : true,
    updates: entity.mode !== "append" && updatedColumns(entity).length > 0,
    waiting: misses === undefined ? "0" : "waiting.n"
  }
}
