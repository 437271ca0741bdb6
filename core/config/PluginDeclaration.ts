/** The declaration of a plugin that is not a connector: the keys of its own type, in a file of its own. */
import type { Schema } from "effect"
import type { ChatYaml } from "./schema/ChatYaml.ts"

/** The description of a plugin's type for the loader. */
export interface PluginSchema {
  readonly type: string
  /** The name of its file: `bot` for `bot.yaml`. */
  readonly name: string
  readonly description: string
  /** The plugin's own YAML keys; `chats`: the keys that connector types add to them. */
  readonly config: (chats: ReadonlyArray<ChatYaml>) => Schema.Top & { readonly DecodingServices: never }
}

/** The input of a running plugin. */
export interface PluginSettings<Config = unknown> {
  readonly name: string
  readonly type: string
  readonly config: Config
  /** The daemon's time zone. */
  readonly timezone: string
}

export interface PluginDeclaration<Config = unknown> extends PluginSettings<Config> {
  /** The hash of the declaration, without the values of secrets. */
  readonly hash: string
  /** The hash with secrets: if it is equal, the running instance can continue. Never shown or stored. */
  readonly fingerprint: string
}
