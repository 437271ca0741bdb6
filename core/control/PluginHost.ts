/**
 * Keeps the plugin of one type running as it is declared, in a fiber of its own, so that a reload requested by the
 * plugin itself has ended before the plugin is replaced. A plugin that fails to start is reported and started again;
 * nothing else stops for it.
 */
import { Cause, Duration, Effect, Layer, Option, Queue, type Scope, Stream } from "effect"
import type { PluginDeclaration } from "../config/PluginDeclaration.ts"
import { redact } from "../observe/Secrets.ts"
import * as Instances from "../plugin/Instances.ts"
import { type Generation, Registry } from "../plugin/Registry.ts"
import { foreignText, mapTexts, type Reason, reason, reasonOfError, render } from "../reason/Reason.ts"
import { type Hook, Plugin, type PluginHealth, type PluginServices, type PluginType } from "./Plugin.ts"

export interface PluginHost {
  readonly type: PluginType
  readonly health: Effect.Effect<PluginHealth>
  /** Valid until the scope closes; `undefined`: the plugin takes no hooks, or does not run at the moment. */
  readonly hook: Effect.Effect<Hook | undefined, never, Scope.Scope>
  /** Runs the plugin until the scope closes. */
  readonly run: Effect.Effect<void, never, Registry | PluginServices | Scope.Scope>
}

/** Pauses between tries to start it: the first, and the maximum of the doubling. */
const pauses = { first: Duration.seconds(2), longest: Duration.minutes(5) }

/** A caller that asks for the daemon's health waits little longer than this. */
const timeout = Duration.seconds(2)

export const make = (type: PluginType): PluginHost => {
  let running: Instances.RunningInstances<PluginDeclaration, PluginType> = new Map()
  let trouble: Reason | undefined
  let instances: Instances.Instances<PluginDeclaration, PluginType, Plugin["Service"]> | undefined

  /** Only while the host holds it; otherwise using it would start it again. */
  const plugin = Effect.suspend(() => {
    const instance = running.get(type.name)
    return instances !== undefined && instance?.held === true ? instances.use(instance) : Effect.succeed(undefined)
  })

  const health = Effect.gen(function* () {
    const service = yield* plugin
    if (trouble !== undefined) {
      return degraded(
        service === undefined
          ? reason("plugin.triedAgain", { why: trouble })
          : reason("plugin.formerGoesOn", { why: trouble })
      )
    }
    return service === undefined ? degraded(reason("plugin.starting")) : yield* service.health
  }).pipe(
    Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.succeed(degraded(reason("plugin.silent"))) }),
    Effect.catchCause((cause) => Effect.succeed(degraded(reason("plugin.broken", { why: whyOf(cause) })))),
    Effect.scoped
  )

  const run = Effect.gen(function* () {
    const { changes } = yield* Registry
    const services = yield* Effect.context<PluginServices>()
    const known = yield* Instances.make({
      kind: "plugin",
      types: [type],
      service: Plugin,
      layer: (one: PluginType, declaration: PluginDeclaration) =>
        Layer.provide(one.layer(declaration), Layer.succeedContext(services)),
      // It ends on its own within seconds; a successor must not run beside it.
      timeout: Duration.infinity
    })
    instances = known
    const declared = yield* Queue.sliding<PluginDeclaration | undefined>(1)
    yield* changes.pipe(
      Stream.map((generation) => declaredIn(type, generation)),
      Stream.changesWith((old, next) => old?.fingerprint === next?.fingerprint),
      Stream.runForEach((next) => Queue.offer(declared, next)),
      Effect.forkScoped
    )

    /** Brings the plugin to the wanted state; returns whether that succeeded. */
    const reach = (wanted: PluginDeclaration | undefined) =>
      known.replace(running, wanted === undefined ? [] : [wanted]).pipe(
        Effect.map((now) => {
          running = now
          trouble = undefined
          return true
        }),
        Effect.catchCause((cause) => {
          if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
          running = new Map([...running].filter(([, { held }]) => held))
          trouble = whyOf(cause)
          return Effect.as(Effect.logError(render(trouble)), false)
        })
      )

    const host = Effect.gen(function* () {
      let wanted = yield* Queue.take(declared)
      let pause = pauses.first
      while (true) {
        const reached = yield* reach(wanted)
        const next = yield* Effect.timeoutOption(Queue.take(declared), reached ? Duration.infinity : pause)
        pause = Option.isSome(next) || reached ? pauses.first : Duration.min(Duration.times(pause, 2), pauses.longest)
        if (Option.isSome(next)) wanted = next.value
      }
    })
    yield* Effect.forkScoped(host)
  }).pipe(Effect.annotateLogs({ service: "Plugins", plugin: type.name }))

  return { type, health, hook: Effect.map(plugin, (service) => service?.hook), run }
}

/** With the types of what it follows in its fingerprint. */
const declaredIn = (type: PluginType, { declarations, plugins }: Generation): PluginDeclaration | undefined => {
  const declared = plugins.find(({ name }) => name === type.name)
  if (declared === undefined || type.follows === undefined) return declared
  const followed = type
    .follows(declared.config)
    .map((connector) => declarations.find(({ name }) => name === connector)?.type ?? "")
  return { ...declared, fingerprint: [declared.fingerprint, ...followed].join() }
}

const degraded = (why: Reason): PluginHealth => ({ status: "degraded", reason: why })

const whyOf = (cause: Cause.Cause<unknown>): Reason => {
  const error = Cause.squash(cause)
  return mapTexts(error instanceof Error ? reasonOfError(error) : foreignText(String(error)), redact)
}
