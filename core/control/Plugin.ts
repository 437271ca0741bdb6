/**
 * The contract between the daemon and a plugin that is not a connector: a folder whose `index.ts` exports `pluginType`,
 * declared by the YAML file of its name. It operates the daemon through the control port and reports its health.
 * Whatever fails in it, the daemon continues.
 */
import { Context, type Effect, type Layer, type Schema } from "effect"
import type { HttpClient } from "effect/http"
import type { SqlClient, SqlError } from "effect/sql"
import type { PluginSettings } from "../config/PluginDeclaration.ts"
import type { ChatYaml } from "../config/schema/ChatYaml.ts"
import type { Hook } from "../plugin/Connector.ts"
import type { PersonalData } from "../plugin/PersonalData.ts"
import type { SandboxModule } from "../plugin/Sandbox.ts"
import type { Reason } from "../reason/Reason.ts"
import type { Control } from "./Control.ts"

export type { PluginSettings } from "../config/PluginDeclaration.ts"
export type { Hook, HookAnswer, HookRequest } from "../plugin/Connector.ts"

export interface PluginHealth {
  /** off: declared, but switched off. degraded: it does not work at the moment, and keeps trying. */
  readonly status: "ok" | "degraded" | "off"
  /** For a person, without secrets. */
  readonly reason: Reason
}

/** A running plugin: the service that its layer provides. */
export class Plugin extends Context.Service<
  Plugin,
  {
    readonly health: Effect.Effect<PluginHealth>
    /**
     * Handles requests of an outside system to `POST /hooks/{type}/{name}` and answers at once. Absent: it takes none.
     */
    readonly hook?: Hook
  }
>()("tributary/core/control/Plugin") {}

/** The services that the daemon provides to the layer of a plugin. */
export type PluginServices = Control | SqlClient.SqlClient | HttpClient.HttpClient

export interface PluginType<
  C extends Schema.Top & { readonly DecodingServices: never } = Schema.Top & { readonly DecodingServices: never }
> {
  /** `type:` in YAML. */
  readonly type: string
  /** The name of its folder and of its file: `bot` for `config/bot.yaml`. */
  readonly name: string
  readonly description: string
  /** The plugin's own YAML keys; the loader rejects other keys. `chats`: the keys that connector types add to them. */
  readonly config: (chats: ReadonlyArray<ChatYaml>) => C
  /** The folder with migrations `NNNN_verb_noun.ts` for its tables. */
  readonly migrations?: URL
  /** The personal data in those tables. */
  readonly personal?: PersonalData
  /** Only one instance may run at a time: the old one stops before its successor starts. Default: they may overlap. */
  readonly exclusive?: boolean
  /**
   * Acquires resources in its scope and contacts nothing outside. When the scope closes, it accepts no new work, lets
   * current work finish within some seconds, and is then interrupted. A method, so that a type of any config is
   * assignable to `PluginType`.
   */
  layer(settings: PluginSettings<C["Type"]>): Layer.Layer<Plugin, never, PluginServices>
  /** Names of the connectors that it depends on: it is rebuilt when one is added, removed or changes its type. */
  follows?(config: C["Type"]): ReadonlyArray<string>
  /**
   * Contacts the outside system independently of the running plugin, and changes nothing there; returns one sentence
   * for a person.
   */
  probe?(settings: PluginSettings<C["Type"]>): Effect.Effect<string, { readonly message: string }>
  /** A problem that only its tables show, for `doctor`. `undefined` if there is none, or no table yet. */
  readonly problem?: Effect.Effect<Reason | undefined, SqlError.SqlError, SqlClient.SqlClient>
  readonly sandbox: SandboxModule
}
