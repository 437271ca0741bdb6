import { randomInt } from "node:crypto"
import { assert, it } from "@effect/vitest"
import { Config, Effect, Fiber, Logger } from "effect"
import { TestClock } from "effect/testing"
import { draw } from "../../core/plugin/SandboxDraw.ts"
import { freshDatabase } from "../support/database.ts"
import { proxy } from "../sync/Proxy.ts"
import { elapseUntil, engine, inTime, makeVendor } from "./fixtures.ts"
import { Answer } from "./Vendor.ts"

/** `PROOF_SEED` repeats a run, `PROOF_STEPS` tries longer. */
const options = Config.all({
  seed: Config.Int("PROOF_SEED").pipe(Config.withDefault(randomInt(1_000_000_000))),
  steps: Config.Int("PROOF_STEPS").pipe(Config.withDefault(120))
})

/** Each comes several times, in every state. */
const keys = Array.from({ length: 24 }, (_, at) => `thing ${at + 1}`)

it.effect(
  "whatever is lost, refused, killed, decided and tried again: no key is applied twice, and what was applied ends as done",
  () =>
    Effect.gen(function* () {
      const { seed, steps } = yield* options
      const random = yield* draw(seed)
      const { applied, script, state, vendor } = makeVendor()
      const url = yield* TestClock.withLive(freshDatabase)

      /** An engine whose way to the database can be cut: what remains of it is a process that is dead. */
      const begin = Effect.gen(function* () {
        const network = yield* TestClock.withLive(proxy(url))
        return { ...(yield* engine(network.url, vendor, script)), network }
      })
      let now = yield* begin
      const done: Array<string> = []
      let answered = 0

      for (let step = 1; step <= steps; step++) {
        const [key, answer] = [keys[random.int(0, keys.length - 1)] ?? "", random.pick(Answer.literals)] as const
        const where = `step ${step}, ${key} ${answer} (PROOF_SEED=${seed})\n${done.join("\n")}`
        state.readable = random.int(1, 4) > 1
        state.script = [answer]
        const before = state.sends
        const running = yield* Effect.forkScoped(now.send(key))
        const over = Effect.sync(() => running.pollUnsafe() !== undefined)
        const hangs = Effect.sync(() => state.sends > before && (answer === "hang" || answer === "stall"))
        yield* elapseUntil(Effect.zipWith(over, hangs, (one, other) => one || other))
        if (running.pollUnsafe() === undefined) {
          // It hangs: interrupted, or killed with its process.
          if (random.int(1, 2) === 1) yield* Fiber.interrupt(running)
          else {
            yield* now.network.cut
            now = yield* begin
          }
        }
        done.push(`${step}: ${key} ${answer}`)
        answered += state.sends - before
        // A person, who looks in the system and says what is there.
        if (random.int(1, 5) === 1) {
          for (const entry of yield* now.actions.log({ limit: 9, status: "unknown" })) {
            const there = applied.has(entry.key.replace("fake.send:", ""))
            yield* Effect.ignore(now.actions.resolve(entry.id, there ? "done" : "failed", "olga"))
          }
        }
        for (const [name, times] of applied) assert.strictEqual(times, 1, `${name}: ${where}`)
      }

      assert.isAbove(answered, keys.length, `PROOF_SEED=${seed}`)
      state.readable = true
      state.script = []
      for (const key of keys) {
        // A process that was killed is gone from the database a moment later.
        yield* Effect.repeat(inTime(now.send(key)), {
          until: ({ items: [item] }) => item?.status !== "busy",
          times: 100
        })
        const [entry] = (yield* now.entries).filter((one) => one.key === `fake.send:${key}`)
        const where = `${key} (PROOF_SEED=${seed})\n${done.join("\n")}`
        assert.isAtMost(applied.get(key) ?? 0, 1, where)
        if (applied.has(key)) assert.strictEqual(entry?.status, "done", where)
        else assert.strictEqual(entry?.status, "unknown", where)
      }
    }).pipe(Effect.provide(Logger.layer([]))),
  120_000
)
