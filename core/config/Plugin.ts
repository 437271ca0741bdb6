/** What a plugin that is no connector declares: the keys of its own type, in a file of its own. */
import type { Schema } from "effect"

/** What the loader must know of a plugin's type. */
export interface PluginSchema {
  readonly type: string
  /** Of its file: `bot` for `bot.yaml`. */
  readonly name: string
  readonly description: string
  readonly config: Schema.Top & { readonly DecodingServices: never }
}

/** What a running plugin is made from. */
export interface PluginSettings<Config = unknown> {
  readonly name: string
  readonly type: string
  readonly config: Config
  /** The daemon's. */
  readonly timezone: string
}

export interface PluginDeclaration<Config = unknown> extends PluginSettings<Config> {
  /** Of what is written, without the values of secrets. */
  readonly hash: string
  /** With them: equal means that what runs can go on. Never shown or stored. */
  readonly fingerprint: string
}
