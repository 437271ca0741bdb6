/**
 * The conditions of `where` and `deletedWhen`, compiled once per entity. They compare the values of the record as it came, before any
 * transform: texts with texts, truth values with truth values, numbers by their digits. A text counts as a number or a
 * truth value if it spells one, as in CSV and XML. Of a list, one item is enough.
 */
import type { Comparison, Condition, Selection } from "../../config/Condition.ts"
import type { Entity } from "../../config/Entity.ts"
import { pointerText } from "../../config/Pointer.ts"
import type { Scalar } from "../../config/schema/Scalars.ts"
import { compareDecimals, type Decimal, decimalOf } from "../../config/values/Decimal.ts"
import { reason } from "../../reason/Reason.ts"
import { unmark } from "../../upstream/records/ExactNumbers.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { type CellReader, firstValueAt, type RecordEntity } from "./CellReader.ts"
import { RejectedValue } from "./ColumnDecoder.ts"

/** A condition that cannot be judged for a record. */
export interface ConditionFailure {
  /** The place, as in `from`. */
  readonly field: string
  readonly rejected: RejectedValue
}

/** Whether all conditions hold. One that certainly does not hold decides, whatever cannot be judged beside it. */
export type RecordPredicate = (record: SourceRecord, parent: SourceRecord | undefined) => boolean | ConditionFailure

/** Undefined: the value cannot be compared. */
type Test = (value: unknown) => boolean | undefined

interface CompiledCondition {
  readonly read: CellReader
  readonly test: Test
  readonly unjudged: ConditionFailure
}

/** `lacking`: a condition holds where there is nothing. */
export const compileConditions = (
  conditions: ReadonlyArray<Condition>,
  entity: RecordEntity,
  lacking = false
): RecordPredicate => {
  const compiled = conditions.map((condition) => compile(condition, entity, lacking))
  return (record, parent) => {
    let doubt: ConditionFailure | undefined
    for (const { read, test, unjudged } of compiled) {
      const holds = test(read(record, parent))
      if (holds === false) return false
      if (holds === undefined) doubt ??= unjudged
    }
    return doubt ?? true
  }
}

/** Whether the condition holds where there is no value. */
export const holdsWithoutValue = ({ comparison }: Condition, { format }: Pick<Entity, "format">): boolean =>
  testOf(comparison, nothingIn(format))(undefined) === true

const compile = (condition: Condition, entity: RecordEntity, lacking: boolean): CompiledCondition => {
  const { comparison, pointer } = condition
  const isNothing = nothingIn(entity.format)
  const test = testOf(comparison, isNothing)
  const bound = [comparison.gt, comparison.gte, comparison.lt, comparison.lte].find((one) => one !== undefined)
  return {
    read: firstValueAt(condition, entity),
    test: lacking ? (value) => isNothing(value) || test(value) : test,
    unjudged: {
      field: `${"../".repeat(pointer.up)}${pointerText(pointer.tokens)}`,
      rejected: new RejectedValue(reason("reject.condition", { bound: String(bound) }), null)
    }
  }
}

const testOf = (comparison: Comparison, isNothing: IsNothing): Test => {
  const { exists, gt, gte, is, lt, lte, not } = comparison
  const tests: Array<Test> = []
  if (is !== undefined) tests.push(oneOf(is, isNothing))
  if (not !== undefined) {
    const among = oneOf(not, isNothing)
    tests.push((value) => !among(value))
  }
  if (exists !== undefined) tests.push((value) => isNothing(value) !== exists)
  if (gt !== undefined) tests.push(ordered(gt, (order) => order > 0, isNothing))
  if (gte !== undefined) tests.push(ordered(gte, (order) => order >= 0, isNothing))
  if (lt !== undefined) tests.push(ordered(lt, (order) => order < 0, isNothing))
  if (lte !== undefined) tests.push(ordered(lte, (order) => order <= 0, isNothing))
  const [only] = tests
  if (tests.length === 1 && only !== undefined) return only
  return (value) => {
    const results = tests.map((test) => test(value))
    if (results.includes(false)) return false
    return results.includes(undefined) ? undefined : true
  }
}

type IsNothing = (value: unknown) => boolean

const isNull: IsNothing = (value) => value === null || value === undefined

/** Files of texts have no null: what is empty is nothing. */
const isEmpty: IsNothing = (value) => isNull(value) || value === ""

const nothingIn = (format: Entity["format"]): IsNothing => (format === "csv" || format === "xml" ? isEmpty : isNull)

const oneOf = (values: ReadonlyArray<Scalar>, isNothing: IsNothing): ((value: unknown) => boolean) => {
  const texts = new Set(values.filter((value) => typeof value === "string"))
  const truths = new Set(values.filter((value) => typeof value === "boolean"))
  const numbers = values.filter((value) => typeof value === "number")
  const decimals = numbers.flatMap((number) => decimalOf(String(number)) ?? [])
  const withNothing = values.includes(null)
  const isNumber = (text: string): boolean => {
    const decimal = decimals.length === 0 ? undefined : decimalOf(text)
    return decimal !== undefined && decimals.some((one) => compareDecimals(one, decimal) === 0)
  }
  const isTruth = (text: string): boolean =>
    truths.size > 0 && truthPattern.test(text) && truths.has(text.toLowerCase() === "true")
  const among = (value: unknown): boolean => {
    switch (typeof value) {
      case "string": {
        if (texts.has(value)) return true
        const plain = unmark(value)
        // A mark is of numbers alone.
        if (plain !== value) return isNumber(String(plain))
        return isNumber(value) || isTruth(value) || (withNothing && isNothing(value))
      }
      case "number":
        return numbers.includes(value)
      case "boolean":
        return truths.has(value)
      default:
        if (Array.isArray(value)) return value.some(among)
        return withNothing && isNothing(value)
    }
  }
  return among
}

const truthPattern = /^(?:true|false)$/i

const ordered = (bound: string | number, holds: (order: number) => boolean, isNothing: IsNothing): Test => {
  const compare = typeof bound === "number" ? withNumber(bound) : withText(bound)
  const test: Test = (value) => {
    if (isNothing(value)) return false
    if (Array.isArray(value)) {
      const results = value.map(test)
      return results.includes(true) ? true : results.includes(undefined) ? undefined : false
    }
    const order = compare(value)
    return order === undefined ? undefined : holds(order)
  }
  return test
}

type Compare = (value: unknown) => number | undefined

const withNumber = (bound: number): Compare => {
  // A number of YAML is finite.
  const other = decimalOf(String(bound)) as Decimal
  return (value) => {
    if (typeof value === "number") return value < bound ? -1 : value > bound ? 1 : 0
    const plain = unmark(value)
    const decimal = typeof plain === "string" ? decimalOf(plain) : undefined
    return decimal === undefined ? undefined : compareDecimals(decimal, other)
  }
}

const withText =
  (bound: string): Compare =>
  (value) => {
    if (typeof value !== "string" || unmark(value) !== value) return undefined
    return value < bound ? -1 : value > bound ? 1 : 0
  }

/** The verdict about a record: it is in the source, left out by `where`, or gone. */
export type Verdict = "in" | "out" | "gone" | ConditionFailure

export type RecordSelector = (record: SourceRecord, parent: SourceRecord | undefined) => Verdict

/**
 * A record that is gone must fulfil `where` too, since a list may hold the records of others; but it is not asked for
 * what it lacks, for often it has only its key, nor for what `deletedWhen` itself looks at.
 */
export const compileSelection = ({ deletedWhen, where = [] }: Selection, form: RecordEntity): RecordSelector => {
  const isIn = compileConditions(where, form)
  const living: RecordSelector = (record, parent) => {
    const verdict = isIn(record, parent)
    return verdict === true ? "in" : verdict === false ? "out" : verdict
  }
  if (deletedWhen === undefined) return living
  const isGone = compileConditions(deletedWhen.conditions, form)
  const asked = new Set(deletedWhen.conditions.map(placeIn))
  const isOurs = compileConditions(
    where.filter((condition) => !asked.has(placeIn(condition))),
    form,
    true
  )
  return (record, parent) => {
    const gone = isGone(record, parent)
    if (gone === false) return living(record, parent)
    if (gone !== true) return isIn(record, parent) === false ? "out" : gone
    const ours = isOurs(record, parent)
    return ours === true ? "gone" : ours === false ? "out" : ours
  }
}

const placeIn = ({ pointer }: Condition): string => JSON.stringify(pointer)
