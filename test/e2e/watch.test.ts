/** A running daemon that watches its files, while the folder itself becomes another one. */
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { eventually } from "../support/eventually.ts"
import { freePort } from "../support/freePort.ts"
import { scenario, shop } from "./Shop.ts"

const token = "let-me-in-please"

type Place = Parameters<Parameters<typeof scenario>[1]>[0]

/** The connector with one entity more. */
const shopWith = (entity: string) =>
  `${shop}  ${entity}: { path: /items, records: /items, key: id, fields: { id: bigint } }\n`

/** `arrange` puts the configuration where the daemon finds it. */
const begin = Effect.fnUntraced(function* (place: Place, arrange: () => void) {
  const port = yield* freePort
  const http = `http: { port: ${port}, adminToken: { secret: ADMIN_TOKEN } }`
  yield* place.write("config/daemon.yaml", `database: { url: { secret: DATABASE_URL } }\n${http}\nreload: watch\n`)
  arrange()
  yield* place.start(["start"], { ADMIN_TOKEN: token })
  const entities = Effect.promise(() =>
    fetch(`http://127.0.0.1:${port}/api/v1/entities`, { headers: { authorization: `Bearer ${token}` } }).then(
      (response) => response.text(),
      () => ""
    )
  )
  const knows = (entity: string) => eventually(Effect.map(entities, (text) => text.includes(`"${entity}"`)))
  yield* knows("shop.item")
  /** So often it took what it saw; nothing it saw was half done. */
  const taken = (count: number) =>
    Effect.map(place.sql`select status from tributary.config_version where trigger = 'watch' order by id`, (found) =>
      assert.deepEqual(
        found,
        Array.from({ length: count }, () => ({ status: "ok" }))
      )
    )
  return { knows, taken }
})

describe.concurrent("a daemon that watches its files", () => {
  scenario(
    "takes a file that is renamed over the old one, and a folder that is put in the place of the old one",
    (place) =>
      Effect.gen(function* () {
        const { knows, taken } = yield* begin(place, () => {})
        const [config, next] = [join(place.directory, "config"), join(place.directory, "next")]
        const save = (entity: string) => {
          const file = join(config, "connectors", "shop.yaml")
          writeFileSync(`${file}.tmp~`, shopWith(entity))
          renameSync(`${file}.tmp~`, file)
        }
        save("label")
        yield* knows("shop.label")

        cpSync(config, next, { recursive: true })
        writeFileSync(join(next, "connectors", "shop.yaml"), shopWith("crate"))
        renameSync(config, join(place.directory, "before"))
        renameSync(next, config)
        yield* knows("shop.crate")

        save("pallet")
        yield* knows("shop.pallet")
        yield* taken(3)
      })
  )

  scenario("takes a link that is swapped, as Kubernetes does", (place) =>
    Effect.gen(function* () {
      const config = join(place.directory, "config")
      const revision = (name: string, entity: string) => {
        mkdirSync(join(config, name, "connectors"), { recursive: true })
        cpSync(join(place.directory, "written", "daemon.yaml"), join(config, name, "daemon.yaml"))
        writeFileSync(join(config, name, "connectors", "shop.yaml"), shopWith(entity))
        symlinkSync(name, join(config, "..data_tmp"))
        renameSync(join(config, "..data_tmp"), join(config, "..data"))
      }
      const { knows, taken } = yield* begin(place, () => {
        renameSync(config, join(place.directory, "written"))
        revision("..first", "label")
        for (const name of ["daemon.yaml", "connectors"]) symlinkSync(join("..data", name), join(config, name))
      })
      yield* knows("shop.label")
      revision("..second", "crate")
      rmSync(join(config, "..first"), { recursive: true })
      yield* knows("shop.crate")
      yield* taken(1)
    })
  )
})
