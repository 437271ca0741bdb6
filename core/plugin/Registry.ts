/**
 * The live declarations, and the connectors that run them. A reload swaps them as a whole: unchanged connectors
 * continue to run, changed ones are built first and then replace the old ones, which end with their last run.
 */
import { createHash } from "node:crypto"
import { Context, Effect, Layer, type Scope, Semaphore, type Stream, SubscriptionRef } from "effect"
import type { HttpClient } from "effect/http"
import { Caches } from "../cache/Caches.ts"
import type { ConnectorDeclaration, Declarations, OffConnector } from "../config/Declarations.ts"
import type { Entity } from "../config/Entity.ts"
import type { JobDeclaration } from "../config/JobDeclaration.ts"
import { withKnownNames as amongThese } from "../config/Nearest.ts"
import type { PluginDeclaration } from "../config/PluginDeclaration.ts"
import { reason } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"
import { VendorState } from "../upstream/exchange/VendorState.ts"
import { Connector, type ConnectorServices, type ConnectorType } from "./Connector.ts"
import type { StartFailed } from "./InstanceLifecycle.ts"
import * as Instances from "./Instances.ts"

export class UnknownConnector extends ReasonError("UnknownConnector")<{ readonly name: string }> {}

/** One state of the configuration. It stays complete for whoever holds it, even if a reload replaces it meanwhile. */
export interface Generation {
  readonly declarations: ReadonlyArray<ConnectorDeclaration>
  readonly entities: ReadonlyArray<Entity>
  readonly jobs: ReadonlyArray<JobDeclaration>
  /** The connectors that their files leave out. */
  readonly off: ReadonlyArray<OffConnector>
  /** The plugins that are not connectors; others host them. */
  readonly plugins: ReadonlyArray<PluginDeclaration>
  /** The hash over all connectors; audit rows carry it. */
  readonly hash: string
  /** Returns the type of the connector with this name. */
  readonly typeOf: (name: string) => ConnectorType | undefined
  readonly declaration: (name: string) => Effect.Effect<ConnectorDeclaration, UnknownConnector>
  /** Returns the running connector, held until the scope closes. */
  readonly connector: (name: string) => Effect.Effect<Connector["Service"], UnknownConnector, Scope.Scope>
}

export class Registry extends Context.Service<
  Registry,
  {
    readonly types: ReadonlyArray<ConnectorType>
    readonly current: Effect.Effect<Generation>
    /** The current generation, and every later one. */
    readonly changes: Stream.Stream<Generation>
    /** Replaces everything or nothing; returns the replaced generation. */
    readonly swap: (next: RegistryDeclarations) => Effect.Effect<Generation, StartFailed>
  }
>()("tributary/core/plugin/Registry") {
  /** The declarations at this moment. */
  static readonly now = Effect.flatMap(Registry, ({ current }) => current)

  static readonly layer = (
    declared: RegistryDeclarations,
    types: ReadonlyArray<ConnectorType>
  ): Layer.Layer<Caches | Registry | VendorState, never, HttpClient.HttpClient> =>
    Layer.effect(
      Registry,
      Effect.gen(function* () {
        const turn = yield* Semaphore.make(1)
        const { budget } = yield* VendorState
        const services = yield* Effect.context<ConnectorServices>()
        const instances = yield* Instances.make({
          kind: "connector",
          types,
          service: Connector,
          layer: (type: ConnectorType, declaration: ConnectorDeclaration) =>
            Layer.provide(type.layer(declaration), Layer.succeedContext(services)),
          timeout: "10 seconds",
          declared: (declarations) =>
            Effect.forEach(declarations, (declaration) => budget({ connector: declaration.name }, declaration), {
              discard: true
            })
        })
        let running = yield* Effect.orDie(instances.replace(new Map(), declared.connectors))
        const state = yield* SubscriptionRef.make(generation(declared, types, running, instances))
        const swap = Effect.fn("Registry.swap")(
          function* (next: RegistryDeclarations) {
            const before = yield* SubscriptionRef.get(state)
            running = yield* instances.replace(running, next.connectors)
            yield* SubscriptionRef.set(state, generation(next, types, running, instances))
            return before
          },
          Effect.uninterruptible,
          turn.withPermit
        )
        return Registry.of({
          types,
          current: SubscriptionRef.get(state),
          changes: SubscriptionRef.changes(state),
          swap
        })
      })
    ).pipe(Layer.provideMerge([VendorState.layer, Caches.layer]))
}

export type RegistryDeclarations = Pick<Declarations, "connectors" | "jobs"> &
  Partial<Pick<Declarations, "off" | "plugins">>

const generation = (
  { connectors, jobs, off = [], plugins = [] }: RegistryDeclarations,
  types: ReadonlyArray<ConnectorType>,
  running: Instances.RunningInstances<ConnectorDeclaration, ConnectorType>,
  instances: Instances.Instances<ConnectorDeclaration, ConnectorType, Connector["Service"]>
) => {
  const declared = new Map(connectors.map((declaration) => [declaration.name, declaration]))
  const find = <A>(name: string, among: ReadonlyMap<string, A>) =>
    Effect.mapError(
      Effect.fromNullishOr(among.get(name)),
      () =>
        new UnknownConnector({
          name,
          reason: amongThese(reason("unknown.connector", { name }), name, [...declared.keys()])
        })
    )
  return {
    declarations: connectors,
    entities: connectors.flatMap(({ entities }) => entities),
    jobs,
    off,
    plugins,
    hash: createHash("sha256")
      .update(connectors.map(({ hash }) => hash).join())
      .digest("hex"),
    typeOf: (name) => types.find(({ type }) => type === declared.get(name)?.type),
    declaration: (name) => find(name, declared),
    connector: (name) => Effect.flatMap(find(name, running), instances.use)
  } satisfies Generation
}
