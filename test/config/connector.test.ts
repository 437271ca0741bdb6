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

  it.effect("limits each account where its type has accounts", () =>
    Effect.gen(function* () {
      const written = "limits: { rate: 9000/min, perAccount: { rate: 60/min, burst: 5, concurrency: 1 } }\n"
      const { limits } = yield* connectorOf(`type: market\n${written}`)
      assert.deepStrictEqual(limits.perAccount, {
        rate: { limit: 60, window: Duration.minutes(1) },
        burst: 5,
        concurrency: 1
      })
      for (const [yaml, message, column] of [
        [`type: till\n${written}`, "a connector of type till has no accounts that `perAccount` could limit", 27],
        ["type: market\nlimits: { rate: 9/s, perAccount: { burst: 5 } }\n", "`burst` bounds nothing without a rate", 36]
      ] as const) {
        const problems = yield* problemsOf(yaml)
        assert.deepEqual(
          problems.map((one) => [one.message, one.line, one.column]),
          [[message, 2, column]]
        )
      }
    })
  )

  it.effect("takes a proxy as a plain address, from a variable, or as a secret", () =>
    Effect.gen(function* () {
      const plain = yield* connectorOf("type: till\nproxy: http://proxy.test:3128\n")
      assert.deepStrictEqual(plain.proxy, Redacted.make("http://proxy.test:3128"))
      const named = yield* connectorOf("type: till\nproxy: { env: HTTPS_PROXY }\n", {
        HTTPS_PROXY: "https://proxy.test/"
      })
      assert.deepStrictEqual(named.proxy, Redacted.make("https://proxy.test/"))
      const secret = "http://kitchen:knife-and-fork@proxy.test:3128"
      const hidden = yield* connectorOf("type: till\nproxy: { secret: HTTPS_PROXY }\n", { HTTPS_PROXY: secret })
      assert.deepStrictEqual(hidden.proxy, Redacted.make(secret))
      assert.notInclude(JSON.stringify(hidden), "knife-and-fork")
      assert.notStrictEqual(hidden.fingerprint, plain.fingerprint)
      const unset = yield* connectorOf("type: till\nproxy: { secret: HTTPS_PROXY, optional: true }\n")
      assert.notProperty(unset, "proxy")
    })
  )

  it.effect("names the part of the reference about secrets, variables and types", () =>
    Effect.gen(function* () {
      const pages = (yaml: string) => Effect.map(problemsOf(yaml), (found) => found.map(({ page }) => page))
      const values = "docs/reference.md#variables-and-secrets"
      assert.deepStrictEqual(yield* pages("type: till\nproxy: { secret: NEVER_SET }\n"), [values])
      assert.deepStrictEqual(yield* pages("type: till\nproxy: { env: NEVER_SET }\n"), [values])
      assert.deepStrictEqual(yield* pages("type: tlil\n"), ["docs/reference.md#connector"])
    })
  )

  it.effect("refuses what is no proxy, and a password in the file, without repeating it", () =>
    Effect.gen(function* () {
      const wanted = "expected the address of an HTTP proxy without a path, as in http://proxy.example.test:3128"
      for (const text of [
        "proxy.test:3128",
        "socks5://proxy.test",
        "http://proxy.test/way",
        "http://",
        "ftp://x",
        "''"
      ]) {
        const [problem, ...others] = yield* problemsOf(`type: till\nproxy: ${text}\n`)
        assert.include(problem?.message, wanted, text)
        assert.strictEqual(problem?.line, 2)
        assert.strictEqual(problem?.page, "docs/reference.md#connector")
        assert.isEmpty(others)
      }
      const address = "http://kitchen:spoon-and-bowl@proxy.test:3128"
      for (const text of [address, "{ env: HTTPS_PROXY }"]) {
        const [problem] = yield* problemsOf(`type: till\nproxy: ${text}\n`, { HTTPS_PROXY: address })
        assert.include(problem?.message, "an address with a password is a secret; write proxy: { secret: HTTPS_PROXY }")
        assert.notInclude(JSON.stringify(problem), "spoon-and-bowl")
      }
      const [wrong] = yield* problemsOf("type: till\nproxy: { secret: HTTPS_PROXY }\n", {
        HTTPS_PROXY: "socks5://a:hidden-word@b"
      })
      assert.include(wrong?.message, wanted)
      assert.notInclude(JSON.stringify(wrong), "hidden-word")
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
