import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { loadFiles, place, problemsOfFiles } from "./cases/harness.ts"

const files = { "config/daemon.yaml": "log: { level: { env: LOG_LEVEL, default: info } }", "config/connectors/": "" }

describe("the level of the log", () => {
  it.effect("is understood as other programs name it", () =>
    Effect.gen(function* () {
      const levelOf = (LOG_LEVEL: string) =>
        Effect.map(loadFiles(files, { LOG_LEVEL }), ({ daemon }) => daemon.log.level)
      const expected = {
        "": "info",
        INFO: "info",
        DEBUG: "debug",
        WARNING: "warn",
        warn: "warn",
        Error: "error",
        CRITICAL: "error"
      }
      for (const [name, level] of Object.entries(expected)) assert.strictEqual(yield* levelOf(name), level, name)
    })
  )

  it.effect("of another name is refused with the names there are", () =>
    Effect.gen(function* () {
      const found = yield* problemsOfFiles(files, { LOG_LEVEL: "LOUD" })
      assert.deepStrictEqual(
        found.map((diagnostic) => `${place(diagnostic)}: ${diagnostic.message}`),
        ['config/daemon.yaml:1:15: expected one of trace, debug, info, warn, error, found "LOUD"']
      )
    })
  )
})
