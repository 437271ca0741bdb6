/**
 * What the daemon keeps of each outside system, whichever layer talks to it: the budget and the circuit. It outlives the
 * layers, so a reload neither sends twice as much as is allowed nor forgets that a vendor is down.
 */
import { Context, Effect, Layer, Scope, type Stream } from "effect"
import { CircuitBreaker } from "effect/persistence"
import type { Limits } from "../config/Connector.ts"
import * as Budget from "./Budget.ts"

export type Circuit = "closed" | "open" | "half-open"

export class Vendors extends Context.Service<
  Vendors,
  {
    /** Made with these limits the first time it is asked for. */
    readonly budget: (connector: string, limits: Limits) => Effect.Effect<Budget.Budget>
    /** Keyed by the connector's name. */
    readonly breaker: CircuitBreaker.CircuitBreaker
    readonly circuit: (connector: string) => Effect.Effect<Circuit>
    readonly transitions: Stream.Stream<CircuitBreaker.Transition>
  }
>()("tributary/core/upstream/Vendors") {
  static readonly layer = Layer.effect(
    Vendors,
    Effect.gen(function* () {
      const scope = yield* Effect.scope
      const breaker = yield* makeBreaker
      const budgets = new Map<string, Budget.Budget>()
      return Vendors.of({
        breaker,
        transitions: breaker.transitions,
        budget: Effect.fnUntraced(function* (connector, limits) {
          const known = budgets.get(connector)
          if (known !== undefined) return known
          const budget = yield* Scope.provide(Budget.make(connector, limits), scope)
          budgets.set(connector, budget)
          return budget
        }),
        circuit: (connector) =>
          // The store is in memory: it always answers.
          Effect.map(Effect.orDie(breaker.state(connector)), ({ _tag }) => words[_tag])
      })
    })
  )
}

const words = { Closed: "closed", Open: "open", HalfOpen: "half-open" } as const satisfies Record<
  CircuitBreaker.State["_tag"],
  Circuit
>

const makeBreaker = Effect.map(
  Layer.build(
    CircuitBreaker.layer({ tripPolicy: CircuitBreaker.consecutive(5), openDuration: "30 seconds" }).pipe(
      Layer.provide(CircuitBreaker.layerStoreMemory())
    )
  ),
  Context.get(CircuitBreaker.CircuitBreaker)
)
