/** Checks the steps of a field's `transform`: each by itself, in its place, and with the type that reads the result. */
import { createHmac } from "node:crypto"
import { Redacted } from "effect"
import { type Reason, reason } from "../../reason/Reason.ts"
import type { Column, ColumnType, Pointer } from "../Column.ts"
import { compileExpression } from "../expression/ExpressionProgram.ts"
import type { Path } from "../files/Tree.ts"
import { parsePointer } from "../Pointer.ts"
import type { FieldYaml } from "../schema/EntityYaml.ts"
import type { Step } from "../schema/TransformYaml.ts"
import { atKey, atValue, type EntityDraft } from "./EntityDraft.ts"
import { checkClimb } from "./Parents.ts"
import { keyPlaceOf } from "./Places.ts"

const hashKeyExample = "hashKey: { secret: TRIBUTARY_HASH_KEY }"

interface Transformed {
  readonly field: FieldYaml
  readonly type: ColumnType
  readonly array: boolean
  readonly hashKey: Redacted.Redacted | undefined
}

/** The key with a name of its own, so that cursors of rows with older hashes end. */
export const hashOf = ({ transform }: FieldYaml, key: Redacted.Redacted | undefined): Pick<Column, "hash"> =>
  key === undefined || transform?.includes("hash") !== true
    ? {}
    : { hash: { key, id: createHmac("sha256", Redacted.value(key)).update("id").digest("hex").slice(0, 16) } }

export const checkTransform = (
  declared: EntityDraft,
  path: Path,
  { array, field, hashKey, type }: Transformed
): void => {
  const { transform = [] } = field
  if (transform.length === 0) return
  const at = [...path, "transform"]
  if (type === "json") atKey(declared, at, reason("transform.json"))
  transform.forEach((step, index) => {
    const place = [...at, index]
    const isLast = index === transform.length - 1
    if (step === "cents") {
      if (type !== "decimal" && type !== "double") atValue(declared, place, reason("transform.centsType", { type }))
      if (!isLast) atValue(declared, place, reason("transform.last", { step }))
      if (field.format !== undefined) atKey(declared, [...path, "format"], reason("transform.format", { step }))
    }
    if (step === "hash") {
      if (type !== "text") atValue(declared, place, reason("transform.hashType", { type }))
      if (!isLast) atValue(declared, place, reason("transform.last", { step }))
      if (hashKey === undefined)
        atValue(
          declared,
          place,
          reason("transform.hashKey"),
          reason("transform.writeHashKey", { example: hashKeyExample })
        )
    }
    if (typeof step === "string") return
    if ("split" in step && !array) {
      atKey(declared, [...place, "split"], reason("transform.split"), reason("transform.list", { type: `${type}[]` }))
    }
    if ("join" in step) {
      if (index > 0) atKey(declared, [...place, "join"], reason("transform.joinFirst"))
      if (field.from !== undefined) atKey(declared, [...path, "from"], reason("transform.joinFrom"))
    }
    const problem = expressionProblem(step)
    if (problem !== undefined) atValue(declared, [...place, problem.key], problem.why)
  })
}

const expressionProblem = (step: Exclude<Step, string>): { readonly key: string; readonly why: Reason } | undefined => {
  const key = "extract" in step ? "extract" : "replace"
  const source = "extract" in step ? step.extract : "replace" in step ? step.replace : undefined
  if (source === undefined) return undefined
  const program = compileExpression(source)
  if ("code" in program) return { key, why: program }
  const named = "with" in step ? [...(step.with ?? "").matchAll(/\$(\d)/g)].map(([, group]) => Number(group)) : []
  const missing = named.find((group) => group >= program.groups)
  return missing === undefined ? undefined : { key: "with", why: reason("expression.noGroup", { group: missing }) }
}

/** The places that a leading `join` reads; undefined if the field has one place. */
export const joinedPlaces = (declared: EntityDraft, path: Path, field: FieldYaml): Column["source"] | undefined => {
  const [first] = field.transform ?? []
  if (typeof first !== "object" || !("join" in first)) return undefined
  const pointers = first.join.flatMap((from, index): ReadonlyArray<Pointer> => {
    const place = [...path, "transform", 0, "join", index]
    const pointer = keyPlaceOf(declared, place, from) ?? parsePointer(from)
    if ("code" in pointer) {
      atValue(declared, place, pointer)
      return []
    }
    checkClimb(declared, place, pointer)
    return [pointer]
  })
  return { _tag: "Joined", pointers }
}
