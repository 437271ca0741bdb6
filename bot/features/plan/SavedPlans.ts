/**
 * A plan as its message keeps it: the counts, some rows of each kind, and the number of the offer that holds the whole.
 * So looking through it is quick however large the plan is.
 */
import { Effect, Schema } from "effect"
import type { Plan } from "../../../core/control/Control.ts"
import { EntityPlan } from "../../../core/sync/plan/Plan.ts"

const Counts = Schema.Struct({
  inserts: Schema.Int,
  updates: Schema.Int,
  deletes: Schema.Int,
  /** Messages of an older version have none. */
  missed: Schema.optionalKey(Schema.Int),
  withheld: Schema.Int
})
export type Counts = typeof Counts.Type

const SavedPlanEntity = Schema.Struct({
  ...EntityPlan.fields,
  /** A message of another version has none, or such as are not known: then the sentences stand for themselves. */
  errorReason: Schema.Unknown.pipe(Schema.withDecodingDefaultKey(Effect.succeed(null))),
  reasons: Schema.Array(Schema.Unknown).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  noteReasons: Schema.optionalKey(Schema.Unknown),
  /** Columns. */
  key: Schema.Array(Schema.String),
  counts: Counts
})
export type SavedPlanEntity = typeof SavedPlanEntity.Type

export const SavedPlan = Schema.Struct({
  selectors: Schema.Array(Schema.String),
  /** The data of the button that plans the same again. */
  again: Schema.String,
  configHash: Schema.String,
  /** null: it cannot be applied from here. */
  offer: Schema.NullOr(Schema.Int),
  isTooLarge: Schema.Boolean,
  entities: Schema.Array(SavedPlanEntity)
})
export type SavedPlan = typeof SavedPlan.Type

export const decode = Schema.decodeUnknownEffect(SavedPlan)

/** Rows of each kind of an entity. */
const sample = 5

/** `keyOf`: the key's columns by the entity's id. */
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
