/**
 * The connection to PostgreSQL, for a server that may be 400 ms away, drops idle connections and is slow to wake: two
 * warm connections, statements of many fibers pipelined on each, replaced before the server would drop them.
 */
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { PgClient } from "@effect/sql-pg"
import { Data, Duration, Effect, Layer, type Redacted, Schedule } from "effect"
import { Migrator, SqlClient, SqlError } from "effect/sql"
import { fromFileSystem } from "effect/sql/MigratorFileSystem"
import type { DatabaseDeclaration } from "../../config/Declarations.ts"
import { render } from "../../reason/Reason.ts"
import { types } from "../tables/TextColumn.ts"
import * as Embedded from "./Embedded.ts"
import * as EmbeddedReader from "./EmbeddedReader.ts"
import { Locks } from "./Locks.ts"
import { Reader } from "./Reader.ts"
import { isAway, sqlReason } from "./SqlReason.ts"

export class DatabaseUnavailable extends Data.TaggedError("DatabaseUnavailable")<{
  readonly message: string
  readonly cause?: unknown
}> {}

export interface DatabaseOptions {
  readonly declaration: DatabaseDeclaration
  /** The directory of the embedded server, which is used if no address is declared. */
  readonly dataDirectory: string
}

const migrationsDirectory = fileURLToPath(new URL("../../../migrations", import.meta.url))

/** Rows of one answer may hold a whole plan, far above the driver's 16 MiB. */
const maxMessageSize = 1024 * 1024 * 1024

const session = (declaration: DatabaseDeclaration, url: Redacted.Redacted) => ({
  url,
  applicationName: "tributary",
  connectTimeout: declaration.connectTimeout,
  keepAlive: Duration.seconds(30),
  maxMessageSize,
  types,
  startupParameters: {
    jit: "off",
    // A large load sorts and joins the staged rows; spilling to disk takes a third longer.
    work_mem: "128MB",
    // Every load binds other data: a plan made for ten rows would run a million by nested loop.
    plan_cache_mode: "force_custom_plan",
    statement_timeout: String(Duration.toMillis(declaration.statementTimeout)),
    lock_timeout: String(Duration.toMillis(declaration.lockTimeout)),
    TimeZone: "UTC",
    DateStyle: "ISO, YMD"
  }
})

const pool = ({ connections, recycle }: DatabaseDeclaration) => ({
  multiplex: true,
  minConnections: Math.min(2, connections),
  maxConnections: connections,
  connectionTTL: recycle,
  idleTimeout: recycle
})

const unavailable = (error: SqlError.SqlError | Embedded.EmbeddedError) =>
  new DatabaseUnavailable({
    message: `The database cannot be reached: ${SqlError.isSqlError(error) ? render(sqlReason(error)) : error.message}. Check DATABASE_URL, or leave it out to use the embedded server.`,
    cause: error
  })

/** The reader for exports: as declared, else the plain role of the embedded server, else the loading user. */
const readerLayer = ({ exports = {}, ...declaration }: DatabaseDeclaration, url: Redacted.Redacted) => {
  if (exports.url !== undefined || declaration.url !== undefined || exports.role !== undefined) {
    return Reader.layer(session(declaration, exports.url ?? url), exports.role)
  }
  const plain = EmbeddedReader.make(url)
  return Reader.layer(session(declaration, plain.url), undefined, plain.grant)
}

/** Provides `PgClient`, `SqlClient`, `Locks` and `Reader`, with the daemon's own tables in place. */
export const layer = (options: DatabaseOptions) =>
  Layer.effectDiscard(migrate).pipe(
    Layer.provide(NodeServices.layer),
    Layer.provideMerge(
      Layer.unwrap(
        Effect.gen(function* () {
          const url = options.declaration.url ?? (yield* Embedded.start({ directory: options.dataDirectory }))
          const connection = session(options.declaration, url)
          return Layer.mergeAll(
            PgClient.layerFrom(PgClient.make({ ...connection, ...pool(options.declaration) })),
            Locks.layer(connection, options.declaration.recycle),
            readerLayer(options.declaration, url)
          )
        }).pipe(Effect.mapError(unavailable))
      )
    )
  )

/** A server that hangs accepts connections and never answers, so a waiting user gets a warning before the timeout. */
const silentFor = Duration.seconds(5)

const toldWhileSilent = <A, E, R>(asked: Effect.Effect<A, E, R>) =>
  Effect.raceFirst(
    asked,
    Effect.logWarning("the database has not answered yet, still waiting").pipe(
      Effect.delay(silentFor),
      Effect.andThen(Effect.never)
    )
  )

/** Costs one short query if nothing is pending; the migrator takes a table lock and several round trips. */
const migrate = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const known = yield* fromFileSystem(migrationsDirectory)
  const latest = known.at(-1)?.[0] ?? 0
  const applied = yield* sql<{ id: number }>`select max(migration_id) as id from tributary_migrations`.pipe(
    toldWhileSilent,
    Effect.map((rows) => rows[0]?.id ?? 0),
    // A server that wakes up refuses connections for a while; an undefined table just means the first start.
    Effect.tapError((error) =>
      isAway(error)
        ? Effect.logWarning("the database does not answer yet, trying again", render(sqlReason(error)))
        : Effect.void
    ),
    Effect.retry({ schedule: Schedule.spaced("3 seconds"), times: 10, while: isAway }),
    Effect.catch((error) =>
      error.reason._tag === "SqlSyntaxError" ? Effect.succeed(0) : Effect.fail(unavailable(error))
    )
  )
  if (applied >= latest) return
  yield* Migrator.make({})({ loader: Effect.succeed(known), table: "tributary_migrations" }).pipe(
    Effect.mapError(
      (cause) =>
        new DatabaseUnavailable({
          message: `The daemon's own tables could not be made: ${SqlError.isSqlError(cause) ? render(sqlReason(cause)) : cause.message}`,
          cause
        })
    )
  )
})
