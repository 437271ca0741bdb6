/** Tokens of sellers are nowhere but in sealed rows, whatever goes wrong between the daemon and the vendor. */
import { assert, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger, References } from "effect"
import { SqlClient } from "effect/sql"
import { Accounts } from "../../core/accounts/Accounts.ts"
import { AccountVendors } from "../../core/accounts/AccountVendors.ts"
import { Authorizations } from "../../core/accounts/Authorizations.ts"
import * as VaultSource from "../../core/accounts/VaultSource.ts"
import { lineOf, toJson } from "../../core/observe/LogLine.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import type { Fault } from "../../core/plugin/Sandbox.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { layerDatabase } from "../../test/support/database.ts"
import { layerVault } from "../../test/support/vault.ts"
import { connectorType } from "./index.ts"
import { start } from "./TestClient.ts"

const by = { trigger: "test", actor: null } as const
const shop = { connector: "allegro", owner: "anna", name: "shop", perOwner: 1 } as const

const world = Effect.gen(function* () {
  const vendor = yield* start({
    isLive: true,
    days: 2,
    sellers: 1,
    change: (declaration) => ({ ...declaration, retry: { delays: [] } })
  })
  const layer = Sync.layer.pipe(
    Layer.provideMerge(VaultSource.layer),
    Layer.provideMerge(layerVault),
    Layer.provideMerge(Registry.layer({ connectors: [vendor.declaration], jobs: [] }, [connectorType])),
    Layer.provide(layerHttp)
  )
  const services = yield* Layer.build(layer)
  const accounts = Context.get(services, Accounts)
  const seller = yield* Context.get(services, AccountVendors).find("allegro")
  const find = accounts.find("allegro", "shop")
  const begin = Context.get(services, Authorizations).start({ connector: "allegro", owner: "bert", name: "shop" }, by)
  return {
    vendor,
    add: Effect.flatMap(vendor.credentialsOf(), (credentials) => accounts.add(shop, { credentials }, seller, by)),
    steps: {
      sync: Context.get(services, Sync).run(vendor.declaration.entities, by),
      verify: Effect.flatMap(find, (account) => accounts.verify(account, seller, by)),
      refresh: Effect.flatMap(find, (account) => accounts.refresh(account, seller, by)),
      authorize: Effect.asVoid(begin)
    }
  }
})

/** What vendors and what stands before them answer, with what they were sent in it. */
const echoes = (token: string): ReadonlyArray<string> => [
  JSON.stringify({ error: "invalid_token", error_description: `Access token expired: ${token}` }),
  `<html><body><pre>authorization: Bearer ${token}</pre></body></html>`,
  `grant_type=refresh_token&refresh_token=${encodeURIComponent(token)}`,
  JSON.stringify({ errors: [{ message: JSON.stringify({ refresh_token: token }) }] }),
  `${"x".repeat(180)} ${token}`
]

/** What asks the vendor at which place. */
const places = {
  sync: "/order/*",
  verify: "/me",
  refresh: "/auth/oauth/token",
  authorize: "/auth/oauth/device"
} as const
const toText = (exit: unknown): string =>
  JSON.stringify(exit, (_, value: unknown) => (value instanceof Error ? { ...value, text: value.stack } : value))

const modes = ["html", "truncated", "disconnect", "disconnectAfter", "unauthorized", "statusAfter"] as const

it.live("no token is in a log, a result, an error or the database", () =>
  Effect.gen(function* () {
    const { add, steps, vendor } = yield* world
    const sql = yield* SqlClient.SqlClient
    const { granted } = vendor.state
    const secrets = new Set([granted.client.secret])
    const said: Array<string> = []
    const look = () => {
      for (const known of [granted.byAccess, granted.byRefresh, granted.codes]) {
        for (const secret of known.keys()) secrets.add(secret)
      }
    }
    yield* Effect.gen(function* () {
      yield* add
      for (const step of ["sync", "verify", "refresh", "authorize"] as const) {
        const path = places[step]
        const faults = (token: string): ReadonlyArray<Fault> => [
          ...modes.map((mode) => ({ path, mode, status: 500 })),
          ...echoes(token).flatMap((body) =>
            [400, 401].map((status) => ({ path, mode: "status" as const, status, body }))
          )
        ]
        for (const at of faults("").keys()) {
          const [access = ""] = granted.byAccess.keys()
          const [refresh = ""] = granted.byRefresh.keys()
          // A request knows the token that it sends, and not the other one.
          const fault = faults(at % 4 < 2 ? access : refresh)[at]
          if (fault === undefined) continue
          yield* vendor.fault({ ...fault, times: 1 })
          said.push(toText(yield* Effect.exit(steps[step])))
          yield* vendor.clearFaults
          yield* Effect.ignore(add)
          look()
        }
      }
    }).pipe(
      Effect.provide(Logger.layer([Logger.make((options) => said.push(toJson(lineOf(options))))])),
      Effect.provideService(References.MinimumLogLevel, "Trace")
    )
    look()
    const tables = yield* sql<{ name: string }>`
      select c.oid::regclass::text as name from pg_class as c
      where c.relkind = 'r' and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')`
    for (const { name } of tables) {
      said.push(
        ...(yield* sql.unsafe<{ row: string }>(`select t::text as row from ${name} as t`)).map(({ row }) => row)
      )
    }
    const all = said.join("\n")
    assert.isAbove(secrets.size, 50)
    assert.include(all, "Access token expired: ", "the answers are quoted")
    for (const secret of secrets) {
      // A part of it is enough to find it, or to go on guessing.
      for (const part of [secret.slice(0, 40), secret.slice(-24), encodeURIComponent(secret), btoa(secret)]) {
        const found = all.indexOf(part)
        assert.strictEqual(found, -1, `${part} in ${all.slice(Math.max(0, found - 200), found + 300)}`)
      }
    }
  }).pipe(Effect.scoped, Effect.provide(layerDatabase))
)
