/**
 * The keys that a connector type adds to the bot's file. They are declared beside the type's own keys, without the code of
 * its chat features, because `check` decodes the file and runs no bot.
 */
import type { Schema } from "effect"

export interface ChatFeatureYaml {
  /** Its key in `features:`, which switches it off. */
  readonly name: string
  /** Its own sections of the file: keys with their descriptions and defaults. */
  readonly sections?: Readonly<Record<string, Schema.Top & { readonly DecodingServices: never }>>
}

export interface ChatYaml {
  /** The usual name of a connector of this type: the bot uses it if its file names no connector. */
  readonly connector?: string
  readonly features: ReadonlyArray<ChatFeatureYaml>
  /** Keys of `chats:`, each with a description of the messages that the chats of this role get. Features may share a role. */
  readonly roles?: Readonly<Record<string, string>>
}
