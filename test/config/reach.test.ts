/** What a file lets out, and what none may read. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Schema } from "effect"
import { load } from "../../core/config/Configuration.ts"
import { newDisclosures } from "../../core/config/files/SecretReach.ts"
import type { ConnectorSchema } from "../../core/config/schema/ConnectorYaml.ts"
import { Secret } from "../../core/config/schema/Scalars.ts"
import { optional } from "../../core/config/schema/YamlKeys.ts"

const live = `type: rest
baseUrl: https://api.example.test/v1
auth: { type: bearer, token: { secret: CRM_TOKEN } }
entities:
  deal:
    matrix: { kind: [A, B] }
    path: /deals/{kind}
    query: { key: { env: "KEY_{kind}", default: x } }
    key: id
    fields: { id: bigint, env: text, secret: text }
`

const added = (text: string) =>
  newDisclosures({ file: "x.yaml", text: live }, { file: "x.yaml", text }).map(
    ({ host, kind, name }) => `${kind} ${name} ${host}`
  )

const same: ReadonlyArray<readonly [what: string, text: string]> = [
  ["nothing", live],
  ["another limit", `${live}limits: { concurrency: 1 }\n`],
  ["less", live.slice(0, live.indexOf("entities"))],
  ["another path", live.replace("/deals/", "/leads/")],
  ["columns of these names", live.replace("id: bigint", "id: bigint, env: text, note: text")],
  [
    "an address that it has already in a request",
    live
      .replace("KEY_{kind}", "KEY_{kind}")
      .replace("path: /deals", "headers: { Origin: https://api.example.test }\n    path: /deals")
  ],
  ["another name of an entity", live.replace("  deal:", "  lead:")],
  ["the addresses in examples", `${live}    examples: [{ record: { at: "https://evil.test" }, row: { id: "1" } }]\n`],
  ["the records of examples", `${live}    examples: [{ record: { by: { secret: X } }, row: { id: "1" } }]\n`]
]

const more: ReadonlyArray<readonly [what: string, text: string, added: ReadonlyArray<string>]> = [
  ["another secret", live.replace("CRM_TOKEN", "DATABASE_URL"), ["secret DATABASE_URL api.example.test"]],
  [
    "another host",
    live.replace("https://api.example.test", "https://evil.test"),
    ["secret CRM_TOKEN evil.test", "env KEY_A evil.test", "env KEY_B evil.test"]
  ],
  ["another host without slashes", live.replace("https://api.example.test", "https:evil.test"), ["evil.test"]],
  ["another host behind a user", live.replace("https://api", "https://api.example.test@evil"), ["evil.example.test"]],
  ["another host with other slashes", live.replace("path: /deals", "path: \\\\evil.test/deals"), ["evil.test"]],
  ["another host of a matrix", live.replace("[A, B]", '[A, B, "//evil.test"]'), ["evil.test"]],
  ["another name of a matrix", live.replace("[A, B]", "[A, B, C]"), ["env KEY_C api.example.test"]],
  [
    "a variable in a constant",
    live.replace("id: bigint", "id: bigint, gone: { type: text, value: { env: ADMIN_TOKEN } }"),
    ["env ADMIN_TOKEN api.example.test"]
  ],
  ["the address without encryption", live.replace("https://api", "http://api"), ["secret CRM_TOKEN api.example.test"]],
  ["the same address in another place", `${live}probe: https://api.example.test/v1\n`, ["secret CRM_TOKEN"]],
  ["another type", live.replace("type: rest", "type: fintablo"), ["secret CRM_TOKEN api.example.test"]],
  ["the usual address of its type", live.replace(/^baseUrl.*\n/m, ""), ["secret CRM_TOKEN undefined"]],
  [
    "the usual address, and the former one elsewhere",
    live.replace(/^baseUrl.*\n/m, "").replace("path:", "headers: { Origin: https://api.example.test }\n    path:"),
    ["secret CRM_TOKEN undefined"]
  ],
  [
    "a user with spaces before another host",
    live.replace("api.example.test/v1", "api.example.test @evil.test/v1"),
    ["evil.test"]
  ],
  [
    "an address of a variable",
    live.replace("https://api.example.test/v1", '{ env: URL, default: "https://api.example.test/v1" }'),
    ["secret CRM_TOKEN api.example.test"]
  ],
  [
    "an anchor for its address",
    live.replace("baseUrl: https://api.example.test/v1", "baseUrl: &b https://evil.test\nprobe: *b"),
    ["evil.test"]
  ],
  ["an alias for its secret", live.replace("auth: {", "auth: &a {").concat("more: *a\n"), ["secret CRM_TOKEN"]],
  ...["Host", "hOST", "X-Forwarded-Host"].map(
    (name) =>
      [
        `the header ${name}`,
        live.replace("path:", `headers: { ${name}: evil.test }\n    path:`),
        ["secret CRM_TOKEN evil.test"]
      ] as const
  ),
  [
    "a secret in another place",
    live.replace("token: { secret: CRM_TOKEN }", "password: { secret: CRM_TOKEN }"),
    ["secret CRM_TOKEN"]
  ],
  [
    "a variable of a request in a column",
    live.replace("id: bigint", "id: bigint, gone: { type: text, value: { env: KEY_A } }"),
    ["env KEY_A"]
  ],
  ["a variable in a list", live.replace("id: bigint", "id: bigint").concat("notes: [{ env: HOME }]\n"), ["env HOME"]]
]

const type: ConnectorSchema = {
  type: "any",
  description: "Anything.",
  config: Schema.Struct({ note: optional(Schema.String, "A text."), token: optional(Secret, "A secret.") }),
  entityDefaults: {}
}

const problems = (yaml: string, environment: Record<string, string>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.makeTempDirectoryScoped()
    yield* fs.makeDirectory(`${directory}/connectors`)
    yield* fs.writeFileString(`${directory}/connectors/any.yaml`, yaml)
    yield* fs.writeFileString(
      `${directory}/daemon.yaml`,
      "http: { adminToken: { secret: ADMIN_TOKEN, optional: true } }\n"
    )
    const loaded = yield* Effect.result(load({ directory, types: [type], environment }))
    return loaded._tag === "Failure" && loaded.failure._tag === "ConfigurationInvalid" ? loaded.failure.diagnostics : []
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

describe("a file", () => {
  for (const [what, text] of same) {
    it(`with ${what} lets out no more`, () => assert.deepEqual(added(text), []))
  }

  for (const [what, text, expected] of more) {
    it(`with ${what} lets out more`, () => {
      const found = added(text)
      assert.isNotEmpty(found)
      for (const one of expected) assert.include(found.join("\n"), one)
    })
  }

  it("with two servers keeps the password of each to it", () => {
    const two = `type: iiko
baseUrl: https://chain.test
password: { secret: P }
cloud: { baseUrl: https://cloud.test, apiLogin: { secret: L } }
`
    const found = (text: string) =>
      newDisclosures({ file: "x.yaml", text: two }, { file: "x.yaml", text }).map(({ host, name }) => `${name} ${host}`)
    assert.deepEqual(found(two.replace("https://chain.test", "https://cloud.test")), ["P cloud.test", "L cloud.test"])
    assert.deepEqual(found(two.replace("secret: P", "secret: L")), ["L chain.test"])
    assert.deepEqual(found(two.replace("baseUrl: https://cloud.test, ", "")), ["P undefined", "L undefined"])
    assert.deepEqual(found(two.replace(/cloud: .*\n/, "")), [])
  })

  it("may not lead requests through a proxy, whether it names a secret or not", () => {
    const open = "type: rest\nbaseUrl: https://api.example.test\n"
    const found = (before: string | undefined, text: string) =>
      newDisclosures(before === undefined ? undefined : { file: "x.yaml", text: before }, { file: "x.yaml", text }).map(
        ({ kind, name }) => `${kind} ${name}`
      )
    const written = `${open}proxy: http://evil.test:3128\n`
    assert.deepEqual(found(open, written), ["proxy evil.test:3128"])
    assert.deepEqual(found(undefined, written), ["proxy evil.test:3128"])
    assert.deepEqual(found(written, written), [])
    assert.deepEqual(found(written, open), [])
    assert.deepEqual(found(written, written.replace("http:", "https:")), ["proxy evil.test:3128"])
    assert.deepEqual(found(written, written.replace("evil", "other")), ["proxy other.test:3128"])
    const named = (name: string) => `${open}proxy: { env: ${name} }\n`
    assert.include(found(open, named("HTTPS_PROXY")), "proxy HTTPS_PROXY")
    assert.include(found(named("HTTPS_PROXY"), named("OTHER_PROXY")), "proxy OTHER_PROXY")
    assert.deepEqual(found(named("HTTPS_PROXY"), named("HTTPS_PROXY")), [])
    assert.deepEqual(found(open, `${open}proxy: evil.test\n`), ["proxy ?"])
    // A secret goes to the proxy too, as far as anybody can tell from the file.
    assert.include(added(`${live}proxy: http://evil.test\n`).join("\n"), "secret CRM_TOKEN evil.test")
  })

  it("that is new lets out all that it names", () => {
    const found = newDisclosures(undefined, { file: "x.yaml", text: "type: chat\ntoken: { secret: T }\n" })
    assert.deepEqual(
      found.map(({ host, kind, name }) => [kind, name, host]),
      [["secret", "T", undefined]]
    )
  })

  it.live.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
    "finds nothing under the name %s, which every object has",
    (name) =>
      Effect.gen(function* () {
        const asked = yield* problems(`type: any\nnote: { env: ${name} }\ntoken: { secret: ${name} }\n`, {})
        assert.deepEqual(
          asked.map(({ reason }) => reason.code),
          ["variable.reserved", "secret.unset"]
        )
        const alone = yield* problems(`type: any\nnote: { env: ${name} }\n`, {})
        assert.deepEqual(
          alone.map(({ reason }) => reason.code),
          ["variable.unset"]
        )
      })
  )

  it.live.each(["TRIBUTARY_MASTER_KEY", "PGPASSWORD", "OTEL_EXPORTER_OTLP_HEADERS", "ADMIN_TOKEN", "pgpassword"])(
    "reads no variable %s as a text",
    (name) =>
      Effect.gen(function* () {
        const found = yield* problems(`type: any\nnote: { env: ${name}, default: x }\n`, { [name]: "what-nobody-sees" })
        assert.deepEqual(
          found.map(({ reason }) => reason.code),
          ["variable.reserved"]
        )
        assert.notInclude(JSON.stringify(found), "what-nobody-sees")
      })
  )

  it.live("reads no variable as a text that another key has as a secret", () =>
    Effect.gen(function* () {
      const yaml = "type: any\nnote: { env: SHOP_TOKEN }\ntoken: { secret: SHOP_TOKEN }\n"
      assert.lengthOf(yield* problems(yaml, { SHOP_TOKEN: "what-nobody-sees" }), 1)
      assert.lengthOf(yield* problems("type: any\nnote: { env: SHOP_NOTE }\n", { SHOP_NOTE: "fine" }), 0)
    })
  )

  const value = "kx7+/q?Zr-94 !ä"
  const spellings = [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(`anna:${value}`).toString("base64")
  ]
  it.live.each(spellings)("is told of without the secret that stands in it as %j", (spelt) =>
    Effect.gen(function* () {
      const yaml = `type: any\ntoken: { secret: SHOP_TOKEN }\nlimits: { timeout: ${JSON.stringify(`x ${spelt}`)} }\n`
      const found = yield* problems(yaml, { SHOP_TOKEN: value })
      assert.lengthOf(found, 1)
      const json = JSON.stringify(found)
      assert.include(json, "<redacted>")
      for (const one of spellings) assert.notInclude(json, one)
    })
  )
})
