/** Databases for tests, on the server that the test run started, dropped when their scope closes. */
import { randomUUID } from "node:crypto"
import { PgConnection } from "@effect/sql-pg"
import { Duration, Effect, Layer, Redacted } from "effect"
import { inject } from "vitest"
import type { DatabaseDeclaration } from "../../core/config/Declarations.ts"
import * as Database from "../../core/database/connection/Database.ts"

export const declaration = (url: Redacted.Redacted): DatabaseDeclaration => ({
  url,
  connections: 8,
  connectTimeout: Duration.seconds(10),
  statementTimeout: Duration.minutes(5),
  lockTimeout: Duration.seconds(30),
  recycle: Duration.minutes(5)
})

/** A database with the daemon's own tables, of which others are copies: to migrate each takes several times as long. */
const template = "tributary_template"

const at = (server: Redacted.Redacted, name: string) => {
  const url = new URL(Redacted.value(server))
  url.pathname = `/${name}`
  return Redacted.make(url.href)
}

const admin = (server: Redacted.Redacted, statement: string) =>
  Effect.scoped(Effect.flatMap(PgConnection.make({ url: server }), (connection) => connection.query(statement, [])))

/** Makes the template on a server that has just been started. */
export const makeTemplate = Effect.fnUntraced(function* (server: Redacted.Redacted) {
  yield* admin(server, `create database ${template}`)
  const migrated = Database.layer({ declaration: declaration(at(server, template)), dataDirectory: "" })
  yield* Effect.scoped(Layer.build(migrated))
})

const create = (options: string) =>
  Effect.gen(function* () {
    const server = Redacted.make(inject("postgres"))
    const name = `t${randomUUID().replaceAll("-", "")}`
    yield* Effect.acquireRelease(admin(server, `create database ${name} ${options}`), () =>
      Effect.orDie(admin(server, `drop database ${name} with (force)`))
    )
    return at(server, name)
  })

/** Returns the address of a new, empty database. */
export const emptyDatabase = create("")

/** Returns the address of a new database with the daemon's tables in it. */
export const freshDatabase = create(`template ${template} strategy file_copy`)

/** `SqlClient` over a fresh database. */
export const layerDatabase = Layer.unwrap(
  Effect.map(freshDatabase, (url) => Database.layer({ declaration: declaration(url), dataDirectory: "" }))
)
