/** A portal that is opened by an application, whose tokens are in the vault. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { Accounts } from "../../../core/accounts/Accounts.ts"
import { AccountVendors } from "../../../core/accounts/AccountVendors.ts"
import { MasterKeys } from "../../../core/accounts/MasterKeys.ts"
import * as VaultSource from "../../../core/accounts/VaultSource.ts"
import { Registry } from "../../../core/plugin/Registry.ts"
import { Sync } from "../../../core/sync/Sync.ts"
import { layerHttp } from "../../../core/upstream/exchange/Http.ts"
import { masterKey } from "../../../test/accounts/fixtures.ts"
import { layerDatabase } from "../../../test/support/database.ts"
import { connectorType } from "../index.ts"
import { declare } from "../sandbox/TestClient.ts"
import { grant, sandbox } from "../sandbox.ts"

const by = { trigger: "test", actor: null } as const

const yaml = `entities: { deal: { object: deal, key: id, fields: { id: bigint, title: text } } }`

/** A portal, the connector of its application, and what adds its account. */
const world = Effect.gen(function* () {
  const portal = yield* sandbox.start({ seed: 3 })
  const { application } = portal.state
  const access = `application: { portal: "${portal.url}", tokens: "${portal.url}/oauth/token/", client: { id: { secret: CLIENT_ID }, secret: { secret: CLIENT_SECRET } } }`
  const environment = { CLIENT_ID: application.clientId, CLIENT_SECRET: application.clientSecret }
  const declaration = yield* declare(yaml, environment, access)
  const services = yield* Layer.build(
    Layer.mergeAll(Sync.layer, AccountVendors.layer).pipe(
      Layer.provideMerge(VaultSource.layer),
      Layer.provideMerge(Accounts.layer),
      Layer.provide(MasterKeys.layer(Effect.succeed(masterKey))),
      Layer.provideMerge(Registry.layer({ connectors: [declaration], jobs: [] }, [connectorType])),
      Layer.provide(layerHttp)
    )
  )
  const accounts = Context.get(services, Accounts)
  const vendor = yield* Context.get(services, AccountVendors).find("crm")
  const { run } = Context.get(services, Sync)
  const sync = Effect.provideContext(
    Effect.map(run(declaration.entities, by), ([result]) => result),
    services
  )
  const add = (given: Readonly<Record<string, string>>, owner = "anna") =>
    accounts.addGiven(
      { connector: "crm", name: "portal", owner, perOwner: vendor.traits.perOwner },
      Object.fromEntries(Object.entries(given).map(([name, value]) => [name, Redacted.make(value)])),
      vendor,
      by
    )
  return { accounts, add, application, portal, sync, sql: yield* SqlClient.SqlClient }
})

describe("a portal that is opened by an application", () => {
  it.live("is read with the tokens of its account, which are renewed once when the portal refuses them", () =>
    Effect.gen(function* () {
      const { accounts, add, application, portal, sql, sync } = yield* world
      assert.match((yield* sync)?.error ?? "", /crm has no account yet: add one with `accounts add crm`/)
      const { refreshToken } = yield* grant(portal.state)
      const added = yield* add({ refreshToken })
      assert.deepInclude(added, { status: "active" })
      assert.match(added.belongsTo, / at 127\.0\.0\.1/)
      assert.isFalse(application.refresh.has(refreshToken), "the token is used up")

      assert.deepInclude(yield* sync, { status: "ok", inserted: 40 })
      const columns =
        yield* sql`select column_name from information_schema.columns where table_name = 'crm_deal' and column_name = 'account_id'`
      assert.lengthOf(columns, 0, "rows belong to the portal, not to an account")

      application.access.clear()
      const before = (yield* portal.requests).length
      assert.deepInclude(yield* sync, { status: "ok", unchanged: 40 })
      const asked = (yield* portal.requests).slice(before).map(({ path }) => path)
      assert.lengthOf(
        asked.filter((path) => path.startsWith("/oauth/token")),
        1
      )

      application.access.clear()
      application.refresh.clear()
      const refused = yield* sync
      assert.match(refused?.error ?? "", /anna\/portal are refused.*add the account again with a new refresh token/)
      assert.deepInclude(yield* accounts.read(added.id), { status: "invalid" })
      assert.match((yield* sync)?.error ?? "", /add the account again with a new refresh token/)
      const { refreshToken: next } = yield* grant(portal.state)
      yield* add({ refreshToken: next })
      assert.deepInclude(yield* sync, { status: "ok", unchanged: 40 })
    }).pipe(Effect.scoped, Effect.provide(layerDatabase))
  )

  it.live("refuses what is no token, and uses one account", () =>
    Effect.gen(function* () {
      const { add, portal, sync } = yield* world
      const refusal = (given: Readonly<Record<string, string>>) =>
        Effect.map(Effect.flip(add(given)), ({ message }) => message)
      assert.match(yield* refusal({ token: "x" }), /refreshToken, or with the code of an authorization/)
      const used = yield* refusal({ refreshToken: "never-granted-by-anybody" })
      assert.match(used, /does not accept the application's tokens/)
      assert.notInclude(used, "never-granted")
      const tokens = yield* Effect.all([grant(portal.state), grant(portal.state)])
      yield* add({ refreshToken: tokens[0].refreshToken })
      yield* add({ refreshToken: tokens[1].refreshToken }, "bert")
      assert.match((yield* sync)?.error ?? "", /uses one account, and there are several/)
    }).pipe(Effect.scoped, Effect.provide(layerDatabase))
  )
})
