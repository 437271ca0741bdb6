/** Runs of a declared file whose vendor is a function of the test, from YAML to rows. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Duration, Effect, FileSystem, Layer } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { connectorType } from "../../connectors/rest/index.ts"
import { load } from "../../core/config/Configuration.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import * as Planner from "../../core/sync/plan/Planner.ts"
import { Sync, type SyncOptions } from "../../core/sync/Sync.ts"
import { tableOf } from "./fixtures.ts"

export type Vendor = (url: URL) => Response
/** May take its time. */
export type SlowVendor = (url: URL) => Response | Effect.Effect<Response>

interface ServedOptions extends Partial<SyncOptions> {
  /** The names of the entities that are synced; none: all. */
  readonly only?: ReadonlyArray<string>
}

/** `sync` runs all entities of the file with that vendor, and gives their results by name; `rows` are those of a table. */
export const served = Effect.fnUntraced(function* (entities: string) {
  const fs = yield* FileSystem.FileSystem
  const directory = yield* fs.makeTempDirectoryScoped()
  yield* fs.makeDirectory(`${directory}/connectors`)
  const yaml = `type: rest\nbaseUrl: http://shop.test\nentities:${entities}`
  yield* fs.writeFileString(`${directory}/connectors/shop.yaml`, yaml)
  const loaded = yield* load({ directory, types: [connectorType], environment: {} })
  const connectors = loaded.connectors.map((one) => ({ ...one, retry: { delays: [Duration.millis(1)] } }))
  const declared = connectors.flatMap((one) => one.entities)
  let vendor: SlowVendor = () => new Response(null, { status: 500 })
  const client = HttpClient.make((request, url) =>
    Effect.suspend(() => {
      const answer = vendor(url)
      return Effect.map(Effect.isEffect(answer) ? answer : Effect.succeed(answer), (response) =>
        HttpClientResponse.fromWeb(request, response)
      )
    })
  )
  const layer = Sync.layer.pipe(
    Layer.provideMerge(Registry.layer({ connectors, jobs: [] }, [connectorType])),
    Layer.provide(Layer.succeed(HttpClient.HttpClient, client))
  )
  const sync = Effect.fnUntraced(function* (next: SlowVendor, { only = [], ...more }: ServedOptions = {}) {
    vendor = next
    const selected = declared.filter(({ name }) => only.length === 0 || only.includes(name))
    const results = yield* (yield* Sync).run(selected, { trigger: "test", actor: null, ...more })
    return Object.fromEntries(results.map((result) => [result.entity, result]))
  }, Effect.provide(layer))
  const plan = Effect.fnUntraced(function* (next: Vendor) {
    vendor = next
    return yield* Planner.plan(declared)
  }, Effect.provide(layer))
  const rows = (name: string) => {
    const entity = declared.find((one) => one.name === name)
    return entity === undefined ? Effect.die(`there is no entity ${name}`) : tableOf(entity)
  }
  return { sync, rows, plan }
}, Effect.provide(NodeServices.layer))

/** A vendor with one answer. */
export const answers =
  (body: unknown): Vendor =>
  () =>
    Response.json(body)
