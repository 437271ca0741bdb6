/** What `sync --keys` takes. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { perAccount } from "../../core/config/AccountEntity.ts"
import { selectKeyed } from "../../core/sync/SelectEntities.ts"
import { entity } from "../support/source.ts"
import { type, variablesOf } from "../support/typed.ts"

const makePlace = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  yield* fs.makeDirectory(`${folder}/connectors`)
  yield* variablesOf({ TRIBUTARY_CONFIG: folder })
  const deal = "deal: { path: /deals, key: id, one: { path: '/deals/{id}' }, fields: { id: bigint } }"
  yield* fs.writeFileString(
    `${folder}/connectors/shop.yaml`,
    `type: rest\nbaseUrl: http://127.0.0.1:1\nentities:\n  ${deal}\n`
  )
})

describe("sync --keys", () => {
  it.live("and --from are wrong usage without a value, and with options of other reads", () =>
    Effect.gen(function* () {
      yield* makePlace
      for (const [args, says] of [
        [["--keys", " , "], /--keys names no record/],
        [["--keys", "1", "--full"], /leave out the others/],
        [["--keys", "1", "--limit", "5"], /leave out the others/],
        [["--keys", "1", "--from", "2026-01-01"], /leave out one of them/],
        [["--since", "1", "--full"], /leave out one of them/],
        [["--since", "1"], /shop.deal is not incremental/],
        [["--to", "2026-01-01"], /say where it begins/],
        [["--from", "2026-02-30"], /--from 2026-02-30 is no day/],
        [["--from", "today-3d"], /shop.deal has no windows/]
      ] as const) {
        const { code, err } = yield* type("sync", "shop.deal", ...args)
        assert.strictEqual(code, 2, args.join(" "))
        assert.match(err, says)
      }
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  const one = { path: "/deals/{id}", query: {}, records: "", gone: [404] }
  const entities = [entity("deal", { one }), entity("stage"), perAccount(entity("order", { one }))]

  for (const [name, selectors, says] of [
    ["one entity", ["fake.deal"], undefined],
    ["none", [], "keys are of one entity"],
    ["several", ["fake.*"], "keys are of one entity"],
    ["one that is not read by keys", ["fake.stage"], "fake.stage does not say how one record is read by its key"],
    ["one of which each account has records", ["fake.order"], "name one, as in fake.order@shop1"],
    ["one that is not declared", ["fake.dael"], '"fake.dael" selects nothing']
  ] as const) {
    it.effect(`is for ${says === undefined ? "" : "one entity, not for "}${name}`, () =>
      Effect.gen(function* () {
        const found = yield* Effect.result(selectKeyed({ entities, off: [] }, selectors))
        if (says === undefined) assert.strictEqual(found._tag, "Success")
        else assert.include(found._tag === "Failure" ? found.failure.message : "", says)
      })
    )
  }
})
