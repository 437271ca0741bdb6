/** A daemon that hosts one plugin: no database, no connectors, a clock of the test's. */
import { Context, Effect, Layer, Schema } from "effect"
import { HttpClient } from "effect/http"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import type { PluginDeclaration } from "../../core/config/PluginDeclaration.ts"
import { Control } from "../../core/control/Control.ts"
import { Plugin, type PluginHealth, type PluginType } from "../../core/control/Plugin.ts"
import { Plugins } from "../../core/control/Plugins.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { foreignText } from "../../core/reason/Reason.ts"

export const declared = (config: string): PluginDeclaration => ({
  name: "bot",
  type: "chat",
  config,
  timezone: "UTC",
  hash: config,
  fingerprint: config
})

/** What the test sees and decides of every plugin that runs. */
export class Script {
  readonly log: Array<string> = []
  /** Configs that cannot start. */
  readonly broken = new Set<string>()
  health: Effect.Effect<PluginHealth> = Effect.succeed({ status: "ok", reason: foreignText("it listens") })
  /** What the end of one waits for. */
  ending: Effect.Effect<void> = Effect.void
  /** What its hook does before it answers. */
  taking: Effect.Effect<void> = Effect.void
}

export const typeOf = (script: Script, exclusive = true): PluginType => ({
  type: "chat",
  name: "bot",
  description: "Speaks in chats.",
  config: () => Schema.Unknown,
  exclusive,
  layer: ({ config }) =>
    Layer.effect(
      Plugin,
      Effect.gen(function* () {
        if (script.broken.has(String(config))) throw new Error(`no such chat: ${config}`)
        script.log.push(`+${config}`)
        yield* Effect.addFinalizer(() =>
          Effect.andThen(
            Effect.suspend(() => script.ending),
            Effect.sync(() => script.log.push(`-${config}`))
          )
        )
        return Plugin.of({
          health: Effect.suspend(() => script.health),
          hook: ({ body }) =>
            Effect.as(
              Effect.suspend(() => script.taking),
              body === "news" ? { _tag: "Accepted", stale: () => false } : { _tag: "Refused" }
            )
        })
      })
    ),
  sandbox: () => Promise.reject(new Error("the plugin of tests has no sandbox"))
})

/** The plugin of these tests asks for neither. */
const unused = <S>() => ({}) as S

export const layerServices = Layer.mergeAll(
  Layer.succeed(Control, unused<Control["Service"]>()),
  Layer.succeed(SqlClient.SqlClient, unused<SqlClient.SqlClient>()),
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make(() => Effect.die("nothing is asked"))
  )
)

/** What happens in fibers of its own has happened. */
export const settle = Effect.repeat(TestClock.adjust("1 millis"), { times: 20 })

export const world = Effect.fnUntraced(function* (first: ReadonlyArray<PluginDeclaration>, exclusive = true) {
  const script = new Script()
  const type = typeOf(script, exclusive)
  const services = yield* Plugins.layerHosting.pipe(
    Layer.provideMerge(Plugins.layer([type])),
    Layer.provideMerge(Registry.layer({ connectors: [], jobs: [], plugins: first }, [])),
    Layer.provideMerge(Alerts.layer),
    Layer.provide(layerServices),
    Layer.build
  )
  yield* settle
  const registry = Context.get(services, Registry)
  const plugins = Context.get(services, Plugins)
  return {
    script,
    plugins,
    /** As a reload does; the plugin follows in its own time. */
    swap: (...next: ReadonlyArray<PluginDeclaration>) => registry.swap({ connectors: [], jobs: [], plugins: next }),
    health: Effect.map(plugins.statuses, ([status]) => status?.health),
    alerts: Effect.map(Context.get(services, Alerts).open, (open) =>
      open.map(({ kind, message, subject }) => ({ kind, subject, message }))
    )
  }
})
