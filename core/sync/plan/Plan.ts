/**
 * A plan: the changes of a sync, row by row, as a document that can be read, saved and applied. Applying does exactly
 * what it says or nothing: one row that is no longer as the plan saw it stops everything.
 */
import { Effect, Schema } from "effect"
import { targetIdOf } from "../../config/RunTarget.ts"
import { Reason } from "../../reason/Reason.ts"

/** A row by column name; values are the text PostgreSQL would print, or null. */
export const PlannedRow = Schema.Record(Schema.String, Schema.NullOr(Schema.String))
export type PlannedRow = typeof PlannedRow.Type

export const EntityPlan = Schema.Struct({
  connector: Schema.String,
  entity: Schema.String,
  account: Schema.String.pipe(Schema.optionalKey).annotate({ description: "Absent: the connector has no accounts." }),
  accountName: Schema.String.pipe(Schema.optionalKey).annotate({ description: "owner/name of the account." }),
  table: Schema.String.annotate({ description: "schema.table" }),
  ddl: Schema.Array(Schema.String).annotate({ description: "Statements that create or widen the table, in order." }),
  error: Schema.NullOr(Schema.String),
  // Plans saved before reasons existed have none.
  errorReason: Schema.NullOr(Reason).pipe(Schema.withDecodingDefaultKey(Effect.succeed(null))),
  warnings: Schema.Array(Schema.String),
  reasons: Schema.Array(Reason).pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))),
  notes: Schema.Array(Schema.String).pipe(Schema.optionalKey).annotate({
    description: "Remarks that are no warnings, such as why everything was read and not only what changed."
  }),
  noteReasons: Schema.Array(Reason).pipe(Schema.optionalKey),
  since: Schema.Boolean.pipe(Schema.optionalKey).annotate({
    description: "Only what changed was read, from the cursors on, as a sync does it."
  }),
  fetched: Schema.Int,
  rejected: Schema.Int,
  unchanged: Schema.Int,
  inserts: Schema.Array(PlannedRow),
  updates: Schema.Array(
    Schema.Struct({
      key: PlannedRow,
      changes: Schema.Array(
        Schema.Struct({ column: Schema.String, from: Schema.NullOr(Schema.String), to: Schema.NullOr(Schema.String) })
      )
    })
  ),
  deletes: Schema.Array(PlannedRow),
  confirmed: Schema.Boolean.pipe(Schema.optionalKey).annotate({
    description:
      "The list came in several pages and was read twice: both reads missed the rows to delete, as a sync does it."
  }),
  missed: Schema.Array(PlannedRow).pipe(Schema.optionalKey).annotate({
    description:
      "Rows that are missing for the first time: deleted if the next read misses them too (guard.confirm: next)."
  }),
  /** The rows that a guard withholds: they would become a pending delete. */
  withheld: Schema.Array(PlannedRow),
  absent: Schema.Array(Schema.String).pipe(Schema.optionalKey).annotate({
    description: "Declared columns whose field was in no record."
  }),
  undeclared: Schema.Array(Schema.String).pipe(Schema.optionalKey).annotate({
    description: "Fields of the source that are not declared, as `from` would name them."
  }),
  absentPlaces: Schema.Array(Schema.String).pipe(Schema.optionalKey).annotate({
    description: "Places of `where`, `drop` and `join` that no record has, as in drop: /customer/phone."
  }),
  unmetPlaces: Schema.Array(Schema.String).pipe(Schema.optionalKey).annotate({
    description: "Places of `where` and `deletedWhen` that no record has, as may well be."
  })
}).annotate({ description: "What a sync of one entity would do." })
export type EntityPlan = typeof EntityPlan.Type

/** The id of the target that is planned: `crm.deal`, or `crm.deal@name` of an account. */
export const planId = ({ account, connector, entity }: Pick<EntityPlan, "account" | "connector" | "entity">): string =>
  targetIdOf({ connector, entity, account: account ?? null })

export const Plan = Schema.Struct({
  version: Schema.Literal(1),
  createdAt: Schema.String.annotate({ description: "When the sources were read, ISO 8601 in UTC." }),
  configHash: Schema.String,
  entities: Schema.Array(EntityPlan)
})
export type Plan = typeof Plan.Type
