/** The settings that the page of Bitrix24 recommends are what the requirement's table says, and `check` takes them. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, FileSystem } from "effect"
import { load } from "../../core/config/Configuration.ts"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import { recipesOf } from "./Cookbook.ts"

const recommended = recipesOf("connectors/bitrix24/README.md")
const webhook = "https://example.bitrix24.ru/rest/1/abc123/"

const settingsOf = Effect.fnUntraced(
  function* (title: string) {
    const fs = yield* FileSystem.FileSystem
    const files = recommended.get(title) ?? assert.fail(`the page has no settings "${title}"`)
    const directory = yield* fs.makeTempDirectoryScoped()
    yield* fs.makeDirectory(`${directory}/connectors`)
    for (const [name, yaml] of Object.entries(files)) yield* fs.writeFileString(`${directory}/${name}`, yaml)
    const types = yield* connectorTypes
    const loaded = yield* load({ directory, types, environment: { BITRIX24_WEBHOOK: webhook } })
    const [crm] = loaded.connectors
    const { categories, enabled, redis } = crm?.cache ?? assert.fail("no cache")
    return {
      cache: enabled,
      ttl: ["poll_form", "educational_program", "contact", "deal"].map((name) => {
        const category = categories.get(name)
        return category && Duration.toSeconds(category.ttl)
      }),
      redis: redis !== undefined,
      pauses: crm?.retry.delays.map(Duration.toSeconds),
      log: loaded.daemon.log.level
    }
  },
  Effect.scoped,
  Effect.provide(NodeServices.layer)
)

describe("settings of Bitrix24", () => {
  it.effect("for development, production and high load", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* settingsOf("In development"), {
        ...{ cache: true, ttl: [300, 300, 300, 60], redis: false, pauses: [1], log: "debug" }
      })
      assert.deepEqual(yield* settingsOf("In production"), {
        ...{ cache: true, ttl: [1_800, 1_800, 300, 60], redis: true, pauses: [2, 3, 4.5, 6.75], log: "warn" }
      })
      assert.deepEqual(yield* settingsOf("Under high load"), {
        ...{ cache: true, ttl: [3_600, 3_600, 300, 60], redis: true, pauses: [2, 4, 8, 16], log: "error" }
      })
    })
  )
})
