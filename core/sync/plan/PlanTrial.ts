/** Plans one entity and tries its rows out. Rows that PostgreSQL refuses are rejected, as in a load. */
import { Effect } from "effect"
import type { SqlError } from "effect/sql"
import type { Entity } from "../../config/Entity.ts"
import type { PlanAnswer, PlanRows } from "../../database/load/PlanSql.ts"
import * as RowRefusals from "../../database/load/RowRefusals.ts"
import { runTrial, type TrialOrRefusal, tryTableChange } from "../../database/load/Trial.ts"
import { tableId } from "../../database/tables/Identifier.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import type { Sink } from "../load/Sink.ts"
import { codeOf, connectionLost, RunFailure, reasonOf } from "../RunFailure.ts"
import { changeOf, rowsOf } from "./EntityPlans.ts"

export interface PlanTrialOptions {
  readonly sink: Sink
  /** The entity with the types of its table. */
  readonly stored: Entity
  /** Undefined if there is no table, and so no constraint. */
  readonly trial: TrialOrRefusal | undefined
  readonly ask: PlanRows<PlanAnswer>
  /** Whether this answer is final, or another read comes before it. */
  readonly isLast: (answer: PlanAnswer) => boolean
  /** How the read ended, and its cost. */
  readonly read: Parameters<Sink["facts"]>
}

/** Whether a lock or a missing right, and not a row, is the cause. */
const cannotTry = (error: { readonly _tag: string; readonly message: string }): error is SqlError.SqlError =>
  error._tag === "SqlError" && !RowRefusals.isRefusal(error) && !connectionLost(error)

/** Errors caused by the statement or the table; a lock, a standby and the like say nothing about the table. */
const ofTable = /^(?:0A|22|23|2B|42|54)/

const isOfTable = (error: SqlError.SqlError): boolean => ofTable.test(codeOf(error))

/** Fails as the sync would if PostgreSQL refuses the table's change; returns why that could not be tried. */
export const tryChange = (entity: Entity, ddl: ReadonlyArray<string>) =>
  tryTableChange(ddl).pipe(
    Effect.as<ReadonlyArray<Reason>>([]),
    Effect.catchIf(isOfTable, (error) =>
      Effect.fail(
        new RunFailure({ reason: reason("table.unchangeable", { table: tableId(entity.table), why: reasonOf(error) }) })
      )
    ),
    Effect.catchIf(cannotTry, (error) => Effect.succeed([reason("plan.untried", { why: reasonOf(error) })]))
  )

const changes = ({ held, rows }: PlanAnswer): boolean =>
  rows.some(({ kind }) => kind === "new" || kind === "changed" || (kind !== "missed" && held === null))

export const tryPlan = Effect.fnUntraced(function* ({ ask, isLast, read, sink, stored, trial }: PlanTrialOptions) {
  const untried = (why: Reason) =>
    Effect.map(sink.plan(ask, stored, undefined, ...read), (answer) => ({
      answer,
      untried: changes(answer) ? [reason("plan.untried", { why })] : []
    }))
  const known = (answer: PlanAnswer) => ({ answer, untried: [] })
  if (trial === undefined) return yield* Effect.map(sink.plan(ask, stored, undefined, ...read), known)
  if ("why" in trial) return yield* untried(trial.why)
  const asked: PlanRows<PlanAnswer> = (facts, rows, variant) =>
    Effect.tap(ask(facts, rows, variant), (answer) =>
      changes(answer) && isLast(answer) ? runTrial(trial, changeOf(trial.entity, rowsOf(stored, answer))) : Effect.void
    )
  return yield* sink.plan(asked, stored, trial, ...read).pipe(
    Effect.map(known),
    Effect.catchIf(cannotTry, (error) => untried(reasonOf(error)))
  )
})
