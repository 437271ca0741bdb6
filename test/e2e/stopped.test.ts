/** Two processes at the same work, and a process that is told to stop in the middle of it. */
import { readFileSync } from "node:fs"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { sandbox } from "../../connectors/iiko/sandbox.ts"
import { eventually } from "../support/eventually.ts"
import { makePlace } from "../support/program.ts"
import { runsOf } from "./Shop.ts"

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
