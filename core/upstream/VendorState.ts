/**
 * What the daemon keeps about each outside system, whichever layer uses it: the budget, the circuit, a session. It
 * outlives the layers, so a reload neither sends twice as much as allowed nor forgets that a vendor is down.
 */
import { Context, Effect, Equal, Hash, Layer, RcMap, Scope, type Stream } from "effect"
import { CircuitBreaker } from "effect/persistence"
import * as Budget from "./Budget.ts"
import type { Credential } from "./Credential.ts"
import type { UpstreamError } from "./Source.ts"

export type Circuit = "closed" | "open" | "half-open"

export class VendorState extends Context.Service<
  VendorState,
  {
    /** The session with this id: the first caller opens it, the last one to release it closes it. */
    readonly session: (id: string, open: Open) => Open
    /**
     * One budget per name, whoever asks: the connector's, or that of a system beside it, such as `iiko cloud`. The
     * limits apply from now on.
     */
    readonly budget: (name: string, pace: Budget.Pace) => Effect.Effect<Budget.Budget>
    /** Keyed by the connector's name. */
    readonly breaker: CircuitBreaker.CircuitBreaker
    readonly circuit: (connector: string) => Effect.Effect<Circuit>
    readonly transitions: Stream.Stream<CircuitBreaker.Transition>
  }
>()("tributary/core/upstream/VendorState") {
  static readonly layer = Layer.effect(
    VendorState,
    Effect.gen(function* () {
      const scope = yield* Effect.scope
      const breaker = yield* makeBreaker
      const budgets = new Map<string, Budget.Budget>()
      const sessions = yield* RcMap.make({ lookup: ({ open }: SessionKey) => open })
      return VendorState.of({
        session: (id, open) => RcMap.get(sessions, new SessionKey(id, open)),
        breaker,
        transitions: breaker.transitions,
        budget: Effect.fnUntraced(function* (connector, pace) {
          const known = budgets.get(connector)
          if (known !== undefined) return yield* Effect.as(known.adjust(pace), known)
          const budget = yield* Scope.provide(Budget.make(connector, pace), scope)
          budgets.set(connector, budget)
          return budget
        }),
        circuit: (connector) =>
          // The store is in memory, so it always answers.
          Effect.map(Effect.orDie(breaker.state(connector)), ({ _tag }) => words[_tag])
      })
    })
  )
}

type Open = Effect.Effect<Effect.Effect<Credential, UpstreamError>, never, Scope.Scope>

/** Keys are equal by id, whoever opens the session. */
class SessionKey implements Equal.Equal {
  readonly id: string
  readonly open: Open

  constructor(id: string, open: Open) {
    this.id = id
    this.open = open
  }

  [Equal.symbol](that: unknown): boolean {
    return that instanceof SessionKey && that.id === this.id
  }

  [Hash.symbol](): number {
    return Hash.string(this.id)
  }
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
