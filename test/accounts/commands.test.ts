/** The command `accounts`, with a vendor that a person confirms a code to. */
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, FileSystem, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { sandbox } from "../../connectors/allegro/sandbox.ts"
import { Asker } from "../../core/cli/shared/Ask.ts"
import { freshDatabase } from "../support/database.ts"
import { begin, type, variablesOf } from "../support/typed.ts"
import { newMasterKey, withTime } from "./fixtures.ts"

const [young, old] = [newMasterKey(), newMasterKey()]

const keysAre = (keys: string) => variablesOf({ TRIBUTARY_MASTER_KEY: keys })

/** A configuration with the sandbox as its only system; returns what types a command with it. */
const makePlace = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  yield* TestClock.setTime(Date.UTC(2026, 5, 15, 12))
  const vendor = yield* sandbox.start({ sellers: 2, ordersPerDay: 10, days: 3 })
  const url = yield* freshDatabase
  yield* fs.makeDirectory(join(folder, "connectors"))
  yield* fs.writeFileString(join(folder, "daemon.yaml"), "database: { url: { secret: ACCOUNTS_DATABASE } }\n")
  yield* fs.writeFileString(
    join(folder, "connectors/market.yaml"),
    `type: allegro
client: { id: { secret: ALLEGRO_CLIENT_ID }, secret: { secret: ALLEGRO_CLIENT_SECRET } }
userAgent: ExampleBackup/1.0 (+https://example.test/about)
baseUrl: { env: ALLEGRO_URL }
authUrl: { env: ALLEGRO_AUTH_URL }
entities:
  order:
    path: /order/checkout-forms
    records: /checkoutForms
    page: { type: offset, size: 100, total: none }
    key: id
    mode: upsert
    fields: { id: uuid, status: text }
`
  )
  yield* fs.writeFileString(
    join(folder, "connectors/plain.yaml"),
    "type: rest\nbaseUrl: https://api.example.test\nentities: {}\n"
  )
  yield* variablesOf({ ...vendor.environment, ACCOUNTS_DATABASE: Redacted.value(url), TRIBUTARY_MASTER_KEY: old })
  const all = (words: ReadonlyArray<string>) => [...words, "--config", folder, "--json"]
  const answered = (words: ReadonlyArray<string>) =>
    Effect.map(withTime(type(...all(words))), ({ code, out }) => ({ code, answer: JSON.parse(out) }))
  return {
    vendor,
    write: (name: string, text: string) => fs.writeFileString(join(folder, name), text),
    other: (...words: ReadonlyArray<string>) => answered(words),
    run: (...words: ReadonlyArray<string>) => answered(["accounts", ...words]),
    beginWith: (...words: ReadonlyArray<string>) => begin(all(["accounts", ...words]))
  }
})

/** The person opens the link and allows it as a seller. */
const confirm = (link: string, seller: string) =>
  Effect.promise(() =>
    fetch(link, { method: "POST", body: new URLSearchParams({ decision: "allow", seller }) }).then(
      ({ status }) => status
    )
  )

type Place = Effect.Success<typeof makePlace>

/** Adds an account whose owner opens the link, and returns how the command ended. */
const addAs = Effect.fnUntraced(function* ({ beginWith }: Place, name: string, owner: string, login: string) {
  const adding = beginWith("add", "market", name, "--owner", owner)
  const added = yield* Effect.forkChild(adding.ended)
  yield* withTime(Effect.repeat(Effect.sleep("1 second"), { until: () => /code \w+, until/.test(adding.printed.err) }))
  const [link = ""] = /http\S+/.exec(adding.printed.err) ?? []
  assert.strictEqual(yield* confirm(link, login), 200)
  const { code, out } = yield* withTime(Fiber.join(added))
  assert.strictEqual(code, 0)
  return { link, account: JSON.parse(out) }
})

describe("accounts", () => {
  it.effect("adds an account by a link and a code, and does with it what an operator asks for", () =>
    Effect.gen(function* () {
      const place = yield* makePlace
      const { other, run } = place
      const login = place.vendor.state.sellers[1]?.login ?? ""
      const { account, link } = yield* addAs(place, "shop1", "anna", login)
      assert.deepInclude(account, { owner: "anna", name: "shop1", status: "active", belongsTo: login })

      const { answer: synced } = yield* other("sync", "market.order@shop1")
      assert.lengthOf(synced.runs, 1)
      assert.deepInclude(synced.runs[0], { status: "ok", error: null })
      assert.isAbove(synced.runs[0].inserted, 20)

      for (const selector of ["market.order", "market.order@shop1"]) {
        const { answer: checked } = yield* other("check", "--live", selector)
        assert.deepInclude(checked.live[0], { entity: "order", accountName: "anna/shop1", verdict: "ok" })
      }
      const discover = ["discover", "market", "--path", "/order/checkout-forms?limit=10", "--yes"]
      const { answer: found } = yield* other(...discover)
      assert.deepInclude(found, { key: ["id"], already: ["market.order"] })
      assert.notInclude(found.yaml, "account_id")
      assert.deepInclude(yield* other(...discover, "--account", "shop1"), { code: 0 })
      assert.deepEqual(yield* other(...discover, "--account", "shop2"), {
        code: 2,
        answer: { error: "market has no active account shop2; there are anna/shop1" }
      })

      assert.deepInclude(yield* run("add", "market", "shop1", "--owner", "anna"), { code: 2 })
      assert.deepInclude((yield* run("verify", "market", "shop1")).answer, { status: "active" })
      const { answer: before } = yield* run()
      assert.deepInclude((yield* run("refresh", "market", "anna/shop1")).answer, { status: "active" })
      const { answer: after } = yield* run()
      assert.isNull(before.accounts[0].refreshedAt)
      assert.isString(after.accounts[0].refreshedAt)

      yield* keysAre(`${young},${old}`)
      assert.deepInclude(yield* run("rotate-key"), { code: 0, answer: { resealed: 1, unopened: [] } })
      assert.deepInclude(yield* run("rotate-key"), { code: 0, answer: { resealed: 0, unopened: [] } })
      yield* keysAre(young)
      assert.deepInclude(yield* run("verify", "market", "shop1"), { code: 0 })
      yield* keysAre(old)
      assert.match((yield* run("verify", "market", "shop1")).answer.error, /sealed with the master key \w{16}/)
      const lost = yield* run("rotate-key")
      assert.deepEqual([lost.code, lost.answer.unopened.length], [1, 1])
      yield* keysAre(young)

      assert.strictEqual((yield* run("pause", "market", "shop1")).code, 0)
      assert.strictEqual((yield* run("pause", "market", "shop1")).code, 2)
      assert.strictEqual((yield* run("resume", "market", "shop1")).code, 0)

      const { answer: schedule } = yield* other(
        "schedules",
        "add",
        "market",
        "shop1",
        "--entities",
        "order",
        "--every",
        "15m"
      )
      assert.deepInclude(schedule, { accountName: "anna/shop1", entities: ["order"], every: "15m", enabled: true })
      assert.deepInclude(yield* other("schedules", "add", "market", "shop1"), { code: 2 })
      assert.deepInclude((yield* other("schedules", "disable", schedule.id)).answer, { enabled: false })
      assert.lengthOf((yield* other("schedules")).answer.schedules, 1)
      assert.deepInclude(yield* other("schedules", "remove", schedule.id), { code: 0 })
      for (const gone of [schedule.id, "first"]) {
        assert.deepInclude(yield* other("schedules", "enable", gone), { code: 2 })
      }

      const { answer: asked } = yield* other("tasks", "--state", "done")
      assert.lengthOf(asked.tasks, 1)
      assert.deepInclude(asked.tasks[0], { owner: "anna", name: "shop1", state: "done", reason: null })
      assert.notInclude(JSON.stringify(asked), link)
      assert.deepEqual((yield* other("tasks", "--state", "running")).answer, { tasks: [] })
      assert.deepInclude(yield* other("tasks", "stop", asked.tasks[0].id), { code: 2 })

      const { inserted } = synced.runs[0]
      const purge = () => run("remove", "market", "shop1", "--purge")
      const unasked = yield* purge()
      assert.deepInclude(unasked, { code: 2 })
      assert.deepInclude(unasked.answer, { rows: inserted, tables: [{ table: "public.market_order", rows: inserted }] })
      const declined = yield* Effect.provideService(purge(), Asker, () => Effect.succeed("y"))
      assert.deepEqual([declined.code, declined.answer.error], [1, "Nothing was changed."])
      const agreed = yield* Effect.provideService(purge(), Asker, () => Effect.succeed("yes"))
      assert.deepEqual([agreed.code, agreed.answer.rows], [0, inserted])
      assert.deepEqual((yield* run()).answer, { accounts: [] })
      assert.deepEqual((yield* other("rows", "market.order")).answer.rows, [])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.effect("purges an account that was removed before", () =>
    Effect.gen(function* () {
      const place = yield* makePlace
      const { other, run } = place
      const { account } = yield* addAs(place, "shop1", "anna", place.vendor.state.sellers[1]?.login ?? "")
      const { id } = account
      const { answer: synced } = yield* other("sync", "market.order@shop1")
      const { inserted } = synced.runs[0]
      assert.match((yield* run("purge", id)).answer.error, /^anna\/shop1 is not removed/)
      assert.deepEqual((yield* run("--removed")).answer, { accounts: [] })

      assert.deepInclude(yield* run("remove", "market", "shop1"), { code: 0 })
      const { answer: removed } = yield* run("--removed")
      assert.lengthOf(removed.accounts, 1)
      assert.deepInclude(removed.accounts[0], { id, connector: "market", owner: "anna", name: "shop1" })
      const unasked = yield* run("purge", id)
      assert.deepInclude(unasked, { code: 2 })
      assert.deepInclude(unasked.answer, { rows: inserted, tables: [{ table: "public.market_order", rows: inserted }] })
      const declined = yield* Effect.provideService(run("purge", id), Asker, () => Effect.succeed("y"))
      assert.deepEqual([declined.code, declined.answer.error], [1, "Nothing was changed."])
      assert.deepInclude(yield* run("purge", id, "--yes"), {
        code: 0,
        answer: {
          ...{ account: id, name: "anna/shop1", purge: true, rows: inserted },
          tables: [{ table: "public.market_order", rows: inserted }]
        }
      })
      assert.deepEqual((yield* other("rows", "market.order")).answer.rows, [])
      assert.deepEqual((yield* run("--removed")).answer, { accounts: [] })
      assert.deepInclude((yield* run("purge", "shop1")).answer, { error: "there is no account shop1" })
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.effect("says what rests, and why", () =>
    Effect.gen(function* () {
      const place = yield* makePlace
      const { other, run } = place
      yield* place.write(
        "connectors/away.yaml",
        "type: rest\nenabled: auto\nbaseUrl: { secret: AWAY }\nentities:\n  deal: { path: /d, key: id, fields: { id: bigint } }\n"
      )
      yield* place.write(
        "jobs.yaml",
        `orders: { schedule: "0 7 * * *", steps: [{ sync: [market.order] }] }
deals: { schedule: "0 7 * * *", steps: [{ sync: ["away.*"] }, { parallel: [{ sync: [away.deal] }] }] }
both: { schedule: "0 7 * * *", steps: [{ sync: ["away.*", "market.*"] }] }
later: { schedule: "0 7 * * *", enabled: false, steps: [{ sync: [away.deal] }] }
`
      )
      const ofFiles = "at rest: deals; away is off: not set: AWAY"
      assert.deepInclude((yield* other("check")).answer, { resting: [ofFiles] })
      const resting = () =>
        Effect.map(other("doctor"), ({ answer }) =>
          answer.findings.flatMap(({ message, ok, part, rests }: Record<string, unknown>) =>
            rests === true && ok === true ? [`${part}: ${message}`] : []
          )
        )
      assert.deepEqual(yield* resting(), [`jobs: ${ofFiles}`], "on a database without tables")

      yield* addAs(place, "shop1", "anna", place.vendor.state.sellers[1]?.login ?? "")
      assert.deepEqual(yield* resting(), [`jobs: ${ofFiles}`])
      yield* other("schedules", "add", "market", "shop1", "--every", "15m")
      yield* run("pause", "market", "shop1")
      yield* other("jobs", "pause", "both")
      assert.deepEqual(yield* resting(), [
        "jobs: both is paused; `tributary jobs resume both` lets it fire again",
        "market: paused: anna/shop1; 1 schedule rests; left out by orders, both",
        `jobs: ${ofFiles}`
      ])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.effect("says what is missing", () =>
    Effect.gen(function* () {
      const { other, run } = yield* makePlace
      const why = (...words: ReadonlyArray<string>) =>
        Effect.map(run(...words), ({ answer, code }) => [code, answer.error] as const)
      assert.deepEqual(yield* why("verify", "plain", "shop1"), [2, "plain has no accounts"])
      assert.deepEqual(yield* why("remove", "market", "shop1"), [2, "market has no account shop1"])
      assert.deepEqual(yield* why("verify", "market", "shop1"), [2, "market has no account shop1"])
      assert.deepEqual(yield* why("add", "market", "shop1", "--credential", "token=SHOP1_TOKEN"), [
        2,
        "Not set in the environment or .env: SHOP1_TOKEN"
      ])
      const toAdd = "market has no active account to read for; add one, as in `tributary accounts add market shop1`"
      const { answer: unread } = yield* other("check", "--live")
      assert.deepInclude(unread.live[0], { verdict: "warning", error: toAdd })
      const list = ["--path", "/order/checkout-forms"]
      assert.deepEqual((yield* other("discover", "market", ...list)).answer, { error: toAdd })
      assert.deepEqual(yield* other("discover", "plain", ...list, "--account", "shop1"), {
        code: 2,
        answer: { error: "plain has no accounts, so --account says nothing" }
      })
      const refusedWith = Effect.fnUntraced(function* (keys: string, command: string) {
        yield* keysAre(keys)
        const { answer, code } = yield* other(command)
        const [{ column, file, line, reason }] = answer.diagnostics
        return [code, file.endsWith("connectors/market.yaml"), line, column, reason.code]
      })
      assert.deepEqual(yield* refusedWith("", "check"), [78, true, 1, 1, "account.keyMissing"])
      assert.deepEqual(yield* refusedWith("short", "start"), [78, true, 1, 1, "account.keyBase64"])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
