/** What `discover` says where it cannot propose anything: errors, lists keyed by id, nothing, and who asks. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { Asker } from "../../core/cli/shared/Ask.ts"
import { type, variablesOf } from "../support/typed.ts"
import { serve } from "../upstream/vendor.ts"

const answers: Readonly<Record<string, object>> = {
  "/refused": { data: null, errors: ['Cannot query field "ie"', "and more"].map((message) => ({ message, path: [] })) },
  "/single": { deals: { "D-17": { name: "Oak" } } },
  "/nothing": { items: [{}] },
  "/closed": { error: "who are you?" },
  "/dated": ["01/02/2026", "03/04/2026"].map((day, at) => ({ id: at + 1, day }))
}

const makePlace = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const url = yield* serve((request, response) => {
    const path = request.url ?? ""
    response.writeHead(path === "/closed" ? 401 : 200, { "content-type": "application/json" })
    response.end(JSON.stringify(answers[path]))
  })
  const folder = yield* fs.makeTempDirectoryScoped()
  yield* fs.makeDirectory(`${folder}/connectors`)
  yield* variablesOf({ TRIBUTARY_CONFIG: folder })
  const write = (entities: string) =>
    fs.writeFileString(`${folder}/connectors/shop.yaml`, `type: rest\nbaseUrl: ${url}\nentities:${entities}\n`)
  yield* write(" {}")
  return { write }
})

const asked = (path: string, ...flags: ReadonlyArray<string>) =>
  Effect.map(type("discover", "shop", "--path", path, ...flags), ({ code, err, out }) => ({
    code,
    out,
    err: err.replaceAll(/\s+/g, " ")
  }))

const live = <A, E>(name: string, test: Effect.Effect<A, E, Effect.Services<typeof makePlace>>) =>
  it.live(name, () => test.pipe(Effect.scoped, Effect.provide(NodeServices.layer)))

live(
  "errors beside the data of an answer are told, and are no list",
  Effect.gen(function* () {
    yield* makePlace
    for (const query of ["{ deals { ie } }", "no query"]) {
      const { code, err } = yield* asked("/refused", "--body", JSON.stringify({ query }))
      assert.deepEqual([code, err], [1, '/refused answered with errors: Cannot query field "ie"; and more '])
    }
  })
)

live(
  "an object with one entry is declared as it says",
  Effect.gen(function* () {
    const { write } = yield* makePlace
    const { code, err } = yield* asked("/single")
    assert.strictEqual(code, 1)
    const [, records = ""] = /\/deals may be an object keyed by id: --records '(\S+)'/.exec(err) ?? []
    const { out } = yield* asked("/single", "--records", records)
    yield* write(`\n${out}`)
    const checked = yield* type("check", "--live", "--json")
    const { live: looks }: { readonly live: ReadonlyArray<object> } = JSON.parse(checked.out)
    assert.deepInclude(looks[0], { records: 1, rejected: 0, absent: [], undeclared: [] }, checked.out)
  })
)

live(
  "a source that wants to know who asks leads to every kind of authorization",
  Effect.gen(function* () {
    yield* makePlace
    const { code, err, out } = yield* asked("/closed", "--json")
    assert.strictEqual(code, 1)
    const { advice }: { readonly advice: string } = JSON.parse(out)
    for (const pattern of [/--auth bearer:SHOP_TOKEN/, /auth: \{ type: login, /, /oauth2 and hmac/]) {
      assert.match(advice, pattern)
      assert.match(err, pattern)
    }
  })
)

live(
  "a date that can be read in two ways is asked about, and is told of where nobody is asked",
  Effect.gen(function* () {
    yield* makePlace
    const silent = yield* asked("/dated")
    assert.match(silent.out, /format: ["']?dd\/MM\/yyyy/)
    assert.include(silent.out, 'or MM/dd/yyyy? "01/02/2026" can be both')
    const chosen = yield* Effect.provideService(asked("/dated"), Asker, () => Effect.succeed("2"))
    assert.include(chosen.err, 'How is day written? "01/02/2026" can be both. 1 dd/MM/yyyy 2 MM/dd/yyyy')
    assert.match(chosen.out, /format: ["']?MM\/dd\/yyyy/)
    assert.notInclude(chosen.out, "can be both")
  })
)

live(
  "records without fields are told",
  Effect.gen(function* () {
    yield* makePlace
    assert.deepInclude(yield* asked("/nothing"), { code: 1, err: "The records of /nothing have no fields. " })
  })
)
