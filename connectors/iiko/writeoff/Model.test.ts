/** The states of a write-off compared with a small independent model: any sequence of steps by anybody at any time. */
import { assert, describe } from "@effect/vitest"
import { Clock, Duration, Effect, Result } from "effect"
import { TestClock } from "effect/testing"
import { draw as makeDraw } from "../../../core/plugin/SandboxDraw.ts"
import { scenario, service } from "./TestClient.ts"
import type { Writeoff } from "./Writeoff.ts"
import type { SendOutcome } from "./WriteoffSender.ts"

const minute = 60_000
const day = 24 * 60 * minute
const people = ["anna", "boris", "boss"] as const
const names = ["submit", "sendAtOnce", "cancel", "open", "release", "correct", "approve", "reject", "retry"] as const
type Name = (typeof names)[number]

interface Modelled {
  status: Writeoff["status"]
  changedAt: number
  submittedAt: number
  lockedBy: string | undefined
  lockedUntil: number
}

/** The resulting status; undefined if the step is refused. */
const after = (of: Modelled, name: Name, actor: string, now: number, sent: Writeoff["status"]) => {
  const held = of.lockedBy !== undefined && of.lockedUntil > now
  const mine = held && of.lockedBy === actor
  const waits = of.status === "waiting"
  switch (name) {
    case "submit":
      return of.status === "draft" && actor === "anna" ? "waiting" : undefined
    case "sendAtOnce":
      return of.status === "draft" && actor === "anna" ? sent : undefined
    case "cancel":
      return (of.status === "draft" || waits) && actor === "anna" && (!held || mine) ? "cancelled" : undefined
    case "open":
      return waits && (!held || mine) && of.submittedAt + day > now ? "waiting" : undefined
    case "release":
    case "correct":
      return waits && mine ? "waiting" : undefined
    case "approve":
      return waits && mine ? sent : undefined
    case "reject":
      return waits && mine ? "rejected" : undefined
    case "retry":
      return of.status === "failed" || of.status === "unknown" ? sent : undefined
  }
}

const outcomes = { done: "sent", failed: "failed", unknown: "unknown" } as const

describe("a write-off", () => {
  for (const seed of [1, 2, 3]) {
    scenario(`stands after any steps as the model says (seed ${seed})`, (cafe) =>
      Effect.gen(function* () {
        const draw = yield* makeDraw(seed)
        let next: SendOutcome = { status: "done", detail: null }
        const writeoffs = yield* service({ send: () => Effect.sync(() => next) })
        const items = [{ productId: cafe.milk, amount: "1" }]
        const step = (name: Name, id: number, actor: string) => {
          if (name === "submit") return writeoffs.submit(id, actor, "needed")
          if (name === "sendAtOnce") return writeoffs.submit(id, actor, "none")
          if (name === "correct") return writeoffs.correct(id, actor, items)
          if (name === "reject") return writeoffs.reject(id, actor, "нет")
          return writeoffs[name](id, actor)
        }
        const model = new Map<number, Modelled>()
        for (let at = 0; at < 250; at++) {
          const now = yield* Clock.currentTimeMillis
          if (at % 12 === 0) {
            const { id } = yield* cafe.draft
            model.set(id, { status: "draft", changedAt: now, submittedAt: 0, lockedBy: undefined, lockedUntil: 0 })
          }
          const outcome = draw.pick(["done", "done", "failed", "unknown"] as const)
          next = { status: outcome, detail: null }
          const [name, actor] = [draw.pick(names), draw.pick(people)]
          const [id, of] = [...model].at(-draw.int(1, Math.min(4, model.size))) ?? assert.fail("there is none")
          const where = `seed ${seed}, step ${at}: ${name} of ${id} by ${actor}`
          const expected = after(of, name, actor, now, outcomes[outcome])
          const result = yield* Effect.result(step(name, id, actor))
          assert.strictEqual(Result.isSuccess(result) ? result.success.status : undefined, expected, where)
          if (expected !== undefined) {
            of.status = expected
            of.changedAt = now
            if (name === "submit" || name === "sendAtOnce") of.submittedAt = now
            if (name === "open") [of.lockedBy, of.lockedUntil] = [actor, now + 10 * minute]
            if (name === "release" || expected !== "waiting") of.lockedBy = undefined
          }
          if (draw.chance(0.3)) yield* TestClock.adjust(Duration.millis(draw.int(1, 240) * minute))
          if (draw.chance(0.1)) {
            const then = yield* Clock.currentTimeMillis
            const over = [...model].filter(([, one]) => {
              const since = one.status === "draft" ? one.changedAt : one.status === "waiting" ? one.submittedAt : then
              return since + day <= then && (one.lockedBy === undefined || one.lockedUntil <= then)
            })
            const expired = (yield* writeoffs.expire).map((writeoff) => writeoff.id)
            assert.sameMembers(
              expired,
              over.map(([gone]) => gone),
              where
            )
            for (const [, one] of over) one.status = "expired"
          }
        }
        const final = yield* Effect.forEach(model.keys(), writeoffs.byId)
        assert.deepEqual(
          final.map((writeoff) => writeoff?.status),
          [...model.values()].map(({ status }) => status)
        )
      })
    )
  }
})
