/**
 * The plugins that are no connectors: how each stands, and what outside systems send to them. They are hosted beside
 * everything else, so that one that fails or ends slowly holds up neither the daemon nor a reload.
 */
import { Context, Duration, Effect, Layer, type Scope } from "effect"
import { Alerts } from "../observe/Alerts.ts"
import { Registry } from "../plugin/Registry.ts"
import { reason } from "../reason/Reason.ts"
import type { Hook, PluginHealth, PluginServices, PluginType } from "./Plugin.ts"
import * as PluginHost from "./PluginHost.ts"

export interface PluginStanding {
  readonly name: string
  readonly type: string
  readonly health: PluginHealth
}

export class Plugins extends Context.Service<
  Plugins,
  {
    /** Of all that are declared. */
    readonly standings: Effect.Effect<ReadonlyArray<PluginStanding>>
    /** Good until the scope closes; `undefined`: there is none of that type and name, or it takes nothing just now. */
    readonly hook: (type: string, name: string) => Effect.Effect<Hook | undefined, never, Scope.Scope>
    /** Runs them as they are declared, until the scope closes; they end with it. */
    readonly host: Effect.Effect<void, never, PluginServices | Registry | Scope.Scope>
  }
>()("tributary/core/control/Plugins") {
  static readonly layer = (types: ReadonlyArray<PluginType>) =>
    Layer.effect(
      Plugins,
      Effect.gen(function* () {
        const { current } = yield* Registry
        const hosts = new Map(types.map((type) => [type.name, PluginHost.make(type)]))
        return Plugins.of({
          standings: Effect.flatMap(current, ({ plugins }) =>
            Effect.forEach(
              plugins.flatMap(({ name }) => hosts.get(name) ?? []),
              ({ health, type: { name, type } }) => Effect.map(health, (health) => ({ name, type, health })),
              { concurrency: "unbounded" }
            )
          ),
          hook: Effect.fnUntraced(function* (type, name) {
            const host = hosts.get(name)
            return host?.type.type === type ? yield* host.hook : undefined
          }),
          host: Effect.forEach(hosts.values(), ({ run }) => run, { discard: true })
        })
      })
    )

  /** Hosts them, and raises an alert for one that stays degraded. Apart from `layer`, so that they stop when all stops. */
  static readonly layerHosting = Layer.effectDiscard(
    Effect.gen(function* () {
      const { host, standings } = yield* Plugins
      yield* host
      yield* Effect.forkScoped(watch(standings))
    })
  )
}

/** Two looks in a row: what only reconnects is no alert. */
const pause = Duration.minutes(1)

const watch = Effect.fnUntraced(function* (standings: Plugins["Service"]["standings"]) {
  const alerts = yield* Alerts
  let suspects = new Set<string>()
  const look = Effect.gen(function* () {
    const found = yield* standings
    const wrong = found.filter(({ health }) => health.status === "degraded")
    for (const { health, name } of wrong) {
      if (!suspects.has(name)) continue
      yield* alerts.raise({
        kind,
        subject: name,
        reason: reason("alert.plugin", { plugin: name, why: health.reason })
      })
    }
    suspects = new Set(wrong.map(({ name }) => name))
    for (const alert of yield* alerts.open) {
      if (alert.kind === kind && !suspects.has(alert.subject)) yield* alerts.clear(alert.key)
    }
  })
  yield* Effect.forever(Effect.andThen(Effect.sleep(pause), look))
})

const kind = "plugin_degraded"
