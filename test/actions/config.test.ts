import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { declareConnector } from "../../core/config/declare/DeclareConnectors.ts"
import { declareJobs } from "../../core/config/declare/DeclareJobs.ts"
import { Problems } from "../../core/config/files/Problems.ts"
import { type ConnectorSchema, NoInput } from "../../core/config/schema/ConnectorYaml.ts"
import { jsonSchemas } from "../../core/config/schema/JsonSchemas.ts"
import { Secret } from "../../core/config/schema/Scalars.ts"
import { optional, required, withDefault } from "../../core/config/schema/YamlKeys.ts"
import { foreignText } from "../../core/reason/Reason.ts"

const shop: ConnectorSchema = {
  type: "shop",
  description: "Shops.",
  config: Schema.Struct({ token: optional(Secret, "What it asks for.") }),
  entityDefaults: {},
  actions: [
    {
      name: "move",
      description: "Moves stock.",
      settings: Schema.Struct({
        group: withDefault(Schema.String, "Consumables", "What is moved. Default Consumables.")
      }),
      input: NoInput
    },
    {
      name: "write-off",
      description: "Writes stock off.",
      settings: Schema.Struct({ account: required(Schema.String, foreignText("Where it goes.")) }),
      input: Schema.Struct({
        store: required(Schema.String, foreignText("From where.")),
        lines: optional(
          Schema.Array(Schema.Struct({ amount: required(Schema.String, foreignText("Decimal text.")) })),
          "Of what."
        )
      })
    }
  ]
}

const types: ReadonlyArray<ConnectorSchema> = [shop, { ...shop, type: "till", actions: [] }]

/** What `connectors/cafe.yaml` and `jobs.yaml` come to, and what is wrong with them. */
const read = (connector: string, steps = "") => {
  const problems = new Problems()
  const environment = { SECRET: "s" }
  const options = { environment, secrets: new Set<string>(), timezone: "UTC" }
  const source = { file: "cafe.yaml", text: connector }
  const { declaration, ...named } = declareConnector({ ...options, name: "cafe", source, types }, problems)
  const text = `night:\n  schedule: "0 23 * * *"\n  steps:\n${steps}`
  const jobs =
    steps === ""
      ? []
      : declareJobs(
          { file: "jobs.yaml", text },
          { ...options, ...named, perAccount: [], windowless: [], growing: [] },
          problems
        )
  const diagnostics = problems.diagnostics.map(
    ({ column, file, line, message }) => `${file}:${line}:${column}: ${message}`
  )
  return { declaration, steps: jobs[0]?.steps, diagnostics }
}

const both = "type: shop\nactions:\n  move: { group: Cups }\n  write-off: { account: Losses }\n"

describe("the actions of a connector", () => {
  it("have the settings of the file, else the defaults; one that must be told something is left out", () => {
    assert.deepEqual(read(both).declaration?.actions, { move: { group: "Cups" }, "write-off": { account: "Losses" } })
    assert.deepEqual(read("type: shop").declaration?.actions, { move: { group: "Consumables" } })
    assert.deepEqual(read(both).diagnostics, [])
  })

  it("are closed, each by its own keys, and told by their place", () => {
    const wrong = "type: shop\nactions:\n  moev: {}\n  move: { grup: Cups }\n  write-off: {}\n"
    assert.deepEqual(read(wrong).diagnostics, [
      'cafe.yaml:3:3: unknown key "moev" — did you mean "move"?',
      'cafe.yaml:4:11: unknown key "grup" — did you mean "group"?',
      'cafe.yaml:5:3: "account" is missing'
    ])
    assert.deepEqual(read("type: shop\nactions: [move]\n").diagnostics, [
      "cafe.yaml:2:10: expected a map with keys such as move, write-off, found a list"
    ])
    assert.deepEqual(read("type: shop\naction: {}\n").diagnostics, [
      'cafe.yaml:2:1: unknown key "action" — did you mean "actions"?'
    ])
  })

  it("change the hash and the fingerprint, so that a reload takes them over", () => {
    const [one, other] = [read(both).declaration, read(both.replace("Cups", "Napkins")).declaration]
    assert.notStrictEqual(one?.hash, other?.hash)
    assert.notStrictEqual(one?.fingerprint, other?.fingerprint)
  })

  it("are in the JSON Schema, closed and described", () => {
    const schema = jsonSchemas(types).find(({ file }) => file === "connector.schema.json")?.schema
    const at = (value: unknown, ...path: ReadonlyArray<string | number>): unknown =>
      path.reduce<unknown>((inner, name) => Object(inner)[name], value)
    const actions = at(schema, "allOf", 0, "then", "properties", "actions")
    assert.strictEqual(at(actions, "additionalProperties"), false)
    const move = at(actions, "properties", "move")
    assert.strictEqual(at(move, "description"), "Moves stock.")
    assert.include(JSON.stringify(move), "Default Consumables.")
    assert.include(JSON.stringify(move), '"additionalProperties":false')
  })
})

describe("a step that is an action", () => {
  it("names it, alone or with what it is told", () => {
    const { steps, diagnostics } = read(
      both,
      '    - action: cafe.move\n    - { action: cafe.write-off, input: { store: "Bar" } }\n'
    )
    assert.deepEqual(diagnostics, [])
    assert.deepEqual(steps, [
      { _tag: "Action", action: "cafe.move", input: {} },
      { _tag: "Action", action: "cafe.write-off", input: { store: "Bar" } }
    ])
  })

  it("is checked when the configuration is loaded", () => {
    const steps = [
      "- action: cafe.moev",
      "- action: cafe.write-off",
      "- { action: cafe.write-off, input: { stoer: Bar, lines: [{ amount: 7 }] } }",
      "- { action: cafe.move, input: { secretly: { secret: SECRET } } }",
      "- { action: cafe.move, input: { all: true } }",
      "- { sync: ['!*'], input: {} }",
      "- { input: {} }"
    ]
    assert.deepEqual(read(both, steps.map((step) => `    ${step}\n`).join("")).diagnostics, [
      'jobs.yaml:4:15: there is no action "cafe.moev" — did you mean "cafe.move"?',
      'jobs.yaml:5:15: "store" is missing',
      'jobs.yaml:6:42: unknown key "stoer" — did you mean "store"?',
      "jobs.yaml:6:72: expected a text, found 7",
      "jobs.yaml:7:35: expected no keys, found a map",
      "jobs.yaml:7:47: a secret may not stand here",
      "jobs.yaml:8:35: expected no keys, found a map",
      "jobs.yaml:9:7: a step is one thing: sync, export, action, parallel or trim, found sync, input",
      'jobs.yaml:9:16: "!*" selects nothing',
      "jobs.yaml:10:16: input is what an action is told: name the action beside it"
    ])
  })

  it("cannot run one that must be told more first", () => {
    assert.deepEqual(read("type: shop", "    - { action: cafe.write-off, input: { store: Bar } }\n").diagnostics, [
      'jobs.yaml:4:17: "cafe.write-off" must be told more before it can run: write actions: { write-off: … } in connectors/cafe.yaml'
    ])
  })

  it("is not blamed for a connector that is broken", () => {
    const blamed = (connector: string) =>
      read(connector, "    - action: cafe.move\n").diagnostics.filter((one) => /^jobs/.test(one))
    assert.deepEqual(blamed("type: shpo"), [])
    assert.deepEqual(blamed("type: ["), [])
    assert.deepEqual(blamed("type: till"), ['jobs.yaml:4:15: there is no action "cafe.move"'])
  })
})
