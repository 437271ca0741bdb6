import { assert, describe, it } from "@effect/vitest"
import { Channel, Context, Effect, Exit, Fiber, Layer, Schema, Scope } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import type { ConnectorDeclaration } from "../../core/config/Declarations.ts"
import { Connector, type ConnectorType } from "../../core/plugin/Connector.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { requestLabelOf } from "../../core/upstream/exchange/Failure.ts"
import { VendorState } from "../../core/upstream/exchange/VendorState.ts"
import { complete } from "../../core/upstream/Source.ts"
import { connectorOf, entity } from "../support/source.ts"

/** Tells when each of its connectors begins and ends; `broken` as its config cannot begin. */
const makeType = (exclusive: boolean) => {
  const log: Array<string> = []
  const type: ConnectorType = {
    type: "fake",
    description: "",
    config: Schema.Unknown,
    entityDefaults: {},
    exclusive,
    layer: ({ config, limits, name, retry }) =>
      Layer.effect(
        Connector,
        Effect.gen(function* () {
          // As those of vendors do while they are built.
          const { budget } = yield* VendorState
          yield* budget({ connector: name }, { limits, retry })
          if (config === "broken") throw new Error("no such port")
          log.push(`+${config}`)
          yield* Effect.addFinalizer(() => Effect.sync(() => log.push(`-${config}`)))
          return Connector.of({ read: () => Channel.end(complete), probe: Effect.succeed(String(config)) })
        })
      ),
    sandbox: () => Promise.reject(new Error("the fake has no sandbox"))
  }
  return { log, type }
}

const declared = (name: string, config: string, more: Partial<ConnectorDeclaration> = {}): ConnectorDeclaration => ({
  ...connectorOf([entity("thing", { connector: name })]),
  name,
  config,
  hash: config,
  fingerprint: config,
  ...more
})

const world = Effect.fnUntraced(function* (first: ReadonlyArray<ConnectorDeclaration>, exclusive = false) {
  const { log, type } = makeType(exclusive)
  const noHttp = Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make(() => Effect.die("nothing is asked"))
  )
  const context = yield* Layer.build(
    Registry.layer({ connectors: first, jobs: [] }, [type]).pipe(Layer.provide(noHttp))
  )
  const registry = Context.get(context, Registry)
  const swap = (...connectors: ReadonlyArray<ConnectorDeclaration>) => registry.swap({ connectors, jobs: [] })
  /** Whom a run that begins now works with, until it ends. */
  const begin = Effect.fnUntraced(function* (name: string) {
    const run = yield* Scope.make()
    const generation = yield* registry.current
    const { probe } = yield* Effect.orDie(Scope.provide(generation.connector(name), run))
    return { works: probe, end: Scope.close(run, Exit.void) }
  })
  return { log, registry, swap, begin, vendors: Context.get(context, VendorState) }
})

/** What ends in the background has ended. */
const settle = TestClock.adjust("1 millis")

const subject = requestLabelOf("a", HttpClientRequest.get("/"), (text) => text)

describe("a swap", () => {
  it.effect("builds the new one before the old one ends, and leaves alone what has not changed", () =>
    Effect.gen(function* () {
      const { log, swap } = yield* world([declared("a", "a1"), declared("b", "b1")])
      yield* swap(declared("a", "a2"), declared("b", "b1"), declared("c", "c1"))
      yield* settle
      assert.deepEqual(log, ["+a1", "+b1", "+a2", "+c1", "-a1"])
      yield* swap(declared("b", "b1"))
      yield* settle
      assert.deepEqual(log.slice(5).toSorted(), ["-a2", "-c1"])
    })
  )

  it.effect("lets a run end on the connector it began with, while the next one begins on the new", () =>
    Effect.gen(function* () {
      const { begin, log, swap } = yield* world([declared("a", "old")])
      const first = yield* begin("a")
      yield* swap(declared("a", "new"))
      const second = yield* begin("a")
      yield* settle
      assert.deepEqual([yield* first.works, yield* second.works], ["old", "new"])
      assert.deepEqual(log, ["+old", "+new"])
      yield* first.end
      yield* settle
      assert.deepEqual(log, ["+old", "+new", "-old"])
    })
  )

  it.effect("keeps a generation whole for who took it before, also after its connector ended", () =>
    Effect.gen(function* () {
      const { log, registry, swap } = yield* world([declared("a", "old")])
      const before = yield* registry.current
      yield* swap()
      yield* settle
      const answer = yield* Effect.scoped(Effect.flatMap(before.connector("a"), ({ probe }) => probe))
      yield* settle
      assert.strictEqual(answer, "old")
      assert.deepEqual(log, ["+old", "-old", "+old", "-old"])
    })
  )

  it.effect("in which one cannot be built changes nothing at all", () =>
    Effect.gen(function* () {
      const limits = { ...connectorOf([]).limits, concurrency: 1 }
      const { begin, log, registry, swap, vendors } = yield* world([
        declared("a", "a1", { limits }),
        declared("b", "b1")
      ])
      const before = yield* registry.current
      const budget = yield* vendors.budget({ connector: "a" }, { ...connectorOf([]), limits })
      const more = { ...limits, concurrency: 2 }
      const failure = yield* Effect.flip(swap(declared("a", "a2", { limits: more }), declared("b", "broken")))
      yield* settle
      const enter = budget.enter(subject, () => Effect.void)
      yield* enter
      const second = yield* Effect.forkChild(enter)
      yield* settle
      assert.isUndefined(second.pollUnsafe(), "the limits of before hold")
      assert.strictEqual(failure.message, 'the connector "b" could not be started: no such port')
      assert.strictEqual(yield* registry.current, before)
      assert.strictEqual(yield* (yield* begin("a")).works, "a1")
      assert.deepEqual(log, ["+a1", "+b1", "+a2", "-a2"])
    })
  )

  it.effect("adjusts the budget that old and new share", () =>
    Effect.gen(function* () {
      const limits = { ...connectorOf([]).limits, concurrency: 1 }
      const { swap, vendors } = yield* world([declared("a", "a1", { limits })])
      const budget = yield* vendors.budget({ connector: "a" }, { ...connectorOf([]), limits })
      const enter = budget.enter(subject, () => Effect.void)
      yield* enter
      const second = yield* Effect.forkChild(enter)
      yield* settle
      assert.isUndefined(second.pollUnsafe())
      yield* swap(declared("a", "a2", { limits: { ...limits, concurrency: 2 } }))
      yield* Fiber.join(second)
    })
  )
})

describe("an exclusive connector", () => {
  it.effect("ends before its successor begins", () =>
    Effect.gen(function* () {
      const { log, swap } = yield* world([declared("a", "old")], true)
      yield* swap(declared("a", "new"))
      assert.deepEqual(log, ["+old", "-old", "+new"])
    })
  )

  it.effect("comes back when its successor cannot begin", () =>
    Effect.gen(function* () {
      const { begin, log, swap } = yield* world([declared("a", "old"), declared("b", "b1")], true)
      const failure = yield* Effect.flip(swap(declared("a", "broken"), declared("b", "b1")))
      assert.match(failure.message, /no such port/)
      assert.deepEqual(log, ["+old", "+b1", "-old", "+old"])
      assert.strictEqual(yield* (yield* begin("a")).works, "old")
    })
  )

  it.effect("that is in use for too long stays, and the reload says why", () =>
    Effect.gen(function* () {
      const { begin, log, swap } = yield* world([declared("a", "old")], true)
      const run = yield* begin("a")
      const swapping = yield* Effect.forkChild(Effect.flip(swap(declared("a", "new"))))
      yield* TestClock.adjust("11 seconds")
      const failure = yield* Fiber.join(swapping)
      assert.match(failure.message, /is in use/)
      assert.strictEqual(yield* run.works, "old")
      yield* run.end
      yield* settle
      assert.strictEqual(yield* (yield* begin("a")).works, "old")
      assert.deepEqual(log, ["+old"])
    })
  )
})
