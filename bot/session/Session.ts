/** What a chat is in the middle of. It is stored after every step that changes it, so that a restart interrupts nobody. */
import { Schema } from "effect"

/** What the next text that somebody types is meant for. */
export const Expected = Schema.Struct({
  /** The feature's name, and which of its questions. */
  feature: Schema.String,
  step: Schema.String,
  /** What the question was about: an id, as the feature likes. */
  about: Schema.NullOr(Schema.String)
})
export type Expected = typeof Expected.Type

export const Session = Schema.Struct({
  /** The message that flows edit instead of sending another. */
  window: Schema.NullOr(Schema.Struct({ id: Schema.Int, hasPhoto: Schema.Boolean })),
  expects: Schema.NullOr(Expected),
  /** The state of a feature's flow, by the feature's name; each decodes its own. */
  flows: Schema.Record(Schema.String, Schema.Json)
})
/** Handlers change it in place: that is how grammY's sessions work. */
export interface Session {
  window: { readonly id: number; readonly hasPhoto: boolean } | null
  expects: Expected | null
  flows: Record<string, Schema.Json>
}

export const initial = (): Session => ({ window: null, expects: null, flows: {} })
