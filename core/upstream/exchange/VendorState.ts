/**
 * The state that the daemon keeps for each outside system, whichever layer uses it: the budget, the circuit, a
 * session, the way to it. It outlives the layers, so a reload neither sends twice as much as allowed nor forgets that a
 * vendor is down.
 */
import { Context, Effect, Equal, Hash, Latch, Layer, RcMap, Scope, type Stream } from "effect"
import { CircuitBreaker } from "effect/persistence"
import { withElapsedClock } from "../../observe/Elapsed.ts"
import type { UpstreamError } from "../Source.ts"
import * as AccountBudgets from "./AccountBudgets.ts"
import * as Budget from "./Budget.ts"
import type { Credential } from "./Credential.ts"
import * as Routes from "./Routes.ts"
import { endpointName, type VendorEndpoint } from "./VendorEndpoint.ts"

export type Circuit = "closed" | "open" | "half-open"

export interface EndpointCircuit {
  readonly endpoint: VendorEndpoint
  readonly circuit: Circuit
}

export class VendorState extends Context.Service<
  VendorState,
  {
    /** The session with this id: the first caller opens it, the last one to release it closes it. */
    readonly session: (id: string, open: Open) => Open
    /** One budget per endpoint, whoever asks. The limits apply from now on. */
    readonly budget: (endpoint: VendorEndpoint, pace: Budget.PaceSettings) => Effect.Effect<Budget.Budget>
    readonly accountLimits: AccountBudgets.SetAccountLimits
    /** Requests may be sent to the endpoint until the scope closes. */
    readonly hold: (endpoint: VendorEndpoint) => Effect.Effect<void, never, Scope.Scope>
    /** Keyed by the names of endpoints. */
    readonly breaker: CircuitBreaker.CircuitBreaker
    /** Waits while a call tries whether the endpoint of that name answers again. */
    readonly trialEnd: (name: string) => Effect.Effect<void>
    /** The circuits of these connectors, and those of every endpoint of theirs that is held. */
    readonly circuits: (connectors: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<EndpointCircuit>>
    readonly transitions: Stream.Stream<CircuitBreaker.Transition>
    /** The way to the vendor of a connector. It applies from now on, as limits do. */
    readonly route: Routes.SetRoute
  }
>()("tributary/core/upstream/exchange/VendorState") {
  static readonly layer = Layer.effect(
    VendorState,
    Effect.gen(function* () {
      const scope = yield* Effect.scope
      const { breaker, trialEnd } = yield* makeBreaker
      const budgets = new Map<string, Budget.Budget>()
      const holders = new Map<string, { readonly endpoint: VendorEndpoint; readonly count: number }>()
      const sessions = yield* RcMap.make({ lookup: ({ open }: SessionKey) => open })
      return VendorState.of({
        session: (id, open) => RcMap.get(sessions, new SessionKey(id, open)),
        breaker,
        trialEnd,
        transitions: breaker.transitions,
        route: yield* Routes.make,
        accountLimits: yield* AccountBudgets.make,
        budget: Effect.fnUntraced(function* (endpoint, pace) {
          const name = endpointName(endpoint)
          const known = budgets.get(name)
          if (known !== undefined) return yield* Effect.as(known.adjust(pace), known)
          const budget = yield* Scope.provide(Budget.make(endpoint, pace), scope)
          budgets.set(name, budget)
          return budget
        }),
        hold: (endpoint) => {
          const name = endpointName(endpoint)
          const change = (by: number) =>
            Effect.sync(() => {
              const count = (holders.get(name)?.count ?? 0) + by
              if (count === 0) holders.delete(name)
              else holders.set(name, { endpoint, count })
            })
          return Effect.acquireRelease(change(1), () => change(-1))
        },
        circuits: (connectors) => {
          const own = connectors.map((connector): VendorEndpoint => ({ connector }))
          const held = [...holders.values()].flatMap(({ endpoint }) =>
            connectors.includes(endpoint.connector) ? endpoint : []
          )
          const all = new Map([...own, ...held].map((endpoint) => [endpointName(endpoint), endpoint]))
          return Effect.forEach(all, ([name, endpoint]) =>
            // The store is in memory: it always answers.
            Effect.map(Effect.orDie(breaker.state(name)), ({ _tag }) => ({ endpoint, circuit: words[_tag] }))
          )
        }
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

/** The store in memory by elapsed time, which opens the latch of an endpoint whenever one of its calls has ended. */
const makeStore = (ends: Map<string, Latch.Latch>) =>
  Layer.effect(
    CircuitBreaker.CircuitBreakerStore,
    Effect.map(CircuitBreaker.CircuitBreakerStore, ({ admit, record, state }) => ({
      admit: (key: string) => withElapsedClock(admit(key)),
      record: (call: Parameters<typeof record>[0]) =>
        Effect.tap(withElapsedClock(record(call)), () =>
          Effect.sync(() => {
            ends.get(call.key)?.openUnsafe()
            ends.delete(call.key)
          })
        ),
      state: (key: string) => withElapsedClock(state(key))
    }))
  ).pipe(Layer.provide(CircuitBreaker.layerStoreMemory()))

const makeBreaker = Effect.gen(function* () {
  const ends = new Map<string, Latch.Latch>()
  const breaker = Context.get(
    yield* Layer.build(
      CircuitBreaker.layer({ tripPolicy: CircuitBreaker.consecutive(5), openDuration: "30 seconds" }).pipe(
        Layer.provide(makeStore(ends))
      )
    ),
    CircuitBreaker.CircuitBreaker
  )
  const trialEnd = (name: string) =>
    Effect.suspend(() => {
      // Before the look at the state: a trial that ends in between opens it.
      const end = ends.get(name) ?? Latch.makeUnsafe()
      ends.set(name, end)
      return Effect.flatMap(Effect.orDie(breaker.state(name)), (state) =>
        state._tag === "HalfOpen" && state.probing ? end.await : Effect.void
      )
    })
  return { breaker, trialEnd }
})
