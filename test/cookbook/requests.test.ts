/** Recipes about pages, requests and authorization: each mirrors an API of its style exactly, twice, with changes and deletes between. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, it } from "@effect/vitest"
import { Duration, Effect, FileSystem, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { connectorType } from "../../connectors/rest/index.ts"
import { load } from "../../core/config/Configuration.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { layerDatabase } from "../support/database.ts"
import { startProxy } from "../support/startProxy.ts"
import { serve } from "../upstream/vendor.ts"
import { type Api, apis, type Item, secrets } from "./Apis.ts"
import { recipes } from "./Cookbook.ts"

/** The address of the API, whose records are those of `items` at the time. */
const serveApi = (api: Api, items: () => ReadonlyArray<Item>) =>
  serve((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const url = new URL(request.url ?? "/", `http://${request.headers.host}`)
      const body = Buffer.concat(chunks).toString()
      const { headers, method = "" } = request
      const sent = api(items(), { method, url, headers, body })
      response.writeHead(sent.status ?? 200, { "content-type": "application/json", ...sent.headers })
      response.end(JSON.stringify(sent.body))
    })
  })

const declared = (title: string, address: string, proxy: number) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.makeTempDirectoryScoped()
    yield* fs.makeDirectory(`${directory}/connectors`)
    const files = recipes.get(title) ?? assert.fail(`the cookbook has no recipe "${title}"`)
    for (const [name, yaml] of Object.entries(files)) yield* fs.writeFileString(`${directory}/${name}`, yaml)
    const environment = {
      ...secrets,
      SHOP_URL: address,
      SHOP_TOKEN_URL: `${address}/token`,
      SHOP_PROXY: `http://127.0.0.1:${proxy}`
    }
    const loaded = yield* load({ directory, types: [connectorType], environment })
    const connectors = loaded.connectors.map((one) => ({ ...one, retry: { delays: [Duration.millis(1)] } }))
    return { connectors, jobs: [] }
  }).pipe(Effect.provide(NodeServices.layer))

const changed = (item: Item): Item => ({ ...item, name: `${item.name}!`, version: item.version + 1_000 })

for (const [title, api] of Object.entries(apis)) {
  it.live(`${title}: is mirrored exactly`, () =>
    Effect.gen(function* () {
      let items: ReadonlyArray<Item> = Array.from({ length: 25 }, (_, at) => ({
        id: at + 1,
        name: `deal ${at + 1}`,
        version: at + 1
      }))
      const address = yield* serveApi(api, () => items)
      const proxy = title === "Through a proxy" ? yield* startProxy() : undefined
      const loaded = yield* declared(title, address, proxy?.port ?? 0)
      const { entities = [] } = loaded.connectors[0] ?? {}
      const services = yield* Layer.build(
        Sync.layer.pipe(
          Layer.provideMerge(Registry.layer(loaded, [connectorType]).pipe(Layer.provide(layerHttp))),
          Layer.provideMerge(layerDatabase)
        )
      )
      const sync = Effect.gen(function* () {
        const [result] = yield* (yield* Sync).run(entities, { trigger: "test", actor: null })
        const sql = yield* SqlClient.SqlClient
        const rows = yield* sql<{
          id: string
          name: string
        }>`select id::text, name from shop_deal order by shop_deal.id`
        return { result, rows: rows.map(({ id, name }) => ({ id: Number(id), name })) }
      }).pipe(Effect.provideContext(services))
      const shown = (all: ReadonlyArray<Item>) => all.map(({ id, name }) => ({ id, name }))

      const first = yield* sync
      assert.deepInclude(first.result, { status: "ok", inserted: 25, warnings: [] })
      assert.deepStrictEqual(first.rows, shown(items))
      if (proxy !== undefined) assert.isAbove(yield* proxy.left, 0)

      const deletes = entities[0]?.mode === "mirror"
      items = [
        ...items
          .filter(({ id }) => !deletes || (id !== 3 && id !== 17))
          .map((item) => (item.id % 9 === 1 ? changed(item) : item)),
        { id: 40, name: "a new one", version: 40 }
      ]
      const second = yield* sync
      assert.deepInclude(second.result, {
        status: "ok",
        inserted: 1,
        updated: 3,
        deleted: deletes ? 2 : 0,
        warnings: []
      })
      assert.deepStrictEqual(second.rows, shown(items))

      const third = yield* sync
      assert.deepInclude(third.result, { status: "ok", inserted: 0, updated: 0, deleted: 0, warnings: [] })
    }).pipe(Effect.scoped)
  )
}
