/** Two processes at the same work, and a process that is told to stop, or killed, in the middle of it. */
import { readFileSync } from "node:fs"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { sandbox } from "../../connectors/iiko/sandbox.ts"
import { eventually } from "../support/eventually.ts"
import { freePort } from "../support/freePort.ts"
import { makePlace } from "../support/program.ts"
import { runsOf, scenario, size } from "./Shop.ts"

const sample = readFileSync(new URL("../../connectors/iiko/sample.yaml", import.meta.url), "utf8")

/** The chain's stores, which the vendor is asked for and never answers. */
const makeWaiting = Effect.gen(function* () {
  const vendor = yield* sandbox.start()
  const { IIKO_LOGIN = "", IIKO_PASSWORD = "", IIKO_URL = "" } = vendor.environment
  const place = yield* makePlace({
    files: { "config/connectors/iiko.yaml": sample },
    variables: { IIKO_URL, IIKO_LOGIN },
    secrets: { IIKO_PASSWORD }
  })
  yield* vendor.fault({ path: "/corporation/stores", mode: "hang" })
  const runs = place.sql<{ status: string; error: string | null }>`
    select status, error from tributary.sync_log where entity = 'store' order by id`
  const asked = Effect.map(vendor.requests, (requests) => requests.some(({ path }) => path.endsWith("/stores")))
  const sessions = Effect.map(Clock.currentTimeMillis, (now) => vendor.state.sessions.live(now).length)
  return { ...place, asked, runs, sessions }
})

describe.concurrent("a process that is told to stop within ten seconds", () => {
  it.live.each([
    { command: "sync", args: ["sync", "iiko.store"] },
    { command: "start", args: ["start", "--every", "1h"] }
  ])("$command keeps others from its run, and leaves no run and no session behind", ({ args }) =>
    Effect.gen(function* () {
      const { asked, run, runs, sessions, start } = yield* makeWaiting
      const first = yield* start(args)
      yield* eventually(asked)
      yield* eventually(Effect.map(runs, ([row]) => row?.status === "running"))
      assert.strictEqual(yield* sessions, 1)

      const second = yield* run("sync", "iiko.store", "--json")
      assert.deepEqual([second.code, yield* runsOf(second)], [0, ["store skipped"]])
      assert.strictEqual(yield* sessions, 1)

      process.kill(first.pid, "SIGTERM")
      const { code, stdout } = yield* Effect.timeout(first.ended, "10 seconds")
      // What it logged is no answer, and stands elsewhere.
      assert.deepEqual({ code, stdout }, { code: 130, stdout: "" })
      assert.strictEqual(yield* sessions, 0)
      assert.deepEqual(yield* runs, [
        { status: "failed", error: "interrupted" },
        { status: "skipped", error: null }
      ])
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("a daemon that is killed", () => {
  scenario("leaves a started sync to the next one, which begins it again", ({ rows, sql, start, vendor, write }) =>
    Effect.gen(function* () {
      const port = yield* freePort
      yield* write(
        "config/daemon.yaml",
        `database: { url: { secret: DATABASE_URL } }\nhttp: { port: ${port}, adminToken: { secret: ADMIN_TOKEN } }\n`
      )
      const ask = (path: string, body?: object) =>
        Effect.promise(async (): Promise<unknown> => {
          const headers = {
            authorization: "Bearer token-of-a-test",
            "content-type": "application/json",
            prefer: "respond-async"
          }
          const given = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }
          return (await fetch(`http://127.0.0.1:${port}/${path}`, { headers, ...given })).json()
        })
      const answers = Effect.promise(() =>
        fetch(`http://127.0.0.1:${port}/health`).then(
          ({ ok }) => ok,
          () => false
        )
      )
      const tasks = sql`select state, progress, trigger, created_by from tributary.task`

      yield* vendor.fault({ path: "/items", mode: "hang" })
      const first = yield* start(["start"], { ADMIN_TOKEN: "token-of-a-test" })
      yield* eventually(answers)
      yield* ask("api/v1/sync", { selectors: ["shop.item"] })
      yield* eventually(Effect.map(vendor.requests, (requests) => requests.some(({ path }) => path.endsWith("/items"))))
      process.kill(first.pid, "SIGKILL")
      yield* Effect.ignore(first.ended)
      const [left] = yield* tasks
      assert.deepInclude(left, { state: "running", trigger: "api", created_by: "api" })
      assert.deepInclude(left?.progress, { done: 0, times: 1 })

      yield* vendor.clearFaults
      yield* start(["start"], { ADMIN_TOKEN: "token-of-a-test" })
      yield* eventually(Effect.map(tasks, ([task]) => task?.state === "done"))
      const [done] = yield* tasks
      assert.deepEqual(done, {
        state: "done",
        progress: { done: 1, all: 1, records: size, times: 2 },
        trigger: "api",
        created_by: "api"
      })
      assert.lengthOf(yield* rows, size)
      assert.deepEqual(
        yield* sql`select status, error_reason ->> 'code' as code, actor from tributary.sync_log where entity = 'item' order by id`,
        [
          { status: "failed", code: "run.interrupted", actor: "api" },
          { status: "ok", code: null, actor: "api" }
        ]
      )
    })
  )
})
