/** Jobs as a user meets them: declared in YAML, run and paused on the command line, fired by the daemon. */
import { assert, describe } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { eventually } from "../support/eventually.ts"
import { scenario } from "./Shop.ts"

const jobs = `
all:
  schedule: "0 7 * * *"
  steps: [{ sync: [shop.item] }, { sync: ["*", "!shop.item"] }]
often:
  schedule: "* * * * * *"
  steps: [{ trim: { table: sync_log, maxAge: 30d } }]
`

const Ran = Schema.Struct({ job: Schema.String, status: Schema.String, detail: Schema.NullOr(Schema.String) })
const State = Schema.Struct({ name: Schema.String, paused: Schema.Boolean, nextFire: Schema.NullOr(Schema.String) })
const States = Schema.Struct({ jobs: Schema.Array(State) })
const decodeStates = Schema.decodeUnknownEffect(Schema.fromJsonString(States))

describe("jobs", () => {
  scenario("are run, listed and paused by their names", ({ run, write }) =>
    Effect.gen(function* () {
      yield* write("config/jobs.yaml", jobs)
      const ran = yield* run("run", "all", "--json")
      assert.strictEqual(ran.code, 0, ran.stderr)
      assert.deepEqual(yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Ran))(ran.stdout), {
        job: "all",
        status: "ok",
        detail: "entities: 2 ok"
      })
      const unknown = yield* run("run", "al")
      assert.strictEqual(unknown.code, 2)
      assert.include(unknown.stderr, 'there is no job "al" — did you mean "all"?')
      yield* run("jobs", "pause", "all")
      const { jobs: states } = yield* decodeStates((yield* run("jobs", "--json")).stdout)
      assert.deepEqual(states[0], { name: "all", paused: true, nextFire: null })
      const shown = yield* run("jobs")
      assert.match(shown.stdout, /^all +0 7 \* \* \* .*ok +paused$/m)
    })
  )

  scenario("are fired by the daemon", ({ sql, start, write }) =>
    Effect.gen(function* () {
      yield* write("config/jobs.yaml", jobs)
      yield* start(["start"])
      const fired = sql`select job from tributary.job_run where job = 'often' and status = 'ok'`.pipe(
        Effect.orElseSucceed(() => [])
      )
      yield* eventually(Effect.map(fired, (rows) => rows.length > 1))
    })
  )
})
