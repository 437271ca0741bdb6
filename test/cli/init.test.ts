/** `init` in an empty directory: one file that runs, nothing overwritten, no secret written down. */
import { mkdirSync, writeFileSync } from "node:fs"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { Asker } from "../../core/cli/shared/Ask.ts"
import { programName } from "../../core/cli/shared/ProgramName.ts"
import { makePlace } from "../support/program.ts"
import { type, variablesOf } from "../support/typed.ts"
import { serve } from "../upstream/vendor.ts"

const secret = "LEAK-of-the-shop"
const size = 45

/** Lists deals in pages, with a second list beside them; under /closed only for whoever knows the secret. */
const shop = serve((request, response) => {
  const url = new URL(request.url ?? "/", `http://${request.headers.host}`)
  response.setHeader("content-type", "application/json")
  const known = [request.headers.authorization, request.headers["x-key"], url.searchParams.get("key")]
  if (url.pathname === "/closed" && !known.some((one) => one?.includes(secret))) {
    response.statusCode = 401
    return response.end('{"error":"who are you?"}')
  }
  const page = Number(url.searchParams.get("page") ?? 1)
  const deals = Array.from({ length: size }, (_, at) => ({ id: at + 1, title: `deal ${at}`, price: "1 299,00 ₽" }))
  const next = page * 20 < size ? `${url.origin}${url.pathname}?page=${page + 1}` : null
  const shown = deals.slice((page - 1) * 20, page * 20)
  response.end(
    JSON.stringify({ deals: shown, states: Array.from({ length: 20 }, (_, at) => ({ code: `s${at}` })), next })
  )
})

const emptyPlace = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const config = `${folder}/mine`
  yield* variablesOf({ TRIBUTARY_CONFIG: config })
  return { address: yield* shop, config, file: `${config}/connectors/local.yaml`, fs }
})

describe("init", () => {
  it.live(
    "leads from an address to a synced table by what it says to type",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { directory, run, sql } = yield* makePlace({ files: {}, secrets: {} })
        yield* fs.remove(`${directory}/config`, { recursive: true })
        const made = yield* run("init", "--url", `${yield* shop}/v1/deals`, "--yes", "--json")
        assert.strictEqual(made.code, 0, made.stderr)
        const { file, next }: { readonly file: string; readonly next: ReadonlyArray<string> } = JSON.parse(made.stdout)
        assert.strictEqual(file, "config/connectors/local.yaml")
        assert.deepEqual(yield* fs.readDirectory(`${directory}/config`, { recursive: true }), [
          "connectors",
          "connectors/local.yaml"
        ])
        const commands = next.map((command) => command.replace(/^tributary /, "").split(" "))
        assert.deepEqual(
          commands.map(([command]) => command),
          ["check", "plan", "sync", "sync", "rows", "start"]
        )
        const printed: Array<string> = []
        for (const command of commands.slice(0, 5)) {
          const { code, stderr, stdout } = yield* run(...command)
          assert.strictEqual(code, 0, `${command.join(" ")}\n${stderr}`)
          printed.push(stdout)
        }
        assert.match(
          printed.at(-1) ?? "",
          /^id +title +price\n1 +deal 0 +1299.00\n[\s\S]*The first 20 rows of public.local_deals.\n$/
        )
        const [found] = yield* sql`select count(*)::integer as count, sum(price)::text as sum from local_deals`
        assert.deepEqual<unknown>(found, { count: size, sum: "58455.00" })
      }).pipe(Effect.provide(NodeServices.layer)),
    180_000
  )

  it.live("writes one file that check takes, and never over another", () =>
    Effect.gen(function* () {
      const { address, config, file, fs } = yield* emptyPlace
      const made = yield* type("init", "--url", `${address}/v1/deals`, "--yes")
      assert.strictEqual(made.code, 0, made.err)
      const text = yield* fs.readFileString(file)
      assert.match(text, /^# yaml-language-server: \$schema=\S+connector\.schema\.json\ntype: rest\n/)
      assert.include(text, "page: { type: link, next: /next } # tried: the second page had 20 other records")
      assert.include(text, "price: { type: decimal, format: currency }")
      for (const line of text.trimEnd().split("\n")) assert.include(made.out, line)
      assert.match(text, / {2}# Of \/deals. Other lists of the answer, for --records:/)
      assert.strictEqual((yield* type("check")).code, 0)
      const again = yield* type("init", "--url", `${address}/v1/others`, "--yes")
      assert.strictEqual(again.code, 2)
      assert.match(again.err, /is there already and stays as it is.*discover\s+local --path \/v1\/others/s)
      assert.strictEqual(yield* fs.readFileString(file), text)
      const other = yield* type("init", "--url", `${address}/v1/deals`, "--name", "other", "--yes")
      assert.strictEqual(other.code, 0, other.err)
      assert.deepEqual(yield* fs.readDirectory(`${config}/connectors`), ["local.yaml", "other.yaml"])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("leaves alone a file that somebody else makes meanwhile", () =>
    Effect.gen(function* () {
      const { config, file, fs } = yield* emptyPlace
      const url = yield* serve((_, response) => {
        mkdirSync(`${config}/connectors`, { recursive: true })
        writeFileSync(file, "another\n")
        response.end('[{ "id": 1 }]')
      })
      const { code, err } = yield* type("init", "--url", `${url}/deals`, "--yes")
      assert.deepEqual([code, /could not be written/.test(err)], [1, true])
      assert.strictEqual(yield* fs.readFileString(file), "another\n")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("writes down the name of a secret, never the secret", () =>
    Effect.gen(function* () {
      const { address, config, file, fs } = yield* emptyPlace
      const url = ["init", "--url", `${address}/closed`, "--yes"]
      const refused = yield* type(...url)
      assert.strictEqual(refused.code, 1)
      assert.match(refused.err, /answered 401/)
      assert.match(refused.err, /--auth\s+bearer:LOCAL_TOKEN/)
      assert.match(refused.err, /auth: \{ type: login, .*type:\s+.*discover local --path \/closed/s)
      for (const typed of [`bearer:${secret}`, `header:X-Key:${secret}`, `basic:${secret}`, secret]) {
        const wrong = yield* type(...url, "--auth", typed)
        assert.strictEqual(wrong.code, 2, typed)
        assert.notInclude(wrong.err + wrong.out, secret)
      }
      for (const query of [`?api_key=${secret}`, ""]) {
        const [host, inAddress] = query === "" ? [`user:${secret}@`, ""] : ["", query]
        const wrong = yield* type("init", "--yes", "--url", `${address.replace("//", `//${host}`)}/closed${inAddress}`)
        assert.strictEqual(wrong.code, 2)
        assert.match(wrong.err, /holds a secret/)
        assert.notInclude(wrong.err, secret)
      }
      const header = yield* type(...url, "--header", `X-Api-Key: ${secret}`)
      assert.deepEqual([header.code, header.err.includes(secret)], [2, false])
      const unset = yield* type(...url, "--auth", "bearer:SHOP_SECRET")
      assert.match(unset.err, /SHOP_SECRET is not set: put SHOP_SECRET=… into .env/)
      assert.isFalse(yield* fs.exists(config))
      yield* variablesOf({ SHOP_SECRET: secret })
      for (const [auth, written] of [
        ["bearer:SHOP_SECRET", "auth: { type: bearer, token: { secret: SHOP_SECRET } }"],
        ["header:X-Key:SHOP_SECRET", "auth: { type: apiKey, in: header, name: X-Key, value: { secret: SHOP_SECRET } }"],
        ["query:key:SHOP_SECRET", "auth: { type: apiKey, in: query, name: key, value: { secret: SHOP_SECRET } }"]
      ] as const) {
        const made = yield* type(...url, "--auth", auth, "--trace")
        assert.strictEqual(made.code, 0, made.err)
        const text = yield* fs.readFileString(file)
        assert.include(text, written)
        assert.notInclude(text + made.out + made.err, secret)
        yield* fs.remove(file)
      }
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("asks at a terminal: for the address, for what it wants to know, and between two lists", () =>
    Effect.gen(function* () {
      const { address, file, fs } = yield* emptyPlace
      yield* variablesOf({ SHOP_KEY: secret })
      const asked: Array<string> = []
      const lines = [`${address}/closed`, "9", "2", "X-Key", "SHOP_KEY", "/states (20 records)"]
      const unset = yield* type("init").pipe(
        Effect.provideService(Asker, (question) =>
          Effect.succeed(
            question.startsWith("Put NO_KEY=")
              ? "q"
              : question.includes("variable")
                ? "NO_KEY"
                : question === "[1] "
                  ? ""
                  : `${address}/closed`
          )
        )
      )
      assert.deepEqual([unset.code, /NO_KEY is not set/.test(unset.err)], [1, true])
      const answer = (question: string) =>
        Effect.sync(() => {
          asked.push(question)
          return lines.shift() ?? ""
        })
      const { code, err } = yield* type("init").pipe(Effect.provideService(Asker, answer))
      assert.strictEqual(code, 0, err)
      assert.match(asked.join("\n"), /The address of a list.*name of the header.*variable in .env/s)
      assert.match(err, /How does the API know.*Which list of/s)
      assert.include(err, "It is a number from 1 to 5.")
      const text = yield* fs.readFileString(file)
      assert.include(text, "records: /states")
      assert.include(text, "value: { secret: SHOP_KEY }")
      const choices = [`${address}/closed`, "5"]
      const byFile = yield* type("init", "--name", "other").pipe(
        Effect.provideService(Asker, () => Effect.sync(() => choices.shift() ?? ""))
      )
      assert.deepEqual([byFile.code, /entities: \{\}\nand then type:/.test(byFile.err)], [1, true])
      const unasked = yield* type("init", "--yes")
      assert.deepEqual([unasked.code, /init --url https/.test(unasked.err)], [2, true])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it("shows commands as they are typed where it runs", () => {
    const typed = (variables: Record<string, string>, ...args: ReadonlyArray<string>) =>
      programName(variables, ["node", ...args])
    const [file, script] = ["/a/core/main.ts", "npm_lifecycle_event"]
    assert.strictEqual(typed({ [script]: "tributary" }, file, "sync"), "npm run tributary --")
    assert.strictEqual(typed({ TRIBUTARY_TYPED: "./tributary" }, file), "./tributary")
    assert.strictEqual(typed({}, file), "node /a/core/main.ts")
    assert.strictEqual(typed({}, "/usr/bin/tributary", "plan"), "tributary")
    assert.strictEqual(typed({ [script]: "demo" }, file, "demo", "status"), "npm run demo --")
    assert.strictEqual(typed({ [script]: "tributary" }, file, "demo"), "npm run tributary -- demo")
    assert.strictEqual(typed({ TRIBUTARY_TYPED: "./tributary" }, file, "demo", "log"), "./tributary demo")
  })
})
