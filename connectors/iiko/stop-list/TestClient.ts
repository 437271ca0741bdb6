/** The shipped stop list with iiko's sandbox, its cloud, a database, and a counter of statements. */
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert } from "@effect/vitest"
import { Context, Effect, FileSystem, Layer, type Scope } from "effect"
import { SqlClient, Statement } from "effect/sql"
import { TestClock } from "effect/testing"
import { load } from "../../../core/config/Configuration.ts"
import type { Environment } from "../../../core/config/files/References.ts"
import type { Locks } from "../../../core/database/connection/Locks.ts"
import type { Reader } from "../../../core/database/connection/Reader.ts"
import { Registry } from "../../../core/plugin/Registry.ts"
import { Sync } from "../../../core/sync/Sync.ts"
import { layerHttp } from "../../../core/upstream/exchange/Http.ts"
import { layerDatabase } from "../../../test/support/database.ts"
import { connectorType } from "../index.ts"
import { startCloud } from "../sandbox/TestClient.ts"

const shipped = fileURLToPath(new URL("../../../config/connectors/iiko.yaml", import.meta.url))

export const webhookToken = "the-token-of-webhooks"

/** The shipped connector, with its YAML changed by `change`. */
export const declare = Effect.fn("declare")(
  function* (environment: Environment, change: (yaml: string) => string = (yaml) => yaml) {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.makeTempDirectoryScoped()
    yield* fs.makeDirectory(`${directory}/connectors`)
    const yaml = yield* fs.readFileString(shipped)
    yield* fs.writeFileString(`${directory}/daemon.yaml`, "timezone: Europe/Kaliningrad\n")
    yield* fs.writeFileString(`${directory}/connectors/iiko.yaml`, change(yaml))
    const { connectors } = yield* load({ directory, types: [connectorType], environment })
    return yield* Effect.fromNullishOr(connectors[0])
  },
  Effect.scoped,
  Effect.provide(NodeServices.layer),
  Effect.orDie
)

/** A fresh database, which uses real time: the test's clock is set to the sandbox's noon. */
export const withDatabase = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient | Locks | Reader | Scope.Scope>) =>
  Effect.flatMap(TestClock.withLive(Layer.build(layerDatabase)), (services) => Effect.provide(effect, services))

/** A running chain and an engine over it, with filled tables of names. */
export const start = Effect.gen(function* () {
  const vendor = yield* startCloud()
  const declaration = yield* declare({ ...vendor.environment, IIKO_WEBHOOK_TOKEN: webhookToken })
  const services = yield* Layer.build(
    Sync.layer.pipe(
      Layer.provideMerge(Registry.layer({ connectors: [declaration], jobs: [] }, [connectorType])),
      Layer.provide(layerHttp)
    )
  )
  const { run } = Context.get(services, Sync)
  const sync = (...names: ReadonlyArray<string>) =>
    run(
      declaration.entities.filter(({ name }) => names.includes(name)),
      { trigger: "test", actor: null }
    )
  const stopList = Effect.flatMap(sync("stop_list"), ([result]) => Effect.fromNullishOr(result))
  for (const { entity, error } of yield* sync("department", "product", "terminal_group")) {
    assert.isNull(error, entity)
  }
  return { ...vendor, declaration, services, sync, stopList }
})

/** The answer of an effect, and how many statements it took, without those of the locks. */
export const withStatementCount = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    let statements = 0
    const answer = yield* Effect.provideService(effect, Statement.CurrentTransformer, (statement) => {
      statements += 1
      return Effect.succeed(statement)
    })
    return { answer, statements }
  })

/** An interval of `stoplist_history`. */
export interface Interval {
  readonly product: string
  readonly group: string
  readonly from: string
  readonly to: string | null
}

export const remember = Effect.fnUntraced(function* (intervals: ReadonlyArray<Interval>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    insert into stoplist_history (product_id, terminal_group_id, started_at, ended_at)
    select i.product, i."group", i."from", i."to" from json_to_recordset(${JSON.stringify(intervals)}::json)
      as i(product uuid, "group" uuid, "from" timestamptz, "to" timestamptz)`
})
