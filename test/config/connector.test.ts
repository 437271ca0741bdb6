import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted } from "effect"
import { connectorOf } from "./cases/declared.ts"
import { problemsOf } from "./cases/harness.ts"

describe("a connector", () => {
  it.effect("has the usual budget unless it says otherwise", () =>
    Effect.gen(function* () {
      const connector = yield* connectorOf("type: till\n")
      assert.deepStrictEqual(connector.limits, {
        concurrency: 4,
        timeout: Duration.seconds(60),
        deadline: Duration.minutes(15),
        checkpoint: Duration.minutes(5),
        maxBytes: 1_073_741_824,
        maxHeld: 25_165_824
      })
      assert.deepStrictEqual(connector.retry.delays.map(Duration.toSeconds), [1, 3, 7])
      assert.strictEqual(connector.timezone, "UTC")
      assert.deepStrictEqual(connector.entities, [])
    })
  )

  it.effect("reads its budget in the units people write", () =>
    Effect.gen(function* () {
      const { limits, retry } = yield* connectorOf(
        "type: till\nlimits: { rate: 300/min, timeout: 1500ms, maxBytes: 64MB }\nretry: { times: 4, first: 2s, factor: 3, max: 20s }\n"
      )
      assert.deepStrictEqual(limits.rate, { limit: 300, window: Duration.minutes(1) })
      assert.strictEqual(Duration.toMillis(limits.timeout), 1_500)
      assert.strictEqual(limits.maxBytes, 64_000_000)
      assert.deepStrictEqual(retry.delays.map(Duration.toSeconds), [2, 6, 18, 20])
    })
  )

  it.effect("takes a burst beside a rate, and none alone", () =>
    Effect.gen(function* () {
      const { limits } = yield* connectorOf("type: till\nlimits: { rate: 300/min, burst: 20 }\n")
      assert.strictEqual(limits.burst, 20)
      const [problem, ...others] = yield* problemsOf("type: till\nlimits: { burst: 20 }\n")
      assert.strictEqual(problem?.message, "`burst` bounds nothing without a rate")
      assert.deepEqual([problem?.line, problem?.column], [2, 11])
      assert.isEmpty(others)
    })
  )

  it.effect("takes secrets and variables from the environment", () =>
    Effect.gen(function* () {
      const { config } = yield* connectorOf(
        "type: rest\nbaseUrl: { env: SHOP_URL, default: 'http://localhost' }\ntoken: { secret: TOKEN }\ndepth: { env: DEPTH, default: 1 }\n",
        { TOKEN: "hunter2", DEPTH: "3" }
      )
      assert.deepStrictEqual(config, { baseUrl: "http://localhost", token: Redacted.make("hunter2"), depth: 3 })
      assert.notInclude(JSON.stringify(config), "hunter2")
    })
  )

  it.effect("goes without a secret that is optional", () =>
    Effect.gen(function* () {
      const { config } = yield* connectorOf("type: rest\nbaseUrl: x\ntoken: { secret: TOKEN, optional: true }\n", {
        TOKEN: ""
      })
      assert.deepStrictEqual(config, { baseUrl: "x" })
    })
  )

  it.effect("has a hash that follows its meaning, not its form and not its secrets", () =>
    Effect.gen(function* () {
      const hash = (yaml: string, token: string, timezone = "UTC") =>
        connectorOf(yaml, { TOKEN: token }, { "config/daemon.yaml": `timezone: ${timezone}\n` }).pipe(
          Effect.map((connector) => connector.hash)
        )
      const first = yield* hash("type: rest\nbaseUrl: x\ntoken: { secret: TOKEN }\n", "a")
      assert.strictEqual(first, yield* hash("# same\ntoken: {secret: TOKEN}\nbaseUrl: 'x'\ntype: rest\n", "b"))
      assert.notStrictEqual(first, yield* hash("type: rest\nbaseUrl: y\ntoken: { secret: TOKEN }\n", "a"))
      assert.notStrictEqual(
        first,
        yield* hash("type: rest\nbaseUrl: x\ntoken: { secret: TOKEN }\n", "a", "Europe/Kaliningrad")
      )
    })
  )
})
