/**
 * The recipes of docs/cookbook.md, each run as somebody who copies it would: its file is loaded by the daemon's own
 * loader, and synced over HTTP from a server of the test.
 */
import { readFileSync } from "node:fs"
import type * as http from "node:http"
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert } from "@effect/vitest"
import { Duration, Effect, FileSystem, Layer } from "effect"
import { load } from "../../core/config/Configuration.ts"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { checkExamples } from "../../core/sync/discover/Examples.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { tableOf } from "../sync/fixtures.ts"
import { serve } from "../upstream/vendor.ts"

type Recipes = ReadonlyMap<string, Readonly<Record<string, string>>>

/** The YAML files below each title of a page, by their names. */
export const recipesOf = (path: string): Recipes => {
  const page = readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8")
  return new Map(
    page.split(/^### /m).flatMap((section) => {
      const [title = ""] = section.split("\n", 1)
      const files = [...section.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, yaml = ""]) => {
        const name = /^# config\/(\S+)/.exec(yaml)?.[1] ?? "connectors/shop.yaml"
        return [name, yaml] as const
      })
      return files.length === 0 ? [] : [[title, Object.fromEntries(files)] as const]
    })
  )
}

/** By the title of the recipe. */
export const recipes = recipesOf("docs/cookbook.md")

export type Answer = (
  request: http.IncomingMessage,
  url: URL
) => { readonly body: string | Uint8Array; readonly type: string; readonly status?: number }

export const json =
  (records: unknown): Answer =>
  () => ({ body: JSON.stringify(records), type: "application/json" })

/** Answers by path and query; 404 for others. */
export const byPath =
  (bodies: Readonly<Record<string, unknown>>): Answer =>
  (request, url) => {
    const path = url.pathname + url.search
    const found = json(bodies[path] ?? { error: "not found" })(request, url)
    return path in bodies ? found : { ...found, status: 404 }
  }

/** What the source answers on a day, and the rows that its table must hold then, by entity. */
export interface Day {
  readonly answer: Answer
  readonly rows: Readonly<Record<string, ReadonlyArray<Readonly<Record<string, unknown>>>>>
}

const environment = { TRIBUTARY_HASH_KEY: "a key of many characters" }

/** Mirrors each day exactly, and again without a change. */
export const mirrors = Effect.fnUntraced(
  function* (title: string, days: ReadonlyArray<Day>) {
    const fs = yield* FileSystem.FileSystem
    const files = recipes.get(title)
    if (files === undefined) return assert.fail(`the cookbook has no recipe "${title}"`)
    const directory = yield* fs.makeTempDirectoryScoped()
    yield* fs.makeDirectory(`${directory}/connectors`)
    for (const [name, yaml] of Object.entries(files)) yield* fs.writeFileString(`${directory}/${name}`, yaml)
    let answer: Answer = json([])
    const url = yield* serve((request, response) => {
      const {
        body,
        status = 200,
        type
      } = answer(request, new URL(request.url ?? "/", `http://${request.headers.host}`))
      response.writeHead(status, { "content-type": type })
      response.end(body)
    })
    const types = yield* connectorTypes
    const loaded = yield* load({ directory, types, environment: { ...environment, SHOP_URL: url } })
    const connectors = loaded.connectors.map((one) => ({ ...one, retry: { delays: [Duration.millis(1)] } }))
    const layer = Sync.layer.pipe(
      Layer.provideMerge(Registry.layer({ ...loaded, connectors }, types).pipe(Layer.provide(layerHttp)))
    )
    const entities = connectors.flatMap((one) => one.entities)
    assert.deepStrictEqual(entities.flatMap(checkExamples), [])
    const run = Effect.flatMap(Sync, (sync) => sync.run(entities, { trigger: "test", actor: null })).pipe(
      Effect.provide(layer)
    )
    for (const day of days) {
      answer = day.answer
      for (const isAgain of [false, true]) {
        for (const { entity, error, inserted, rejected, status, updated } of yield* run) {
          const outcome = { status, error, rejected, changed: isAgain ? inserted + updated : 0 }
          assert.deepStrictEqual(outcome, { status: "ok", error: null, rejected: 0, changed: 0 }, entity)
        }
        for (const entity of entities) {
          // The time of the read, which entities with versions have, is no part of a recipe.
          const rows = (yield* tableOf(entity)).map(({ _read_at, ...row }) => row)
          assert.deepStrictEqual(rows, day.rows[entity.name], entity.name)
        }
      }
    }
  },
  Effect.scoped,
  Effect.provide(NodeServices.layer)
)
