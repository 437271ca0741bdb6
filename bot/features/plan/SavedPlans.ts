/**
 * A plan as its message keeps it: the counts, some rows of each kind, and the number of the confirmation that holds the
 * whole plan. So browsing a large plan is as quick as a small one.
 */
import { Effect, Schema } from "effect"
import type { Plan } from "../../../core/control/Control.ts"
import { EntityPlan } from "../../../core/sync/plan/Plan.ts"

const Counts = Schema.Struct({
  inserts: Schema.Int,
  updates: Schema.Int,
  deletes: Schema.Int,
  /** Absent in messages of an older version. */
  missed: Schema.optionalKey(Schema.Int),
  withheld: Schema.Int
})
export type Counts = typeof Counts.Type

const SavedPlanEntity = Schema.Struct({
  ...EntityPlan.fields,
  /** Absent or unknown in messages of another version: then the sentences are shown instead. */
  errorReason: Schema.Unknown.pipe(Schema.withDecodingDefaultKey(Effect.succeed(null))),
  reasons: Schema.Array(Schema.Unknown).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  noteReasons: Schema.optionalKey(Schema.Unknown),
  /** The columns of the key. */
  key: Schema.Array(Schema.String),
  counts: Counts
})
export type SavedPlanEntity = typeof SavedPlanEntity.Type

export const SavedPlan = Schema.Struct({
  selectors: Schema.Array(Schema.String),
  /** The data of the button that plans the same again. */
  again: Schema.String,
  configHash: Schema.String,
  /** null: the plan cannot be applied from the chat. */
  offer: Schema.NullOr(Schema.Int),
  isTooLarge: Schema.Boolean,
  entities: Schema.Array(SavedPlanEntity)
})
export type SavedPlan = typeof SavedPlan.Type

export const decode = Schema.decodeUnknownEffect(SavedPlan)

/** The number of rows kept of each kind of an entity. */
const sample = 5

/** `keyOf` returns the key's columns for the entity's id. */
export const entitiesOf = (plan: Plan, keyOf: (id: string) => ReadonlyArray<string>): ReadonlyArray<SavedPlanEntity> =>
  plan.entities.map((entity) => ({
    ...entity,
    inserts: entity.inserts.slice(0, sample),
    updates: entity.updates.slice(0, sample),
    deletes: entity.deletes.slice(0, sample),
    missed: (entity.missed ?? []).slice(0, sample),
    withheld: entity.withheld.slice(0, sample),
    key: keyOf(idOf(entity)),
    counts: {
      inserts: entity.inserts.length,
      updates: entity.updates.length,
      deletes: entity.deletes.length,
      missed: (entity.missed ?? []).length,
      withheld: entity.withheld.length
    }
  }))

export const idOf = ({ connector, entity }: Pick<EntityPlan, "connector" | "entity">): string =>
  `${connector}.${entity}`

export const changesSomething = ({ counts, ddl }: SavedPlanEntity): boolean =>
  counts.inserts + counts.updates + counts.deletes + ddl.length > 0

export const total = (kept: SavedPlan): Counts & { readonly ddl: number } => {
  const sum = (of: (entity: SavedPlanEntity) => number) => kept.entities.reduce((all, entity) => all + of(entity), 0)
  return {
    inserts: sum(({ counts }) => counts.inserts),
    updates: sum(({ counts }) => counts.updates),
    deletes: sum(({ counts }) => counts.deletes),
    withheld: sum(({ counts }) => counts.withheld),
    ddl: sum(({ ddl }) => ddl.length)
  }
}
