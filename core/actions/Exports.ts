/** Exports for every caller except jobs: lists them with their last run, and runs them. */
import { Context, Effect, Layer } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import { type ExportDeclaration, exportId } from "../config/ExportDeclaration.ts"
import * as Audit from "../database/audit/Audit.ts"
import type { Locks } from "../database/connection/Locks.ts"
import type { Reader } from "../database/connection/Reader.ts"
import { Registry } from "../plugin/Registry.ts"
import * as ExportRun from "./ExportRun.ts"

export { type ExportOptions, ExportResult, UnknownExport } from "./ExportRun.ts"

export interface ListedExport extends Pick<ExportDeclaration, "connector" | "name"> {
  /** `sheet.prices`. */
  readonly id: string
  readonly last: Audit.AuditedRun | null
}

export class Exports extends Context.Service<
  Exports,
  {
    readonly list: Effect.Effect<ReadonlyArray<ListedExport>, SqlError.SqlError>
    /** Runs the exports with these ids, or all if there are none; a failed one is a result. */
    readonly run: (
      ids: ReadonlyArray<string>,
      by: ExportRun.ExportOptions
    ) => Effect.Effect<ReadonlyArray<ExportRun.ExportResult>, ExportRun.UnknownExport>
  }
>()("tributary/core/actions/Exports") {
  static readonly layer = Layer.effect(
    Exports,
    Effect.gen(function* () {
      const services = yield* Effect.context<SqlClient.SqlClient | Locks | Reader | Registry>()
      return Exports.of({
        list: Effect.provide(list, services),
        run: (ids, by) => Effect.provide(ExportRun.run(ids, by), services)
      })
    })
  )
}

const list = Effect.gen(function* () {
  const declared = ExportRun.exportsIn(yield* Registry.now)
  return yield* Effect.forEach(
    declared,
    ({ connector, name }) =>
      Effect.map(
        Audit.runsPage({ connector, entity: name }, 1),
        ([last = null]): ListedExport => ({ id: exportId({ connector, name }), connector, name, last })
      ),
    { concurrency: "unbounded" }
  )
})
