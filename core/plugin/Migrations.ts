/**
 * The own tables of a plugin type, beside those of entities. At start the migrations in the type's folder make them;
 * each type counts its migrations separately from those of the daemon and of other types.
 */
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Data, Effect } from "effect"
import { Migrator, SqlClient, type SqlError } from "effect/sql"
import { fromFileSystem } from "effect/sql/MigratorFileSystem"
import type { ConnectorType } from "./Connector.ts"

export class MigrationsFailed extends Data.TaggedError("MigrationsFailed")<{
  readonly type: string
  readonly message: string
  readonly cause: unknown
}> {}

/** Like the daemon's own migrations: one short query when nothing is pending. */
const migrate = Effect.fn("Migrations.migrate")(
  function* (type: string, folder: URL) {
    const sql = yield* SqlClient.SqlClient
    const table = `tributary_migrations_${type}`
    const known = yield* fromFileSystem(fileURLToPath(folder))
    const latest = known.at(-1)?.[0] ?? 0
    const applied = yield* sql<{ id: number | null }>`select max(migration_id) as id from ${sql(table)}`.pipe(
      Effect.map((rows) => rows[0]?.id ?? 0),
      Effect.catchIf(isMissing, () => Effect.succeed(0))
    )
    if (applied < latest) yield* Migrator.make({})({ loader: Effect.succeed(known), table })
  },
  (effect, type) =>
    Effect.mapError(
      effect,
      (cause) =>
        new MigrationsFailed({ type, message: `The tables of "${type}" could not be made: ${cause.message}`, cause })
    )
)

/** A missing table only means that this is the first start. */
const isMissing = ({ reason }: SqlError.SqlError): boolean => reason._tag === "SqlSyntaxError"

/** Migrates all available types, declared or not: a reload may declare one at any moment. */
export const run = (types: ReadonlyArray<Pick<ConnectorType, "migrations" | "type">>) =>
  Effect.forEach(
    types,
    ({ migrations, type }) => (migrations === undefined ? Effect.void : migrate(type, migrations)),
    { concurrency: "unbounded", discard: true }
  ).pipe(Effect.provide(NodeServices.layer))
