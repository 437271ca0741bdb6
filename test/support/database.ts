/** A fresh database for a test, on the server the test run started, dropped when its scope closes. */
import { randomUUID } from "node:crypto"
import { PgConnection } from "@effect/sql-pg"
import { Duration, Effect, Layer, Redacted } from "effect"
import { inject } from "vitest"
import type { DatabaseDeclaration } from "../../core/config/Connector.ts"
import * as Database from "../../core/database/connection/Database.ts"

export const declaration = (url: Redacted.Redacted): DatabaseDeclaration => ({
  url,
  connections: 8,
  connectTimeout: Duration.seconds(10),
  statementTimeout: Duration.minutes(5),
  lockTimeout: Duration.seconds(30),
  recycle: Duration.minutes(5)
})

/** Returns the address of a new, empty database. */
export const freshDatabase = Effect.gen(function* () {
  const server = inject("postgres")
  const name = `t${randomUUID().replaceAll("-", "")}`
  const admin = (statement: string) =>
    Effect.scoped(
      Effect.flatMap(PgConnection.make({ url: Redacted.make(server) }), (connection) => connection.query(statement, []))
    )
  yield* Effect.acquireRelease(admin(`create database ${name}`), () =>
    Effect.orDie(admin(`drop database ${name} with (force)`))
  )
  const url = new URL(server)
  url.pathname = `/${name}`
  return Redacted.make(url.href)
})

/** `SqlClient` over a fresh database with the daemon's tables in it. */
export const layerDatabase = Layer.unwrap(
  Effect.map(freshDatabase, (url) => Database.layer({ declaration: declaration(url), dataDirectory: "" }))
)
