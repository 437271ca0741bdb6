import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { render } from "../../core/reason/Reason.ts"
import { linesOfFiles, loadFiles } from "./cases/harness.ts"

const entities = "entities:\n  deal: { path: /d, key: id, fields: { id: bigint } }\n"
const rest = (enabled: string, more = "") => `type: rest\nbaseUrl: x\nenabled: ${enabled}\n${more}${entities}`

const loaded = (
  shop: string,
  more: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {}
) =>
  Effect.map(
    loadFiles(
      { "config/connectors/other.yaml": rest("true"), "config/connectors/shop.yaml": shop, ...more },
      environment
    ),
    ({ connectors, off }) => ({
      on: connectors.map(({ name }) => name),
      off: off.map(({ name, reason }) => `${name}: ${render(reason)}`)
    })
  )

describe("a connector", () => {
  it.effect("is off where its file says so, whatever else stands there", () =>
    Effect.gen(function* () {
      const off = { on: ["other"], off: ["shop: its file says enabled: false"] }
      assert.deepEqual(yield* loaded(rest("false", "token: { secret: TOKEN }\ncolour: red\n")), off)
      assert.deepEqual(yield* loaded(rest("{ env: SHOP, default: true }"), {}, { SHOP: "false" }), off)
      assert.deepEqual(yield* loaded(rest("{ env: SHOP, default: false }"), {}, { SHOP: "true" }), {
        on: ["other", "shop"],
        off: []
      })
    })
  )

  it.effect("with `auto` is off as long as one of its secrets is not set", () =>
    Effect.gen(function* () {
      const shop = rest("auto", "token: { secret: TOKEN }\nproxy: { secret: PROXY, optional: true }\n")
      assert.deepEqual(yield* loaded(shop), { on: ["other"], off: ["shop: not set: TOKEN"] })
      assert.deepEqual(yield* loaded(shop, {}, { TOKEN: "" }), { on: ["other"], off: ["shop: not set: TOKEN"] })
      assert.deepEqual(yield* loaded(shop, {}, { TOKEN: "t" }), { on: ["other", "shop"], off: [] })
      const two = rest("auto", "token: { secret: TOKEN }\nproxy: { secret: PROXY }\n")
      assert.deepEqual((yield* loaded(two)).off, ["shop: not set: TOKEN, PROXY"])
    })
  )

  it.effect("that is off may be named by jobs, and nothing is read for its rows", () =>
    Effect.gen(function* () {
      const steps = '[{ sync: ["shop.deal", "shop.*@one"] }, { action: shop.send }, { export: shop.list }]'
      const jobs = { "config/jobs.yaml": `night: { schedule: "0 7 * * *", steps: ${steps} }\n` }
      assert.deepEqual((yield* loaded(rest("false"), jobs)).on, ["other"])
      const child =
        'type: rest\nbaseUrl: x\nentities:\n  line: { path: "/d/{id}", forEach: { entity: shop.deal, params: { id: id } }, key: id, fields: { id: bigint } }\n'
      assert.deepEqual(
        yield* linesOfFiles({ "config/connectors/child.yaml": child, "config/connectors/shop.yaml": rest("false") }),
        ["config/connectors/child.yaml:4:47: there is no entity shop.deal"]
      )
    })
  )

  it.effect("is on or off, or decides by its secrets", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* linesOfFiles({ "config/connectors/shop.yaml": rest("perhaps") }), [
        'config/connectors/shop.yaml:3:10: expected true, false or auto, found "perhaps"'
      ])
    })
  )
})
