/** The state of a conversation, stored after every step that changes it, so that a restart interrupts nobody. */
import { Schema } from "effect"

/** The question that the next typed text answers. */
export const Expected = Schema.Struct({
  /** The feature's name, and the key of its question. */
  feature: Schema.String,
  step: Schema.String,
  /** The subject of the question: an id that the feature chooses. */
  about: Schema.NullOr(Schema.String)
})
export type Expected = typeof Expected.Type

export const Session = Schema.Struct({
  /** The message that flows edit instead of sending another one. */
  window: Schema.NullOr(Schema.Struct({ id: Schema.Int, hasPhoto: Schema.Boolean })),
  expects: Schema.NullOr(Expected),
  /** The state of a feature's flow, by the feature's name; each decodes its own. */
  flows: Schema.Record(Schema.String, Schema.Json)
})
/** Handlers mutate it: grammY's sessions require that. */
export interface Session {
  window: { readonly id: number; readonly hasPhoto: boolean } | null
  expects: Expected | null
  flows: Record<string, Schema.Json>
}

export const initial = (): Session => ({ window: null, expects: null, flows: {} })
