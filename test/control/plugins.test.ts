import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Scope } from "effect"
import { TestClock } from "effect/testing"
import { foreignText, reason, render } from "../../core/reason/Reason.ts"
import { declared, settle, world } from "./Hosting.ts"

describe("a plugin that is declared", () => {
  it.effect("runs, says how it is, and ends with the daemon", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { plugins, script } = yield* Scope.provide(world([declared("one")]), scope)
      assert.deepEqual(yield* plugins.statuses, [
        { name: "bot", type: "chat", health: { status: "ok", reason: foreignText("it listens") } }
      ])
      yield* Scope.close(scope, Exit.void)
      assert.deepEqual(script.log, ["+one", "-one"])
    })
  )

  it.effect("is replaced after the old one ended, and the reload does not wait for that", () =>
    Effect.gen(function* () {
      const { health, script, swap } = yield* world([declared("one")])
      const gate = yield* Deferred.make<void>()
      script.ending = Deferred.await(gate)
      yield* swap(declared("two"))
      yield* TestClock.adjust("1 hour")
      assert.deepEqual(script.log, ["+one"])
      assert.deepEqual(yield* health, { status: "degraded", reason: reason("plugin.starting") })
      yield* Deferred.succeed(gate, undefined)
      yield* settle
      assert.deepEqual(script.log, ["+one", "-one", "+two"])
      assert.strictEqual((yield* health)?.status, "ok")
    })
  )

  it.effect("overlaps with its successor when its type lets it", () =>
    Effect.gen(function* () {
      const { script, swap } = yield* world([declared("one")], false)
      yield* swap(declared("two"))
      yield* settle
      assert.deepEqual(script.log, ["+one", "+two", "-one"])
    })
  )

  it.effect("is left alone when it is declared as before", () =>
    Effect.gen(function* () {
      const { script, swap } = yield* world([declared("one")])
      yield* swap(declared("one"))
      yield* settle
      assert.deepEqual(script.log, ["+one"])
    })
  )

  it.effect("ends when it is declared no more, and one that comes back waits for its end", () =>
    Effect.gen(function* () {
      const { plugins, script, swap } = yield* world([declared("one")])
      const gate = yield* Deferred.make<void>()
      script.ending = Deferred.await(gate)
      yield* swap()
      yield* settle
      assert.deepEqual(yield* plugins.statuses, [])
      yield* swap(declared("two"))
      yield* settle
      assert.deepEqual(script.log, ["+one"])
      yield* Deferred.succeed(gate, undefined)
      yield* settle
      assert.deepEqual(script.log, ["+one", "-one", "+two"])
    })
  )

  it.effect("goes the way of the last of many reloads", () =>
    Effect.gen(function* () {
      const { script, swap } = yield* world([declared("one")])
      for (const config of ["two", "three", "four"]) yield* swap(declared(config))
      yield* settle
      assert.strictEqual(script.log.at(-1), "+four")
      assert.strictEqual(script.log.filter((line) => line.startsWith("+")).length, script.log.length / 2 + 0.5)
    })
  )
})

describe("a plugin that cannot start", () => {
  it.effect("is told in health and tried again, each time later, until it can", () =>
    Effect.gen(function* () {
      const { health, script, swap } = yield* world([])
      script.broken.add("one")
      yield* swap(declared("one"))
      yield* settle
      assert.deepEqual(yield* health, {
        status: "degraded",
        reason: reason("plugin.triedAgain", {
          why: reason("start.plugin", { name: "bot", why: foreignText("no such chat: one") })
        })
      })
      yield* TestClock.adjust("1 hour")
      assert.deepEqual(script.log, [])
      script.broken.clear()
      yield* TestClock.adjust("5 minutes")
      assert.deepEqual(script.log, ["+one"])
      assert.strictEqual((yield* health)?.status, "ok")
    })
  )

  it.effect("is tried again soon when it is declared otherwise, however long it waits by then", () =>
    Effect.gen(function* () {
      const { script, swap } = yield* world([])
      script.broken.add("one").add("two")
      yield* swap(declared("one"))
      yield* TestClock.adjust("1 hour")
      yield* swap(declared("two"))
      yield* settle
      script.broken.clear()
      yield* TestClock.adjust("2 seconds")
      yield* settle
      assert.deepEqual(script.log, ["+two"])
    })
  )

  it.effect("gives its place back to the one before", () =>
    Effect.gen(function* () {
      const { health, script, swap } = yield* world([declared("one")])
      script.broken.add("two")
      yield* swap(declared("two"))
      yield* settle
      assert.deepEqual(script.log, ["+one", "-one", "+one"])
      const { reason: why = foreignText("") } = (yield* health) ?? {}
      assert.strictEqual(
        render(why),
        'the plugin "bot" could not be started: no such chat: two; what ran before goes on, and it is tried again'
      )
      yield* swap(declared("one"))
      yield* settle
      assert.deepEqual(script.log, ["+one", "-one", "+one"])
      assert.strictEqual((yield* health)?.status, "ok")
    })
  )

  it.effect("with nothing to go back to is started by the next declaration that can", () =>
    Effect.gen(function* () {
      const { health, script, swap } = yield* world([declared("one")])
      script.broken.add("one").add("two")
      yield* swap(declared("two"))
      yield* settle
      assert.deepEqual(script.log, ["+one", "-one"])
      script.broken.clear()
      yield* swap(declared("one"))
      yield* settle
      assert.deepEqual(script.log, ["+one", "-one", "+one"])
      assert.strictEqual((yield* health)?.status, "ok")
    })
  )
})

describe("what a plugin says of itself", () => {
  it.effect("is degraded when asking it breaks or takes too long", () =>
    Effect.gen(function* () {
      const { health, script } = yield* world([declared("one")])
      script.health = Effect.die(new Error("lost its head"))
      assert.deepEqual(yield* health, {
        status: "degraded",
        reason: reason("plugin.broken", { why: foreignText("lost its head") })
      })
      script.health = Effect.never
      const asked = yield* Effect.forkChild(health)
      yield* TestClock.adjust("3 seconds")
      assert.deepEqual(yield* Fiber.join(asked), { status: "degraded", reason: reason("plugin.silent") })
    })
  )

  it.effect("is an alert from the second look on, until it is well or declared no more", () =>
    Effect.gen(function* () {
      const { alerts, script, swap } = yield* world([declared("one")])
      const well = script.health
      script.health = Effect.succeed({ status: "degraded", reason: foreignText("nobody answers") })
      yield* TestClock.adjust("1 minute")
      assert.deepEqual(yield* alerts, [])
      yield* TestClock.adjust("1 minute")
      const alert = {
        kind: "plugin_degraded" as const,
        subject: "bot",
        message: "The plugin bot does not do its work: nobody answers"
      }
      assert.deepEqual(yield* alerts, [alert])
      script.health = well
      yield* TestClock.adjust("1 minute")
      assert.deepEqual(yield* alerts, [])
      script.health = Effect.succeed({ status: "degraded", reason: foreignText("nobody answers") })
      yield* TestClock.adjust("2 minutes")
      assert.deepEqual(yield* alerts, [alert])
      yield* swap()
      yield* TestClock.adjust("1 minute")
      assert.deepEqual(yield* alerts, [])
    })
  )
})

describe("a reload that the plugin itself asks for", () => {
  it.effect("ends before the plugin does, which waits for its answer", () =>
    Effect.gen(function* () {
      const { plugins, script, swap } = yield* world([declared("one")])
      script.taking = Effect.asVoid(Effect.orDie(swap(declared("two"))))
      const answer = yield* Effect.scoped(
        Effect.gen(function* () {
          const hook = (yield* plugins.hook("chat", "bot")) ?? assert.fail("it takes no hooks")
          return yield* hook({ headers: {}, body: "news" })
        })
      )
      assert.strictEqual(answer._tag, "Accepted")
      yield* settle
      assert.deepEqual(script.log, ["+one", "-one", "+two"])
    })
  )
})

describe("a hook", () => {
  it.effect("holds the plugin until it is answered, and is nobody's elsewhere", () =>
    Effect.gen(function* () {
      const { plugins, script, swap } = yield* world([declared("one")])
      const scope = yield* Scope.make()
      assert.isDefined(yield* Scope.provide(plugins.hook("chat", "bot"), scope))
      yield* swap(declared("two"))
      yield* settle
      assert.deepEqual(script.log, ["+one"])
      assert.isUndefined(yield* Effect.scoped(plugins.hook("chat", "bot")))
      yield* Scope.close(scope, Exit.void)
      yield* settle
      assert.deepEqual(script.log, ["+one", "-one", "+two"])
      assert.isUndefined(yield* Effect.scoped(plugins.hook("chat", "other")))
      assert.isUndefined(yield* Effect.scoped(plugins.hook("iiko", "bot")))
    })
  )
})
