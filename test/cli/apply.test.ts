import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { type } from "../support/typed.ts"

describe("apply", () => {
  it.live("of what is no plan says in one line what it is", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const missing = yield* type("apply", `${folder}/plan.json`)
      assert.deepEqual([missing.code, missing.err], [2, `There is no file ${folder}/plan.json.\n`])
      yield* fs.writeFileString(`${folder}/plan.json`, '{"entities":[{}]}')
      const other = yield* type("apply", `${folder}/plan.json`, "--json")
      const message = `${folder}/plan.json is not a plan that \`tributary plan --save\` of this version has written.`
      assert.deepEqual([other.code, JSON.parse(other.out)], [2, { error: message }])
      const folderItself = yield* type("apply", folder)
      assert.match(folderItself.err, /^\S+ cannot be read: [^\n]+\n$/)
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})

describe("a command that stops", () => {
  it.live("says why as a JSON document, too", () =>
    Effect.gen(function* () {
      const { code, err, out } = yield* type("sandbox", "nothing", "--json")
      assert.deepEqual([code, JSON.parse(out)], [2, { error: err.trim().replaceAll("\n", " ") }])
      assert.include(err, 'There is no type "nothing"')
    })
  )
})
