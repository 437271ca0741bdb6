/**
 * The contract between the daemon and a plugin that is no connector: a folder whose `index.ts` exports `pluginType`,
 * declared by the YAML file of its name. It runs the daemon through the control port and says how it is doing; whatever
 * is wrong with it, the daemon goes on.
 */
import { Context, type Effect, type Layer, type Schema } from "effect"
import type { HttpClient } from "effect/http"
import type { SqlClient } from "effect/sql"
import type { PluginSettings } from "../config/Plugin.ts"
import type { Hook } from "../plugin/Connector.ts"
import type { PersonalData } from "../plugin/PersonalData.ts"
import type { SandboxModule } from "../plugin/Sandbox.ts"
import type { Reason } from "../reason/Reason.ts"
import type { Control } from "./Control.ts"

export type { PluginSettings } from "../config/Plugin.ts"
export type { Hook, HookAnswer, HookRequest } from "../plugin/Connector.ts"

export interface PluginHealth {
  /** off: declared, and not switched on. degraded: it does not do its work just now, and goes on trying. */
  readonly status: "ok" | "degraded" | "off"
  /** For a person, without secrets. */
  readonly reason: Reason
}

/** A running plugin: the service its layer provides. */
export class Plugin extends Context.Service<
  Plugin,
  {
    readonly health: Effect.Effect<PluginHealth>
    /** Takes what an outside system sends to `POST /hooks/{type}/{name}`; answers at once. Absent: nothing is taken. */
    readonly hook?: Hook
  }
>()("tributary/core/control/Plugin") {}

/** What the daemon offers to the layer of a plugin. */
export type PluginServices = Control | SqlClient.SqlClient | HttpClient.HttpClient

export interface PluginType<
  C extends Schema.Top & { readonly DecodingServices: never } = Schema.Top & { readonly DecodingServices: never }
> {
  /** `type:` in YAML. */
  readonly type: string
  /** Of its folder and of its file: `bot` for `config/bot.yaml`. */
  readonly name: string
  readonly description: string
  /** The keys of its own in YAML; closed by the loader. */
  readonly config: C
  /** The folder of `NNNN_verb_noun.ts` that make its tables. */
  readonly migrations?: URL
  /** What those tables keep of people. */
  readonly personal?: PersonalData
  /** Only one of it may run at a time: the old one stops before its successor starts. Default: they may overlap. */
  readonly exclusive?: boolean
  /**
   * Acquires resources in its scope and reaches nothing outside. When the scope closes it takes nothing new, lets what it
   * has begun end within some seconds, and is then interrupted. A method, so that types of every config are plugin types.
   */
  layer(settings: PluginSettings<C["Type"]>): Layer.Layer<Plugin, never, PluginServices>
  /** Reaches the outside system beside whatever runs, and changes nothing there; one sentence for a person. */
  probe?(settings: PluginSettings<C["Type"]>): Effect.Effect<string, { readonly message: string }>
  readonly sandbox: SandboxModule
}
