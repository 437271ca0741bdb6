/** Keys of a YAML map: each with its meaning, which editors show and which is reported if the key is missing. */
import { Effect, Schema, SchemaGetter } from "effect"
import type { Reason } from "../../reason/Reason.ts"
import { keyDescription } from "./Expected.ts"

/** The description is on the encoded side, where JSON Schema and problems look for it. */
export const required = <S extends Schema.Top>(schema: S, meaning: Reason) =>
  Schema.toEncoded(schema)
    .annotateKey(keyDescription(meaning))
    .pipe(Schema.decodeTo(schema), Schema.annotateKey(keyDescription(meaning)))

export const optional = <S extends Schema.Top>(schema: S, description: string) =>
  Schema.optionalKey(Schema.toEncoded(schema))
    .annotateKey({ description })
    .pipe(Schema.decodeTo(Schema.optionalKey(schema)))

/** An optional key; the default is written as in YAML. */
export const withDefault = <S extends Schema.Top>(schema: S, value: S["Encoded"], description: string) =>
  Schema.optionalKey(Schema.toEncoded(schema))
    .annotateKey({ description })
    .pipe(
      Schema.decodeTo(schema, {
        decode: SchemaGetter.withDefault(Effect.succeed(value)),
        encode: SchemaGetter.passthrough()
      })
    )
