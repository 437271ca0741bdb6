import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { jsonSchemas } from "../../core/config/schema/JsonSchemas.ts"
import { type Files, loadFiles, place, plugins, problemsOfFiles, types } from "./cases/harness.ts"

const shop = { "config/connectors/shop.yaml": "type: till\n" }
const withBot = (yaml: string): Files => ({ ...shop, "config/bot.yaml": yaml })
const environment = { TOKEN: "a-long-token" }

const messagesOf = (...given: Parameters<typeof problemsOfFiles>) =>
  Effect.map(problemsOfFiles(...given), (diagnostics) =>
    diagnostics.map((diagnostic) => [place(diagnostic), diagnostic.message])
  )

describe("a plugin's file", () => {
  it.effect("is decoded by the keys of its type, and its text is part of the version", () =>
    Effect.gen(function* () {
      const text = "type: chat\ntoken: { secret: TOKEN }\nlanguage: { env: LANGUAGE, default: ru }\n"
      const loaded = yield* loadFiles({ ...withBot(text), "config/daemon.yaml": "timezone: Asia/Tokyo\n" }, environment)
      const [bot] = loaded.plugins
      assert.deepInclude(bot, { name: "bot", type: "chat", timezone: "Asia/Tokyo" })
      assert.deepInclude(bot?.config, { language: "ru" })
      assert.deepEqual(
        loaded.files.map(({ name }) => name),
        ["daemon.yaml", "bot.yaml", "connectors/shop.yaml"]
      )
    })
  )

  it.effect("may be absent", () =>
    Effect.gen(function* () {
      assert.deepEqual((yield* loadFiles(shop)).plugins, [])
    })
  )

  it.effect("has the hash of what is written, and a fingerprint that knows of a rotated secret", () =>
    Effect.gen(function* () {
      const one = withBot("type: chat\ntoken: { secret: TOKEN }\n")
      const other = withBot("# the same\ntoken: { secret: TOKEN }\ntype: chat\n")
      const [[first], [same], [rotated]] = yield* Effect.all([
        Effect.map(loadFiles(one, environment), (loaded) => loaded.plugins),
        Effect.map(loadFiles(other, environment), (loaded) => loaded.plugins),
        Effect.map(loadFiles(one, { TOKEN: "another-token" }), (loaded) => loaded.plugins)
      ])
      assert.deepEqual([same?.hash, same?.fingerprint], [first?.hash, first?.fingerprint])
      assert.strictEqual(rotated?.hash, first?.hash)
      assert.notStrictEqual(rotated?.fingerprint, first?.fingerprint)
    })
  )

  it.effect("is told by its place when it is broken", () =>
    Effect.gen(function* () {
      const tells = (yaml: string) => messagesOf(withBot(yaml), environment)
      assert.deepEqual(yield* tells("type: chta\ntoken: { secret: TOKEN }\n"), [
        ["config/bot.yaml:1:7", 'there is no plugin type "chta" — did you mean "chat"?']
      ])
      assert.deepEqual(yield* tells("token: { secret: TOKEN }\n"), [["config/bot.yaml:1:1", '"type" is missing']])
      assert.deepEqual(yield* tells("type: chat\ntoken: { secret: OTHER }\n"), [
        ["config/bot.yaml:2:8", "the secret OTHER is not set"]
      ])
      assert.deepEqual(yield* tells("type: chat\ntoken: { secret: TOKEN }\nlangauge: ru\n"), [
        ["config/bot.yaml:3:1", 'unknown key "langauge" — did you mean "language"?']
      ])
      assert.deepEqual(yield* tells("type: chat\ntoken: abc-def\n"), [
        ["config/bot.yaml:2:8", "a secret does not stand in the file"]
      ])
      assert.deepEqual(yield* tells("type: [chat\n"), [
        [
          "config/bot.yaml:2:1",
          "not valid YAML: the indentation does not fit the lines around it, or a bracket above is not closed"
        ]
      ])
    })
  )

  it.effect("of a plugin that there is not is read by nobody", () =>
    Effect.gen(function* () {
      const files = withBot("type: chat\n")
      assert.deepEqual(yield* messagesOf(files, environment, {}), [["config/bot.yaml:1:1", "nothing reads this file"]])
      assert.deepEqual(yield* messagesOf({ ...shop, "config/bto.yaml": "" }, environment), [
        ["config/bto.yaml:1:1", 'nothing reads this file — did you mean "bot.yaml"?']
      ])
    })
  )

  it("has a JSON Schema that knows its keys and closes them", () => {
    const found = jsonSchemas(types, plugins).find(({ file }) => file === "bot.schema.json")
    const schema: unknown = JSON.parse(found?.text ?? "null")
    assert.deepInclude(schema, { required: ["type", "token"], additionalProperties: false })
    assert.deepNestedInclude(schema, { "properties.type.const": "chat" })
  })
})

describe("an edit that is not written yet", () => {
  const overlaid = (files: Readonly<Record<string, string>>) => ({ plugins, overlay: new Map(Object.entries(files)) })

  it.effect("stands in for the file, or comes beside those there are", () =>
    Effect.gen(function* () {
      const edit = overlaid({
        "connectors/shop.yaml": "type: till\nlimits: { concurrency: 7 }\n",
        "connectors/new.yaml": "type: till\n",
        "bot.yaml": "type: chat\ntoken: { secret: TOKEN }\n"
      })
      const loaded = yield* loadFiles({ ...shop, "config/daemon.yaml": "timezone: Asia/Tokyo\n" }, environment, edit)
      assert.deepEqual(
        loaded.files.map(({ name }) => name),
        ["daemon.yaml", "bot.yaml", "connectors/new.yaml", "connectors/shop.yaml"]
      )
      assert.deepEqual(
        loaded.connectors.map(({ limits, name, timezone }) => [name, limits.concurrency, timezone]),
        [
          ["new", 4, "Asia/Tokyo"],
          ["shop", 7, "Asia/Tokyo"]
        ]
      )
    })
  )

  it.effect("is told by its place, beside whatever else is wrong", () =>
    Effect.gen(function* () {
      assert.deepEqual(
        yield* messagesOf({ ...shop, "config/jobs.yaml": "[]" }, environment, overlaid({ "bot.yaml": "" })),
        [
          ["config/bot.yaml:1:1", '"type" is missing'],
          ["config/jobs.yaml:1:1", "expected a map of keys"]
        ]
      )
    })
  )

  it.effect("of a file that nothing reads is a problem", () =>
    Effect.gen(function* () {
      const names = ["notes.txt", "../daemon.yaml", "connectors/deep/x.yaml", "connectors/x.yml", "job.yaml"]
      const found = yield* messagesOf(shop, environment, overlaid(Object.fromEntries(names.map((name) => [name, ""]))))
      assert.deepEqual(found.map(([, message]) => message).toSorted(), [
        "nothing reads this file",
        "nothing reads this file",
        "nothing reads this file",
        'nothing reads this file — did you mean "jobs.yaml"?',
        "nothing reads this file: its name must end in .yaml"
      ])
    })
  )
})
