/** The shipped configuration with iiko's sandbox and a database: its actions, its syncs, and the stock they change. */
import { assert } from "@effect/vitest"
import { Context, Duration, Effect, Layer, type Scope } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { Actions } from "../../../core/actions/Actions.ts"
import * as Database from "../../../core/database/connection/Database.ts"
import type { Locks } from "../../../core/database/connection/Locks.ts"
import * as Migrations from "../../../core/plugin/Migrations.ts"
import { Registry } from "../../../core/plugin/Registry.ts"
import { Sync } from "../../../core/sync/Sync.ts"
import { layerHttp } from "../../../core/upstream/exchange/Http.ts"
import { inTime } from "../../../test/actions/fixtures.ts"
import { declaration as databaseAt, freshDatabase } from "../../../test/support/database.ts"
import { connectorType } from "../index.ts"
import type { Behaviour } from "../sandbox/Model.ts"
import { startAndLogIn } from "../sandbox/TestClient.ts"
import { declare } from "../stop-list/TestClient.ts"

const database = Layer.unwrap(
  Effect.map(freshDatabase, (url) =>
    // The test's clock runs ahead, and must not cause connections to be replaced.
    Database.layer({ declaration: { ...databaseAt(url), recycle: Duration.days(10_000) }, dataDirectory: "" })
  )
)

/** A fresh database with the tables of this connector type, in real time. */
export const withDatabase = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient | Locks | Scope.Scope>) =>
  TestClock.withLive(
    Layer.build(Layer.effectDiscard(Migrations.run([connectorType])).pipe(Layer.provideMerge(database)))
  ).pipe(Effect.flatMap((services) => Effect.provide(effect, services)))

export const testInitiator = { trigger: "test", actor: "anna" }

/** The entities that are synced first. */
const mirrored = ["department", "store", "product", "product_group", "entity_account", "entity_measure_unit"]

/** A running chain with filled tables; `change` edits the YAML of the connector. */
export const start = Effect.fnUntraced(function* (
  behaviour: Partial<Behaviour> = {},
  change: (yaml: string) => string = (yaml) => yaml
) {
  const vendor = yield* startAndLogIn(behaviour)
  const declaration = yield* declare(vendor.environment, change)
  const services = yield* Layer.build(
    Actions.layer.pipe(
      Layer.provideMerge(Sync.layer),
      Layer.provideMerge(Registry.layer({ connectors: [declaration], jobs: [] }, [connectorType])),
      Layer.provide(layerHttp)
    )
  )
  const actions = Context.get(services, Actions)
  const { run } = Context.get(services, Sync)
  const sync = (...names: ReadonlyArray<string>) =>
    run(
      declaration.entities.filter(({ name }) => names.includes(name)),
      { trigger: "test", actor: null }
    )
  for (const { entity, error } of yield* sync(...mirrored)) assert.isNull(error, entity)
  const { state } = vendor
  const store = (name: string) => state.corporateItems.find((item) => item.name === name)?.id ?? ""
  return {
    ...vendor,
    actions,
    sync,
    store,
    sql: yield* SqlClient.SqlClient,
    entries: actions.log({ limit: 100 }),
    /** While the clock advances. */
    run: (name: string, input: unknown = {}) => inTime(actions.run(`iiko.${name}`, input, testInitiator)),
    dryRun: (name: string, input: unknown = {}) =>
      actions.run(`iiko.${name}`, input, { ...testInitiator, dryRun: true }),
    account: (name: string) => state.accounts.find((account) => account.name === name)?.id ?? "",
    stock: (storeId: string, product: string) =>
      state.balances.find((row) => row.store === storeId && row.product === product)?.amount ?? 0,
    /** How many requests were sent to these documents. */
    posts: (path: string) =>
      Effect.map(
        vendor.requests,
        (requests) => requests.filter(({ method, path: to }) => method === "POST" && to.endsWith(path)).length
      )
  }
})

export type World = Effect.Success<ReturnType<typeof start>>
