/** Where the embedded database lies: in the folder that `.env` names, and wherever that is moved. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { sandbox } from "../../connectors/rest/sandbox.ts"
import { makePlace } from "../support/program.ts"
import { runsOf, shop, size } from "./Shop.ts"

describe("the embedded database", () => {
  it.live(
    "is in the folder that .env names, and goes along when that is moved",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const vendor = yield* sandbox.start({ size })
        const { REST_TOKEN = "", REST_URL = "" } = vendor.environment
        const folder = yield* fs.makeTempDirectoryScoped()
        // Run by root the server has a user of its own, who must get in.
        yield* fs.chmod(folder, 0o755)
        const { run, write } = yield* makePlace({
          files: { "config/connectors/shop.yaml": shop, "config/daemon.yaml": "http: { port: 0 }\n" },
          secrets: { REST_TOKEN }
        })
        const choose = (name: string) =>
          write(".env", `REST_URL=${REST_URL}\nREST_TOKEN=${REST_TOKEN}\nTRIBUTARY_DATA=${folder}/${name}\n`)
        yield* choose("here")
        const synced = yield* run("sync", "shop.item", "--json")
        assert.deepEqual(yield* runsOf(synced), ["item ok"], synced.stderr)
        assert.sameMembers(yield* fs.readDirectory(`${folder}/here`), ["postgres", "postgres.password"])

        yield* fs.rename(`${folder}/here`, `${folder}/there`)
        yield* choose("there")
        const status = yield* run("status")
        assert.match(status.stdout, /shop\.item +.* ok +120/, status.stderr)
        assert.isFalse(yield* fs.exists(`${folder}/here`))
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
    120_000
  )
})
