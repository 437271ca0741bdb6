/** The keys of `bot.yaml` that connector types declare for their chat features, and names that two features register. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schema } from "effect"
import { Composer } from "grammy"
import { configOf } from "../../bot/Config.ts"
import type { Feature } from "../../bot/Feature.ts"
import { refuseSharedNames } from "../../bot/Features.ts"
import { pluginType } from "../../bot/index.ts"
import { connectorType as iiko } from "../../connectors/iiko/index.ts"
import type { ConnectorSchema } from "../../core/config/schema/ConnectorYaml.ts"
import { withDefault } from "../../core/config/schema/YamlKeys.ts"
import type { ChatYaml } from "../../core/plugin/chat/ChatFeature.ts"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import { loadFiles, problemsOfFiles, types } from "../config/cases/harness.ts"

const orders = { name: "orders", sections: { shop: withDefault(Schema.Struct({}), {}, "The shop.") } }
const shop: ChatYaml = { features: [orders], roles: { packing: "orders to pack" } }

const [rest] = types
const withChat: ReadonlyArray<ConnectorSchema> = rest === undefined ? [] : [{ ...rest, chat: shop }]

const filesWith = (yaml: string) => ({ "config/connectors/.keep": "", "config/bot.yaml": `type: telegram\n${yaml}` })

const problemsIn = (yaml: string, chats: ReadonlyArray<ConnectorSchema>) =>
  Effect.map(problemsOfFiles(filesWith(yaml), {}, { types: chats, plugins: [pluginType] }), (all) =>
    all.map(({ hint, message }) => [message, hint])
  )

describe("bot.yaml", () => {
  it.effect("takes the features, roles and sections that connector types declare", () =>
    Effect.gen(function* () {
      const yaml = "features: { orders: false, log: false }\nchats: { packing: [-100/4], alerts: [7] }\nshop: {}\n"
      const { plugins } = yield* loadFiles(filesWith(yaml), {}, { types: withChat, plugins: [pluginType] })
      assert.deepInclude(plugins[0]?.config, {
        chats: { packing: [{ chat: -100, topic: 4 }], alerts: [{ chat: 7 }] },
        shop: {}
      })
      const config = plugins[0]?.config
      assert.isTrue(Schema.is(Schema.Struct({ features: Schema.Record(Schema.String, Schema.Boolean) }))(config))
      assert.deepInclude(Object(config).features, { orders: false, log: false, status: true })
    })
  )

  it.effect("refuses those that no type declares, and names the others", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* problemsIn("chats: { kitchen: [] }\n", withChat), [
        ['unknown key "kitchen"', "known here: packing, alerts"]
      ])
      assert.deepEqual(yield* problemsIn("chats: { packing: [] }\nshop: {}\n", types), [
        ['unknown key "packing"', "known here: alerts"],
        ['unknown key "shop"', "known here: token, apiRoot, updates, connector, admins, locales, features, chats, type"]
      ])
      assert.deepEqual(yield* problemsIn("features: { order: true }\n", withChat), [
        ['unknown key "order" — did you mean "orders"?', undefined]
      ])
    })
  )

  it("has the keys of iiko, with the defaults that they had in the bot", () => {
    const config = Schema.decodeUnknownSync(configOf(iiko.chat === undefined ? [] : [iiko.chat]))({})
    assert.deepInclude<object>(config, {
      connector: "iiko",
      chats: { stopList: [], stock: [], accounting: [], alerts: [] },
      writeoffs: { groups: [], numberPrefix: "TR-", stockStaleAfter: Duration.hours(26) }
    })
    assert.deepEqual(Object.keys(config.features).slice(0, 6), [
      ...["writeoff", "stock", "stopList", "transfers", "invoices"],
      "status"
    ])
  })

  it("has a switch for each feature that a type loads, and for no other", async () => {
    const all = await Effect.runPromise(connectorTypes)
    assert.include(
      all.filter(({ chat }) => chat !== undefined).map(({ type }) => type),
      "iiko"
    )
    for (const { chat } of all) {
      if (chat === undefined) continue
      const { features } = (await chat.load()).chat
      assert.deepEqual(features.map(({ name }) => name).toSorted(), chat.features.map(({ name }) => name).toSorted())
    }
  })
})

it("the connector of a bot is by default the usual one of the first type that has chat features", () => {
  const connectorOf = (...chats: ReadonlyArray<ChatYaml>) => Schema.decodeUnknownSync(configOf(chats))({}).connector
  assert.isUndefined(connectorOf())
  assert.isUndefined(connectorOf({ features: [{ name: "packing" }] }))
  assert.strictEqual(connectorOf({ features: [] }, { connector: "shop", features: [] }), "shop")
})

describe("a name that two features register", () => {
  it.each([
    ['the feature "orders"', { features: [{ name: "orders" }] }],
    ['the feature "status"', { features: [{ name: "status" }] }],
    ['the role "packing"', { features: [], roles: { packing: "parcels" } }],
    ['the role "alerts"', { features: [], roles: { alerts: "alarms" } }],
    ['the section "shop"', { features: [{ ...orders, name: "other" }] }],
    ['the section "chats"', { features: [{ name: "other", sections: { chats: orders.sections.shop } }] }]
  ] satisfies ReadonlyArray<[string, ChatYaml]>)("is refused in bot.yaml: %s", (what, other) => {
    assert.throws(() => configOf([shop, other]), `two chat features register ${what}`)
    assert.doesNotThrow(() => configOf([shop, { features: [{ name: "other" }], roles: { other: "others" } }]))
  })

  const featureOf = (rest: Partial<Feature>): Feature => ({ namespaces: [], composer: new Composer(), ...rest })
  const waiting = { kind: "orders", authors: Effect.succeed([]), opens: "orders", label: "orders" }
  const full = featureOf({
    namespaces: ["orders"],
    commands: [{ name: "orders", audience: "everybody" }],
    entries: [{ key: "menu-orders", audience: "everybody", open: () => Effect.void }],
    waiting
  })

  it.each([
    ['the namespace "orders"', { namespaces: ["stock", "orders"] }],
    ['the namespace "menu"', { namespaces: ["menu"] }],
    ['the command "orders"', { commands: [{ name: "orders", audience: "admins" }] }],
    ['the command "start"', { commands: [{ name: "start", audience: "admins" }] }],
    ['the menu entry "menu-orders"', { entries: full.entries ?? [] }],
    ['the kind of waiting items "orders"', { waiting }]
  ] satisfies ReadonlyArray<[string, Partial<Feature>]>)("is refused when a bot is made: %s", (what, other) => {
    assert.throws(() => refuseSharedNames([full, featureOf(other)]), `two chat features register ${what}`)
    assert.doesNotThrow(() => refuseSharedNames([full, featureOf({ namespaces: ["other"] })]))
  })
})
