import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import { TestClock } from "effect/testing"
import type { ConnectorDeclaration } from "../../core/config/Connector.ts"
import { connect, declareSample, entityOf } from "../../test/support/sample.ts"
import { drain } from "../../test/upstream/vendor.ts"
import { connectorType } from "./index.ts"
import type { Behaviour } from "./sandbox/Model.ts"
import { sandbox } from "./sandbox.ts"

/** A sandbox and a connector that reads from it, both until the scope closes. */
const start = Effect.fnUntraced(function* (
  behaviour: Partial<Behaviour> = {},
  change: (declaration: ConnectorDeclaration) => ConnectorDeclaration = (declaration) => declaration
) {
  const vendor = yield* sandbox.start({ behaviour })
  const declaration = change(yield* declareSample(connectorType, vendor.environment))
  const connector = yield* connect(connectorType, declaration)
  const read = (name: string) => drain(connector.read(entityOf(declaration, name)))
  const live = Effect.clockWith((clock) => Effect.map(clock.currentTimeMillis, (now) => vendor.state.sessions.live(now)))
  return { ...vendor, declaration, connector, read, live }
})

describe("the session", () => {
  it.live("many reads at once log in once, and the slot is free when the scope closes", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { live, read, state } = yield* start({ slots: 1 })
        .pipe(Scope.provide(scope))
        .pipe(Effect.tap((running) => Effect.forEach([1, 2, 3, 4, 5, 6], () => running.read("store"), { concurrency: 6 })))
      yield* read("employee")
      assert.deepInclude(state.counters, { logins: 1, refusedLogins: 0, logouts: 0 })
      assert.lengthOf(yield* live, 1)
      assert.isAtMost(state.counters.maxConcurrency, 4)
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(state.counters.logouts, 1)
      assert.lengthOf(yield* live, 0)
    })
  )
})
