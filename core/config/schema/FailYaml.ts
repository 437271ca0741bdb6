/**
 * The condition under which an answer of 200 is a failure: for an entity, or as a connector's default for its entities.
 */
import { Schema } from "effect"
import { reason } from "../../reason/Reason.ts"
import type { Entity } from "../Entity.ts"
import { tokensOf } from "../Pointer.ts"
import { expects, invalidValue } from "./Expected.ts"
import { Scalar } from "./Scalars.ts"
import { required } from "./YamlKeys.ts"

export const FailYaml = Schema.Union([
  Schema.Literal("none"),
  Schema.Struct({
    pointer: required(
      Schema.String.check(
        Schema.makeFilter((text: string) => {
          const tokens = tokensOf(text)
          return (
            (tokens !== undefined && tokens.length > 0) ||
            invalidValue(reason("pointer.fail", { pointer: text, example: "/status" }))
          )
        })
      ),
      reason("meaning.failPointer")
    ),
    equals: required(Scalar, reason("meaning.failEquals"))
  })
]).annotate(expects(reason("value.fail")))

/** Converts it to the entity's form. */
export const failOf = (fail: typeof FailYaml.Type): NonNullable<Entity["fail"]> =>
  fail === "none" ? fail : { ...fail, pointer: tokensOf(fail.pointer) ?? [] }
