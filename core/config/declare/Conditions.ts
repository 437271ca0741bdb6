/** Builds the conditions of `where`, and refuses those that no record, or every record, fulfils. */
import { reason } from "../../reason/Reason.ts"
import type { Column } from "../Column.ts"
import type { Comparison, Condition, DeletedWhen, Selection } from "../Condition.ts"
import type { Entity } from "../Entity.ts"
import { Problems } from "../files/Problems.ts"
import { locate, type Path } from "../files/Tree.ts"
import { camelCase, parsePointer, pointersOf, pointerText } from "../Pointer.ts"
import type { ConditionsYaml, ConditionYaml, DeletedWhenYaml } from "../schema/ConditionYaml.ts"
import type { Scalar } from "../schema/Scalars.ts"
import { atKey, atValue, type EntityDraft } from "./EntityDraft.ts"
import { checkClimb } from "./Parents.ts"
import { keyPlaceOf } from "./Places.ts"

export const selectionOf = (declared: EntityDraft, columns: ReadonlyArray<Column>): Selection => {
  const { deletedWhen, where } = declared.yaml
  return {
    ...(where === undefined ? {} : { where: conditionsOf(declared, ["where"], where, columns) }),
    ...(deletedWhen === undefined ? {} : { deletedWhen: deletedWhenOf(declared, deletedWhen, columns) })
  }
}

const deletedWhenOf = (
  declared: EntityDraft,
  { mark, ...conditions }: DeletedWhenYaml,
  columns: ReadonlyArray<Column>
): DeletedWhen => {
  const { key, mode } = declared.yaml
  const at = ["deletedWhen"]
  if (mark !== undefined && mode === "append") atKey(declared, [...at, "mark"], reason("condition.markAppend"))
  const lookup = columns.find((column) => column.lookup !== undefined && [key].flat().includes(column.name))
  if (lookup !== undefined) atKey(declared, at, reason("condition.lookup", { column: lookup.name }))
  return {
    conditions: conditionsOf(declared, at, conditions, columns),
    ...(mark === undefined ? {} : { mark })
  }
}

/** The parent's conditions, whose problems are reported with the parent. */
export const parentConditions = (parent: EntityDraft | undefined): Pick<Entity, "above"> => {
  if (parent === undefined) return {}
  const above = selectionOf({ ...parent, problems: new Problems() }, [])
  return Object.keys(above).length === 0 ? {} : { above }
}

const conditionsOf = (
  declared: EntityDraft,
  path: Path,
  yaml: ConditionsYaml,
  columns: ReadonlyArray<Column>
): ReadonlyArray<Condition> => {
  const conditions = Object.entries(yaml)
  if (isEmpty(declared, path)) atValue(declared, path, reason("condition.none"))
  return conditions.flatMap(([from, written]): ReadonlyArray<Condition> => {
    const at = [...path, from]
    const pointer = keyPlaceOf(declared, at, from, atKey) ?? parsePointer(from)
    if ("code" in pointer) {
      atKey(declared, at, pointer)
      return []
    }
    checkClimb(declared, at, pointer, atKey)
    checkColumn(declared, at, from, columns)
    const comparison = comparisonOf(written)
    checkComparison(declared, at, comparison)
    const other = camelCase(from)
    return [
      {
        pointer,
        ...(pointer.up === 0 && pointer.tokens[0] === from && other !== from
          ? { otherwise: { up: 0, tokens: [other] } }
          : {}),
        comparison
      }
    ]
  })
}

/** Whether nothing is written there, not even something broken. */
const isEmpty = ({ tree }: EntityDraft, path: Path): boolean => {
  const { value } = locate(tree, path)
  return (
    value._tag === "Map" &&
    [...value.entries.keys()].every((name) => path[0] === "deletedWhen" && path.length === 1 && name === "mark")
  )
}

const comparisonOf = (written: ConditionYaml): Comparison => {
  if (isList(written)) return { is: written }
  if (typeof written !== "object" || written === null) return { is: [written] }
  const { not, ...others } = written
  return { ...others, ...(not === undefined ? {} : { not: isList(not) ? not : [not] }) }
}

const isList = (value: ConditionYaml): value is readonly [Scalar, ...ReadonlyArray<Scalar>] => Array.isArray(value)

/** Conditions look at the record, so the name of a column that is filled from elsewhere finds nothing. */
const checkColumn = (declared: EntityDraft, at: Path, from: string, columns: ReadonlyArray<Column>): void => {
  const column = columns.find(({ name }) => name === from)
  if (column === undefined) return
  const places = pointersOf(column.source)
  if (places.some(({ tokens, up }) => up === 0 && tokens.length === 1 && tokens[0] === from)) return
  const [place] = places
  const isOfRecord = columns.some(({ source }) => pointersOf(source).some(({ tokens }) => tokens[0] === from))
  if (isOfRecord) return
  const write = place === undefined ? from : `${"../".repeat(place.up)}${pointerText(place.tokens)}`
  const hint = place === undefined ? undefined : reason("pointer.write", { pointer: write })
  atKey(declared, at, reason("condition.column", { column: from }), hint)
}

const isRepeated = (values: ReadonlyArray<Scalar> = []): boolean => new Set(values).size < values.length

const checkComparison = (declared: EntityDraft, at: Path, comparison: Comparison): void => {
  const { exists, gt, gte, is, lt, lte, not } = comparison
  const given = Object.keys(comparison)
  if (isEmpty(declared, at)) atValue(declared, at, reason("condition.none"))
  for (const [one, other] of [
    ["gt", "gte"],
    ["lt", "lte"]
  ] as const) {
    if (comparison[one] !== undefined && comparison[other] !== undefined)
      atKey(declared, [...at, other], reason("condition.twice", { one, other }))
  }
  if (exists === false && given.length > 1) atKey(declared, [...at, "exists"], reason("condition.nothing"))
  if (isRepeated(is) || isRepeated(not)) atValue(declared, at, reason("condition.repeated"))
  const [low, high] = [gt ?? gte, lt ?? lte]
  if (low === undefined || high === undefined) return
  if (typeof low !== typeof high) atValue(declared, at, reason("condition.kinds"))
  else if (low > high || (low === high && (gt !== undefined || lt !== undefined)))
    atValue(declared, at, reason("condition.never", { low: String(low), high: String(high) }))
}
