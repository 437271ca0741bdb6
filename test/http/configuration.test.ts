import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ConfigurationInvalid, diagnose, locatedReason } from "../../core/config/Diagnostic.ts"
import type { LoadedConfiguration } from "../../core/plugin/LoadedConfiguration.ts"
import { reason } from "../../core/reason/Reason.ts"
import { entity } from "../support/source.ts"
import { ask, layer, loadedFrom } from "./fixtures.ts"

const thing = entity("thing")
const other = entity("other")

const reload = ask("/api/v1/reload", { method: "POST" })

const field = (body: unknown, name: string): unknown => Reflect.get(Object(body), name)

const ids = (text: string) => [...text.matchAll(/"id":(\d+)/g)].map(([, id]) => id)

const diagnostic = diagnose(
  { file: "config/connectors/fake.yaml", line: 3, column: 5, sourceLine: "    pth: /thing", length: 3 },
  reason("key.unknown", { name: "pth" }),
  reason("request.noPath")
)

/** Begins with one entity; the next reload finds what was put there last. */
const world = () => {
  let found: Effect.Effect<LoadedConfiguration, ConfigurationInvalid> = Effect.succeed(
    loadedFrom("type: fake\n", [thing])
  )
  return {
    edit: (next: typeof found) => {
      found = next
    },
    served: layer({ entities: [thing], reloaded: Effect.suspend(() => found) })
  }
}

describe("the configuration", () => {
  it.live("that is live is shown, and what reloads made of it, with what changed", () => {
    const { edit, served } = world()
    return Effect.gen(function* () {
      const { body } = yield* ask("/api/v1/config")
      assert.deepStrictEqual(field(body, "files"), [{ name: "connectors/fake.yaml", text: "type: fake\n" }])
      assert.deepInclude(field(body, "version"), { trigger: "start", status: "ok", changes: null })
      const unchanged = yield* reload
      assert.strictEqual(unchanged.status, 200)
      assert.deepInclude(unchanged.body, { status: "unchanged", trigger: "api", actor: "api", diagnostics: [] })
      edit(Effect.succeed(loadedFrom("type: fake\nentities: {}\n", [thing, other])))
      const changed = yield* reload
      assert.deepInclude(changed.body, { status: "ok" })
      assert.deepInclude(field(changed.body, "changes"), {
        entities: { added: ["fake.other"], changed: [], removed: [] }
      })
      assert.include((yield* ask("/api/v1/entities")).text, '"fake.other"')
      assert.include((yield* ask("/api/v1/config")).text, "entities: {}")
      const { text } = yield* ask("/api/v1/config/versions")
      const [third, second, first] = ids(text)
      assert.include(text, '"next":null')
      const page = yield* ask("/api/v1/config/versions?limit=1")
      assert.deepStrictEqual(ids(page.text), [third])
      assert.include(page.text, `"next":${third}`)
      assert.deepStrictEqual(ids((yield* ask(`/api/v1/config/versions?before=${second}`)).text), [first])
      const diff = yield* ask(`/api/v1/config/diff?from=${first}&to=${third}`)
      assert.deepStrictEqual(diff.body, {
        patch: "--- connectors/fake.yaml\n+++ connectors/fake.yaml\n@@ -1,1 +1,2 @@\n type: fake\n+entities: {}\n"
      })
      assert.deepStrictEqual((yield* ask(`/api/v1/config/diff?from=${first}&to=${second}`)).body, { patch: "" })
      assert.strictEqual((yield* ask(`/api/v1/config/diff?from=${first}&to=999`)).status, 404)
    }).pipe(Effect.provide(served))
  })

  it.live("that is invalid changes nothing and is answered with every problem in it", () => {
    const { edit, served } = world()
    return Effect.gen(function* () {
      edit(Effect.fail(new ConfigurationInvalid({ diagnostics: [diagnostic] })))
      const { body, headers, status } = yield* reload
      assert.strictEqual(status, 422)
      assert.match(headers["content-type"] ?? "", /^application\/problem\+json/)
      assert.deepInclude(body, {
        type: "urn:tributary:problem:invalid-configuration",
        status: 422,
        detail: "It has a problem."
      })
      const version = field(body, "version")
      assert.deepInclude(version, {
        status: "invalid",
        changes: null,
        diagnostics: [diagnostic],
        reasons: [locatedReason(diagnostic)]
      })
      assert.match(String(field(version, "loadedAt")), /^\d{4}-\d\d-\d\dT.*Z$/)
      assert.include((yield* ask("/api/v1/config")).text, '"trigger":"start"')
      assert.include((yield* ask("/api/v1/config/versions")).text, '"status":"invalid"')
      assert.strictEqual((yield* ask(`/api/v1/config/diff?from=1&to=${field(version, "id")}`)).status, 404)
    }).pipe(Effect.provide(served))
  })

  it.live("shows a file that is new, and one that is gone, as a whole", () => {
    const { edit, served } = world()
    return Effect.gen(function* () {
      const files = [{ name: "connectors/new.yaml", text: "type: new\n" }]
      edit(Effect.succeed({ ...loadedFrom("", [other]), files }))
      yield* reload
      const [second, first] = ids((yield* ask("/api/v1/config/versions")).text)
      const { body } = yield* ask(`/api/v1/config/diff?from=${first}&to=${second}`)
      assert.deepStrictEqual(String(field(body, "patch")).split("\n"), [
        "--- connectors/fake.yaml",
        "+++ /dev/null",
        "@@ -1,1 +0,0 @@",
        "-type: fake",
        "--- /dev/null",
        "+++ connectors/new.yaml",
        "@@ -0,0 +1,1 @@",
        "+type: new",
        ""
      ])
    }).pipe(Effect.provide(served))
  })
})
