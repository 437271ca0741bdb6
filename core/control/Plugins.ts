/**
 * The plugins that are not connectors: their status, and the requests that outside systems send to them. Each is hosted
 * in a fiber of its own, so that one that fails or ends slowly delays neither the daemon nor a reload.
 */
import { Context, Duration, Effect, Layer, type Scope } from "effect"
import { Alerts } from "../observe/Alerts.ts"
import { Registry } from "../plugin/Registry.ts"
import { reason } from "../reason/Reason.ts"
import type { Hook, PluginHealth, PluginServices, PluginType } from "./Plugin.ts"
import * as PluginHost from "./PluginHost.ts"

export interface PluginStatus {
  readonly name: string
  readonly type: string
  readonly health: PluginHealth
}

export class Plugins extends Context.Service<
  Plugins,
  {
    /** The status of all declared plugins. */
    readonly statuses: Effect.Effect<ReadonlyArray<PluginStatus>>
    /**
     * Valid until the scope closes; `undefined`: there is no plugin of this type and name, or it takes no hooks at the
     * moment.
     */
    readonly hook: (type: string, name: string) => Effect.Effect<Hook | undefined, never, Scope.Scope>
    /** Runs the declared plugins until the scope closes. */
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
          statuses: Effect.flatMap(current, ({ plugins }) =>
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

  /**
   * Hosts the plugins, and raises an alert for one that stays degraded. Separate from `layer`, so that they stop
   * together with everything else.
   */
  static readonly layerHosting = Layer.effectDiscard(
    Effect.gen(function* () {
      const { host, statuses } = yield* Plugins
      yield* host
      yield* Effect.forkScoped(watch(statuses))
    })
  )
}

/**
 * The pause between two checks; only a plugin degraded in both raises an alert, so that a short reconnect raises none.
 */
const pause = Duration.minutes(1)

const watch = Effect.fnUntraced(function* (statuses: Plugins["Service"]["statuses"]) {
  const alerts = yield* Alerts
  let suspects = new Set<string>()
  const look = Effect.gen(function* () {
    const found = yield* statuses
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
