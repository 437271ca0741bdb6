/** What says, in an answer of 200, that the request failed: of an entity, or of a connector for those of its entities that say nothing. */
import { Schema } from "effect"
import type { Entity } from "./Entity.ts"
import { required } from "./Keys.ts"
import { tokensOf } from "./Pointer.ts"
import { Scalar } from "./Scalars.ts"

export const FailYaml = Schema.Union([
  Schema.Literal("none"),
  Schema.Struct({
    pointer: required(
      Schema.String.check(
        Schema.makeFilter((text: string) => {
          const tokens = tokensOf(text)
          return (
            (tokens !== undefined && tokens.length > 0) ||
            `"${text}" is no JSON Pointer to a value beside the records: write it as /status`
          )
        })
      ),
      "JSON Pointer to the value that tells, as in /status."
    ),
    equals: required(Scalar, "The value that means no.")
  })
]).annotate({ expected: "a map such as { pointer: /status, equals: error }, or none" })

/** As an entity has it. */
export const failOf = (fail: typeof FailYaml.Type): NonNullable<Entity["fail"]> =>
  fail === "none" ? fail : { ...fail, pointer: tokensOf(fail.pointer) ?? [] }
