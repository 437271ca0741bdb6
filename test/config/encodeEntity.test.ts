/** An entity that is written as YAML again: what comes of the text is the same entity. */
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { parse, stringify } from "yaml"
import { connectorType as fintablo } from "../../connectors/fintablo/index.ts"
import { connectorType as gsheet } from "../../connectors/gsheet/index.ts"
import { connectorType as iiko } from "../../connectors/iiko/index.ts"
import { load } from "../../core/config/Configuration.ts"
import { type Entity, entityId } from "../../core/config/Entity.ts"
import { encodeEntity } from "../../core/config/schema/EncodeEntity.ts"
import { pluginTypes } from "../../core/control/PluginDiscovery.ts"
import { environment } from "../support/exampleEnvironment.ts"
import { connectorOf } from "./cases/declared.ts"

/** What a person reads of it; examples are not shown, and the values of headers neither. */
const shown = ({ examples: _, request, ...entity }: Entity) => ({ ...entity, request: { ...request, headers: {} } })

const yamls: Readonly<Record<string, string>> = {
  "the shortest": `
    deal: { path: /deals, key: id, fields: { id: bigint } }`,
  "fields of every kind": `
    deal:
      path: /deals
      key: [id, kind]
      unique: true
      optional: true
      raw: true
      scope: { kind: a, level: 2, plain: text }
      fields:
        id: uuid
        kind: text
        level: integer
        start_date: { type: date, format: dd.MM.yyyy, optional: true }
        start_time: { from: start_time, type: timestamp, required: true }
        deep: { from: /a/b~1c/0, type: "text[]" }
        slashed: { from: "/~1x", type: text }
        amount: { type: decimal, format: "1.234,56", default: "0,5" }
        fixed: { value: 7 }
        none: { value: null, type: text }
        state: { type: text, transform: [trim, lower, { map: { a: b, "1": null }, otherwise: c }] }
        tags: { from: /tags, type: "text[]", transform: [{ split: ", " }, { extract: '\\p{L}+' }] }
        full_name: { type: text, transform: [{ join: [first, /b/last], with: "-" }, { replace: '(a)', with: $1 }] }
        price: { type: decimal, transform: [cents] }
        paid: { type: boolean, true: [Да, 1], false: [Нет, ""] }
        vat: { type: decimal, format: "currency 1.234,56", default: "1,5 €" }
        at: { type: timestamp, format: "/Date()/" }
        email: { type: text, transform: [lower, hash] }
        owner: { from: owner_name, lookup: { table: other.person, key: name, value: id }, type: bigint }
      where:
        status: [active, new, 7, true, null]
        /a~1b/kind: { not: [x, null] }
        start_date: { exists: true, gte: "2026-01-01", lt: "2027-01-01" }
        amount: { gt: 0, lte: 12.5, not: 3 }
        closed: false
      deletedWhen: { status: [deleted, gone], /deleted_at: { exists: true }, /mark: x, mark: is_gone }
      drop: [passport, { from: /customer/phone, optional: true }]
      indexes: [level, [kind, level]]
      history: past.deal_history
      versions: past.deal_versions`,
  "numbered pages with their proofs": `
    deal:
      path: /deals
      records: /data/items
      page: { type: page, size: 50, param: p, sizeParam: n, first: 0, until: short, total: /meta/total, totalPages: /meta/pages, endStatus: [422], maxPages: 7 }
      fail: { pointer: /status/code, equals: 7 }
      guard: { maxDelete: 7%, maxReject: 33.3333%, floor: 0, empty: allow, confirm: false, cascade: allow }
      key: id
      fields: { id: bigint }
    other: { path: /others, records: /items, page: { type: offset, size: 10, hasMore: none }, key: id, fields: { id: bigint } }
    third: { path: /thirds, records: /items, page: { type: cursor, next: /a~1b/next, size: 5, sizeParam: n }, fail: none, key: id, fields: { id: bigint } }
    fourth: { path: /fourths, records: /items, page: { type: link, next: /links/next, total: none }, key: id, fields: { id: bigint } }`,
  "requests with bodies and dates": `
    deal:
      path: /deals
      method: POST
      query: { from: { date: today-30d }, at: { date: now+90m, format: unix }, many: [1, { date: today }], on: true }
      body: { filter: { since: { date: now }, states: [a, null, 1.5] } }
      headers: { X-Version: "2" }
      key: id
      fields: { id: bigint }`,
  "places in the body, moments and the cursor in texts": `
    deal:
      path: "/deals/{today-1mo:yyyy-MM}"
      body: { filter: { open: true }, until: { date: today+1y } }
      page: { type: page, size: 5, param: /paging/page, sizeParam: /paging/size, first: 7 }
      key: id
      fields: { id: bigint }
      incremental: { cursor: id, param: /filter/since, initial: 0 }
    form:
      path: /forms
      form: { kind: [a, b], from: { date: today } }
      page: { type: offset, size: 5, param: /from, sizeParam: /n, first: 1 }
      key: id
      fields: { id: bigint }
    graph:
      path: /graphql
      graphql: { query: "{ a {id} }", variables: { since: "{cursor}", after: null } }
      records: /data/a/nodes
      page: { type: cursor, param: /variables/after, next: /data/a/end, hasMore: /data/a/more }
      key: id
      fields: { id: bigint }
      incremental: { cursor: id, initial: 0 }
    keys: { path: /keys, page: { type: keyset, by: id, param: after, size: 9, sizeParam: n, until: short }, key: id, fields: { id: { from: /deep/id, type: bigint } } }
    pointed: { path: /pointed, page: { type: keyset, by: /a~1b, param: after }, key: id, fields: { id: bigint } }
    header: { path: /header, page: { type: link, header: X-Next }, key: id, fields: { id: bigint } }
    days: { path: "/days/{from}", windows: { from: 2024-02-29, to: today-1y, step: 1mo }, key: id, fields: { id: bigint } }
    months: { path: "/months/{from}", windows: { from: 2024-01-01, to: today, step: 1mo }, key: [month, id], fields: { month: { from: ../from, type: date }, id: bigint } }
    parts: { parent: months, records: /parts, key: [month, id], fields: { month: { from: ../../from, type: date }, id: bigint, ends: { from: ../../to, type: timestamp } } }
    times: { path: "/times/{from}/{to}", windows: { from: today-2w, step: 36h, format: unix-ms, inclusive: false }, key: id, fields: { id: bigint } }`,
  "an empty body, no fields of its own": `
    deal: { path: /deals, method: POST, body: {}, scope: { kind: a }, raw: true, key: kind, fields: {} }`,
  "records in objects, in wrappers and in several arrays": `
    keyed: { path: /k, records: /a~1b/*, key: id, fields: { id: { from: "#key", type: text } } }
    own: { path: /w, key: id, fields: { id: { from: "/#key", type: text } } }
    rates: { path: /r, records: /*/*, key: [day, id], fields: { day: { from: "../#key", type: date }, id: { from: "#key", type: text } } }
    edges: { path: /e, records: /data/edges/*/node, key: id, fields: { id: bigint } }
    both: { path: /b, records: [/open, "/closed/*"], key: id, fields: { id: bigint } }
    one: { path: /o, records: [/items], key: id, fields: { id: bigint } }`,
  "children in objects": `
    day: { path: /d, records: /*/*, key: [day, id], fields: { day: { from: "../#key", type: date }, id: { from: "#key", type: text } } }
    line: { parent: day, records: /lines/*, key: [day_id, id], fields: { day_id: { from: "../#key", type: text }, id: { from: "#key", type: text } } }
    rate:
      parent: line
      records: /rates/*/*
      where: { "#key": [EUR, USD], "../../../#key": a }
      key: [day, day_id, line_id, on, id]
      fields:
        day: { from: "../../../../#key", type: date }
        day_id: { from: "../../../#key", type: text }
        line_id: { from: "../../#key", type: text }
        on: { from: "../#key", type: date }
        id: { from: "#key", type: text }
        own: { from: "/#key/a", type: text }
        names: { type: text, transform: [{ join: ["#key", "../../#key"] }] }
        rate: { from: value, type: decimal }`,
  "children of children, and columns of the row": `
    shop: { path: /shops, key: id, fields: { id: bigint, city: text } }
    order: { path: "/shops/{shop}", forEach: { entity: shop, params: { shop: id } }, key: [shop_id, id], fields: { shop_id: { from: ../id, type: bigint }, id: bigint } }
    line: { parent: order, records: /lines, key: [order_id, id], fields: { order_id: { from: ../id, type: bigint }, id: bigint } }
    tax:
      parent: line
      records: /deep/taxes
      key: [order_id, line_id, id]
      fields:
        order_id: { from: ../../id, type: bigint }
        line_id: { from: ../deep/id, type: bigint }
        id: bigint
        city: { from: ../../../city, type: text }
        names: { type: text, transform: [{ join: [name, ../name, ../../a/b] }] }`,
  "what has changed": `
    deal:
      path: /deals
      key: id
      fields: { id: bigint, changed_at: timestamp }
      incremental: { cursor: changed_at, param: since, overlap: 90s, initial: "2020-01-01", ordered: true }
    day: { path: /days, key: id, fields: { id: bigint, day: date }, incremental: { cursor: day, param: since } }
    stored: { path: /s, key: id, fields: { id: bigint, at: timestamp }, incremental: { cursor: at, param: since, format: text } }
    log: { path: /log, records: /items, key: id, fields: { id: bigint }, deletedWhen: { type: deleted }, incremental: { from: /meta/next, param: since, initial: x, ordered: true } }
    number: { path: /n, key: id, fields: { id: bigint }, incremental: { cursor: id, param: since, overlap: 100 } }
    numbered: { path: /m, key: id, fields: { id: bigint }, incremental: { cursor: id, param: since } }
    given: { path: /g, records: /items, key: id, fields: { id: bigint }, incremental: { from: /meta/next, param: since, initial: x } }`,
  "parents, children and other formats": `
    shop: { path: /shops, key: id, fields: { id: bigint, name: text } }
    kiosk: { path: /kiosks, table: place, scope: { kind: kiosk }, key: [kind, id], fields: { id: bigint } }
    stall: { path: /stalls, table: place, scope: { kind: stall }, key: [kind, id], fields: { id: bigint } }
    goods:
      path: /shops/{shop}/goods
      forEach: { entity: shop, params: { shop: id }, onStatus: empty }
      scope: { shop_id: "{shop}" }
      key: [shop_id, id]
      fields: { shop_id: bigint, id: bigint, of: { value: "{shop}", type: text } }
    part: { parent: goods, records: /parts, where: { ../kind: a, used: { not: true } }, key: [id, goods_id], fields: { id: bigint, goods_id: { from: ../id, type: bigint } } }
    weather: { path: "/w/{city}", forEach: { values: [riga, 7], as: city, onStatus: { 404: skip, 409: empty } }, key: [city, day], fields: { city: { from: ../city, type: text }, day: date } }
    sale: { path: "/stalls/{stall}", forEach: { entity: stall, params: { stall: id } }, key: id, fields: { id: bigint } }
    csv: { path: /c, format: csv, separator: ";", key: id, fields: { id: bigint } }
    form: { path: /f, format: csv, charset: cp1251, quote: "'", skipRows: 2, header: false, decimal: ",", key: id, fields: { id: { from: column_1, type: bigint }, sum: { from: column_2, type: decimal, format: currency } } }
    plain: { path: /f, format: csv, quote: false, separator: "|", header: true, key: id, fields: { id: bigint } }
    xml: { path: /x, format: xml, records: list/item, key: id, fields: { id: { from: "@id", type: bigint } } }`
}

const written = (entities: ReadonlyArray<Entity>) =>
  Object.fromEntries(entities.map((entity) => [entity.name, parse(encodeEntity(entity, { entities }))]))

/** A key for the step `hash`. */
const hashing = [
  { HASH_KEY: "sixteen characters" },
  { "config/daemon.yaml": "hashKey: { secret: HASH_KEY }\n" }
] as const

describe("an entity as YAML", () => {
  for (const [name, yaml] of Object.entries(yamls)) {
    it.effect(`is read back as it was: ${name}`, () =>
      Effect.gen(function* () {
        const { entities } = yield* connectorOf(`type: rest\nbaseUrl: x\nentities:${yaml}\n`, ...hashing)
        const text = stringify({ type: "rest", baseUrl: "x", entities: written(entities) })
        const again = yield* connectorOf(text, ...hashing)
        assert.deepStrictEqual(again.entities.map(shown), entities.map(shown))
      })
    )
  }

  it.effect("says what is shortest, and names headers without their values", () =>
    Effect.gen(function* () {
      const { entities } = yield* connectorOf(
        "type: rest\nbaseUrl: x\nentities:\n  deal: { path: /d, headers: { X-Key: the-key }, key: id, fields: { id: bigint, name: { from: title, type: text } }, incremental: { cursor: id, param: since } }\n"
      )
      const [text = ""] = entities.map((entity) => encodeEntity(entity, { entities }))
      assert.strictEqual(
        text,
        `# The values of headers are not shown: X-Key

path: /d
method: GET
format: json
page:
  type: none
table: shop_deal
key: id
mode: upsert
fields:
  id: bigint
  name:
    from: title
    type: text
guard:
  maxDelete: 50%
  floor: 3
  empty: refuse
  maxReject: 5%
  confirm: again
  cascade: refuse
incremental:
  cursor: id
  param: since
  format: text
`
      )
    })
  )

  it.live("is accepted in the place of each entity of the shipped configuration", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const types = [fintablo, gsheet, iiko]
      const plugins = yield* pluginTypes
      const shipped = fileURLToPath(new URL("../../config", import.meta.url))
      const { connectors } = yield* load({ directory: shipped, types, plugins, environment: yield* environment })
      const directory = yield* fs.makeTempDirectoryScoped()
      yield* fs.copy(shipped, directory, { overwrite: true })
      const all = connectors.flatMap(({ entities }) => entities)
      for (const { entities, name, type } of connectors) {
        const file = `${directory}/connectors/${name}.yaml`
        const keys = types.find((one) => one.type === type)?.entityKeys
        const encoded = entities.map((entity) => [entity.name, parse(encodeEntity(entity, { entities: all, keys }))])
        const whole = { ...parse(yield* fs.readFileString(file)), entities: Object.fromEntries(encoded) }
        yield* fs.writeFileString(file, stringify(whole))
      }
      const again = yield* load({ directory, types, plugins, environment: yield* environment })
      const byId = (entities: ReadonlyArray<Entity>) =>
        new Map(entities.map((entity) => [entityId(entity), shown(entity)]))
      assert.isAbove(all.length, 40)
      assert.deepStrictEqual(byId(again.connectors.flatMap(({ entities }) => entities)), byId(all))
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
