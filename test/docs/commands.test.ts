/** Every command that a document, the help or the demo names is run as it stands there. */
import { execFile } from "node:child_process"
import { access, readFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { eventually } from "../support/eventually.ts"
import { Shipped } from "./Shipped.ts"
import { root, type Written, words, written } from "./Written.ts"

/** What cannot be run from within a test, and where it is run instead. */
const elsewhere: Readonly<Record<string, string>> = {
  "npm ci": "installs: the first line of .ci/run",
  "npm ci --omit=dev --include=optional": "installs: test/deploy/deploy.ts does it as the Dockerfile says",
  "npm test": "is what runs this test",
  "npm run check": "is a line of .ci/run",
  "npm run bench": "is a line of .ci/run, in small",
  "npm run fix": "changes the sources",
  "npm run demo": "processes of its own: test/e2e/demo.test.ts",
  "npm run demo -- COMMAND": "any of the others",
  "npm run demo -- <command>": "any of the others",
  "npm run tributary -- <command>": "any of the others",
  "npm run tributary -- init --config mine --url https://api.example.test/v1/deals": "test/cli/init.test.ts",
  "npm run tributary -- init --config my --url https://api.example.test/v1/deals": "test/cli/init.test.ts",
  "tributary init": "asks for an address: test/cli/init.test.ts",
  "tributary init --url https://api.example.test/v1/deals": "test/cli/init.test.ts",
  "tributary init --url https://api.example.test/v1/deals --yes": "test/cli/init.test.ts",
  "tributary init --url https://api.example.test/v1/deals --auth bearer:SHOP_TOKEN": "test/cli/init.test.ts",
  "tributary accounts add market shop1 --owner anna": "waits for a person: test/accounts/commands.test.ts",
  "tributary accounts add market shop1 --credential token=SHOP1_TOKEN": "test/accounts/commands.test.ts",
  "tributary accounts add crm portal --credential refreshToken=BITRIX24_REFRESH_TOKEN":
    "wants a portal: connectors/bitrix24/application/application.test.ts",
  "tributary accounts remove market shop1": "test/accounts/commands.test.ts",
  "tributary accounts remove market shop1 --purge": "asks a person: test/accounts/commands.test.ts",
  "tributary accounts purge ID": "asks a person: test/accounts/commands.test.ts",
  "npm run demo -- accounts add allegro shop3": "waits for a seller: test/e2e/demo.test.ts",
  "tributary discover market --path /orders --account shop1": "test/accounts/commands.test.ts",
  "tributary schedules add market shop1 --entities order --every 15m": "test/accounts/commands.test.ts",
  "tributary schedules add market shop1 --cron '0 3 * * 0'": "test/accounts/api.test.ts",
  "tributary accounts rotate-key": "wants a master key: test/accounts/commands.test.ts",
  "tributary cache clear crm": "wants a connector with a cache: test/console/operating.test.ts",
  "tributary cache clear crm contact": "wants a connector with a cache: test/console/operating.test.ts",
  "npx vitest run test/sync": "tests within a test",
  "npx vitest run test/conformance": "tests within a test",
  "npm run proof -- --minutes 30 --seed 1": "half an hour by hand; its cases are tests",
  "npm run proof:soak -- --minutes 20": "twenty minutes by hand",
  "npm run proof:telegram": "fetches a package by hand",
  "npm run proof:allegro -- description.yaml": "fetches a package by hand",
  "npm run proof:bitrix24": "fetches a package by hand",
  "PROOF_CASES=2000 npx vitest run test/proof/forms.test.ts": "a quarter of an hour by hand; fewer forms are a test",
  "PROOF_SEED=… npx vitest run test/proof": "tests within a test",
  "cp .env.example .env": "would overwrite the developer's own",
  'psql "postgres://postgres:$(cat data/postgres.password)@127.0.0.1:$(sed -n 4p data/postgres/postmaster.pid)/postgres"':
    "wants a psql: test/database/embedded.test.ts gets in by the same two files",
  "docker compose up -d --build": "wants Docker: test/deploy takes the Dockerfile's steps without it",
  "docker compose exec daemon node core/main.ts status": "wants Docker; `status` itself is run"
}

/** What a word in capitals, or none at all, stands for. */
const completed: Readonly<Record<string, string>> = {
  "tributary apply": "tributary apply FILE",
  "tributary run": "tributary run JOB",
  "tributary rows": "tributary rows crm.deal",
  "tributary schema --reference docs/reference.md": "tributary schema --reference FILE",
  "tributary action": "tributary action iiko.negative-transfer --dry-run",
  "tributary action --dry-run": "tributary action iiko.negative-transfer --dry-run",
  "tributary action --input JSON": "tributary action iiko.negative-transfer --dry-run --input {}",
  "tributary actions resolve": "tributary actions resolve ID failed",
  "tributary discover": "tributary discover fintablo --path /v1/partner-group",
  "tributary erase": "tributary erase telegram:42",
  "tributary log --run 1042": "tributary log --run ID"
}

type Kind = "elsewhere" | "typed" | "daemon" | "shell"

const withoutRunner = (text: string): string => text.replace(/^npm run (?:tributary|demo) -- /, "tributary ")

const kindOf = (text: string): Kind | undefined => {
  if (text in elsewhere) return "elsewhere"
  if (/\bcurl /.test(text)) return "shell"
  if (/^tributary (?:start|sandbox|reload|cache)\b/.test(withoutRunner(text))) return "daemon"
  return withoutRunner(text).startsWith("tributary ") ? "typed" : undefined
}

/** `a && b` is two. */
const all = Effect.map(Effect.promise(written), (found) =>
  found.flatMap(({ file, text }) => text.split(" && ").map((part) => ({ file, text: part })))
)

const of = (kind: Kind) => Effect.map(all, (found) => found.filter(({ text }) => kindOf(text) === kind))

const inFull = (text: string): string => {
  const command = withoutRunner(text).replace("plan.json", "FILE")
  return completed[command] ?? command
}

/** Something of the kind that the command decides on, made as it comes about. */
const idFor = Effect.fnUntraced(function* (command: string) {
  const { sql, sandboxes, type } = yield* Shipped
  const idOf = (rows: ReadonlyArray<{ readonly id: string }>) => rows[0]?.id ?? ""
  if (command.startsWith("tributary deletes")) {
    yield* type("sync", "fintablo.partner")
    const fintablo = yield* Effect.fromNullishOr(sandboxes.get("fintablo"))
    yield* fintablo.fault({ path: "/v1/partner", mode: "empty" })
    yield* type("sync", "fintablo.partner")
    yield* fintablo.clearFaults
    return idOf(yield* sql<{ id: string }>`select max(id)::text as id from tributary.pending_delete`)
  }
  if (command.startsWith("tributary actions resolve")) {
    return idOf(
      yield* sql<{ id: string }>`
        insert into tributary.action_log (action, key, attempt, what, status, trigger, request, created_at)
        select 'iiko.writeoff', 'iiko.writeoff:' || gen_random_uuid(), gen_random_uuid(), '1 kg', 'sending', 'job', '{}', now()
        returning id::text`
    )
  }
  return idOf(yield* sql<{ id: string }>`select max(id)::text as id from tributary.sync_log`)
})

const argsOf = Effect.fnUntraced(function* (text: string) {
  const { folder } = yield* Shipped
  const command = inFull(text)
  const id = /\bID\b/.test(command) ? yield* idFor(command) : ""
  return words(command)
    .slice(1)
    .map((word) => {
      if (word === "FILE") return join(folder, command.includes("--reference") ? "reference.md" : "plan.json")
      if (word === "my") return join(folder, "my")
      return word === "JOB" ? "retention" : word === "ID" ? id : word
    })
})

/** The arguments once each, in the order that makes sense: what a plan holds is read before it is done. */
const distinct = (commands: ReadonlyArray<Written>): ReadonlyArray<Written> => [
  ...new Map(commands.map((command) => [inFull(command.text), command])).values()
]

const run = promisify(execFile)

/** Fails where the server refuses; `jq` for whoever has none. */
const prelude = `
set -e
curl() { command curl -sS --fail-with-body "$@"; }
jq() { node -e 'process.stdin.on("data", (text) => console.log(JSON.parse(text)[process.argv[1].slice(1)]))' "$2"; }
`

layer(Shipped.layer, { timeout: 120_000, excludeTestServices: true })("commands that are written down", (it) => {
  it.effect("are all of a known kind, and what is run elsewhere is still written and still there", () =>
    Effect.gen(function* () {
      const found = yield* all
      const unknown = found.filter(({ text }) => kindOf(text) === undefined)
      assert.deepEqual(unknown, [])
      const texts = found.map(({ text }) => text)
      for (const text of Object.keys(elsewhere)) assert.include(texts, text)
      for (const text of Object.keys(completed)) assert.include(texts.map(withoutRunner), text)
      const ci = yield* Effect.promise(() => readFile(join(root, ".ci/run"), "utf8"))
      for (const text of ["npm ci", "npm test", "npm run check"]) assert.match(ci, new RegExp(`^${text}$`, "m"))
      for (const text of texts) {
        const [, path] = /vitest run (\S+)/.exec(text) ?? []
        if (path !== undefined) yield* Effect.promise(() => access(join(root, path)))
      }
    })
  )

  it.effect(
    "do what they are for",
    () =>
      Effect.gen(function* () {
        const { type } = yield* Shipped
        const commands = distinct(yield* of("typed"))
        assert.isAbove(commands.length, 30)
        // What was saved before the first sync still holds.
        const rank = ({ text }: Written) =>
          ["--save", " apply "].findIndex((part) => inFull(text).includes(part)) + 1 || 3
        for (const { file, text } of commands.toSorted((left, right) => rank(left) - rank(right))) {
          const args = yield* argsOf(text)
          const { code, err, out } = yield* type(...args)
          assert.strictEqual(code, 0, `${file}: ${text} (${args.join(" ")})\n${out}${err}`)
          assert.isNotEmpty(out, text)
        }
      }),
    180_000
  )

  it.effect(
    "that go on do so until they are stopped, and the daemon is asked by those that ask it",
    () =>
      Effect.gen(function* () {
        const { address, begin, type } = yield* Shipped
        const commands = distinct(yield* of("daemon"))
        const isUp = Effect.promise(() =>
          fetch(`${address}/ready`).then(
            ({ ok }) => ok,
            () => false
          )
        )
        const during = Effect.fnUntraced(function* <E, R>(
          { text }: Written,
          ready: (output: { readonly out: string }) => Effect.Effect<boolean>,
          then: Effect.Effect<void, E, R>
        ) {
          const { ended, printed } = begin(yield* argsOf(text))
          const fiber = yield* Effect.forkScoped(ended)
          const early = Effect.flatMap(Fiber.join(fiber), (end) =>
            Effect.die(new Error(`${text}: ${JSON.stringify(end)}`))
          )
          yield* Effect.raceFirst(eventually(ready(printed)), early)
          yield* then
          yield* Fiber.interrupt(fiber)
        }, Effect.scoped)
        for (const command of commands) {
          const name = words(inFull(command.text))[1]
          if (name === "sandbox") {
            yield* during(
              command,
              (output) => Effect.sync(() => output.out.includes("running until stopped")),
              Effect.void
            )
          }
          if (name !== "start") continue
          const asking = commands.filter(({ text }) => ["reload", "cache"].includes(words(inFull(text))[1] ?? ""))
          assert.isNotEmpty(asking)
          yield* during(
            command,
            () => isUp,
            Effect.forEach(
              asking,
              Effect.fnUntraced(function* ({ text }) {
                const { code, err } = yield* type(...(yield* argsOf(text)))
                assert.strictEqual(code, 0, `${text}\n${err}`)
              }),
              { discard: true }
            )
          )
        }
      }),
    180_000
  )

  it.effect("of one request per row store whose the records are", () =>
    Effect.gen(function* () {
      const { sql } = yield* Shipped
      const notes = yield* sql`select deal_id::text, deal_title, id::text, text from desk_note`
      assert.deepStrictEqual(notes, [{ deal_id: "1", deal_title: "Чай", id: "1", text: "Позвонить" }])
    })
  )

  it.effect("for a shell reach the sandbox they are about", () =>
    Effect.gen(function* () {
      const { sandboxes, type: enter, variables } = yield* Shipped
      const scripts = Map.groupBy(yield* of("shell"), ({ file }) => file)
      yield* enter("sync", "iiko.product")
      for (const [file, commands] of scripts) {
        const [, type = "iiko"] = /^connectors\/(\w+)\//.exec(file) ?? []
        const url = (yield* Effect.fromNullishOr(sandboxes.get(type))).url
        const page = yield* Effect.promise(() => readFile(join(root, file), "utf8"))
        const [, organization = ""] = /^ {4}([\da-f-]{36}): /m.exec(page) ?? []
        const script = commands.map(({ text }) =>
          text.replace(`"organizationId":"…"`, `"organizationId":"${organization}"`)
        )
        const env = { PATH: process.env.PATH, ...variables, URL: url, IIKO_ORIGIN: variables.IIKO_ORIGIN ?? url }
        yield* Effect.promise(() =>
          run("sh", ["-c", [prelude, ...script].join("\n")], { env }).catch((error: Error) => {
            throw new Error(`${file}: ${error.message}`)
          })
        )
        if (file !== "README.md") continue
        // What its one command of this kind is there to show.
        const { out } = yield* enter("sync", "iiko.product")
        assert.match(out, /the source is empty: the deletes of all [\d ]+ rows were withheld/)
        yield* (yield* Effect.fromNullishOr(sandboxes.get("iiko"))).clearFaults
      }
    })
  )
})
