import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import type { Answers } from "../support/source.ts"
import { job, world } from "./fixtures.ts"

describe("a run that another daemon has taken for dead", () => {
  it.effect("ends as that one has told, whatever becomes of it", () =>
    Effect.gen(function* () {
      const { process } = yield* world
      const [begun, gate] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const before = Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(gate))
      const answers: Answers = () => ({ before, records: [{ id: 1 }] })
      const { fires, jobs, sql } = yield* process([job("slow")], answers, false)
      const running = yield* Effect.forkChild(jobs.run("slow", { trigger: "cli", actor: "anna" }))
      yield* Deferred.await(begun)
      yield* sql`update tributary.job_run set status = 'failed', detail = 'interrupted', finished_at = now()`
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(running)
      assert.deepInclude((yield* fires("slow"))[0], { status: "failed", detail: "interrupted" })
    })
  )
})
