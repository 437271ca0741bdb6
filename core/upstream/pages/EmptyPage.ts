/**
 * Tells a page that is empty because the list is over from an answer about something else, such as a quota: by what
 * stands beside the records, and by what the answer says about itself, compared with a page that has records.
 */
import type { Entity } from "../../config/Entity.ts"
import { pointerTo } from "../../config/Pointer.ts"
import type { CsvHeader } from "../records/CsvRecords.ts"
import type { BodyFacts } from "../records/Records.ts"
import { elementValue } from "./FactValues.ts"
import {
  type EnvelopeEntries,
  envelopeEntries,
  isNothing,
  normaliseName,
  statedEntries,
  withNested
} from "./UsualNames.ts"

export interface FirstPage {
  /** The names beside the records; a later page without a place for records must have no others. */
  names?: ReadonlySet<string>
  root?: string | undefined
  states?: States
  readonly header: CsvHeader
}

/** The status values and messages of an answer, by pointer. */
export type States = ReadonlyMap<string, string>

const usualState = /^(?:code|status|(?:status|err|error|ret|return|result)code|errno|result|warnings?|retryafter)$/
const usualMessage =
  /^(?:(?:error|status|result)?(?:message|msg|text|description)|errmsg|details?|reason|information|note|notice)$/
/** A message beside an empty list may only say that it is empty; one with such a word says why it may be. */
const trouble =
  /\b(?:limit(?:ed|s)?|quota|exceed\w*|throttl\w*|too many|denied|forbidden|unauthori[sz]ed|unavailable|maintenance|time[d ]*out|try again|error|failed|failure|expired)\b/i

/** The place for records is missing, and nothing else stands there instead. */
export const isEmptyPage = ({ absent, envelope = {}, root }: BodyFacts, first: FirstPage, number: number): boolean =>
  absent === "null" ||
  (number === 1
    ? root !== undefined
    : root === first.root && Object.keys(envelope).every((name) => first.names?.has(name) === true))

/** A number under `result` counts something. */
const isState = ([, name, value]: EnvelopeEntries[number]): boolean =>
  usualState.test(name) && !(name === "result" && typeof value === "number")

const isTrouble = ([, , value]: EnvelopeEntries[number]): boolean => typeof value === "string" && trouble.test(value)

const stateText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value))

const found = (
  entity: Entity,
  { envelope }: BodyFacts,
  wanted: (one: EnvelopeEntries[number]) => boolean
): EnvelopeEntries => statedEntries(entity, envelope).filter((one) => wanted(one) && !isNothing(one[2]))

export const statesOf = (entity: Entity, body: BodyFacts): States =>
  new Map(
    found(entity, body, (one) => isState(one) || usualMessage.test(one[1])).map(
      ([pointer, , value]) => [pointer, stateText(value)] as const
    )
  )

const otherThan = (
  entity: Entity,
  body: BodyFacts,
  differs: (one: EnvelopeEntries[number]) => boolean
): EnvelopeEntries[number] | undefined => {
  const { fail } = entity
  if (fail === "none") return undefined
  const declared = fail && pointerTo(fail.pointer)
  const isOther = (one: EnvelopeEntries[number]) =>
    isState(one) || (usualMessage.test(one[1]) && (body.absent === "null" || isTrouble(one)))
  return found(entity, body, isOther).find((one) => one[0] !== declared && differs(one))
}

/**
 * A state that the first page of the list did not have, or a message that it did not have where null stands for the
 * records: `{"code": 0, "items": […]}` and then `{"code": 1001, "items": []}`. A vendor may word the end of a list in a
 * message, so a message beside an empty array proves nothing unless it tells of trouble. `fail` decides about the place that it names.
 */
export const otherState = (
  entity: Entity,
  body: BodyFacts,
  { states }: FirstPage
): EnvelopeEntries[number] | undefined =>
  states && otherThan(entity, body, ([pointer, , value]) => states.get(pointer) !== stateText(value))

/**
 * Null for the records of a first page, and beside it a place that lists of other parents did not have. Their values
 * may differ, because they may be those of the parent: the status of an order, beside its lines.
 */
export const newState = (
  entity: Entity,
  body: BodyFacts,
  others: States | undefined
): EnvelopeEntries[number] | undefined =>
  others && otherThan(entity, body, (one) => !others.has(one[0]) && (body.absent === "null" || isTrouble(one)))

const unfinishedWord =
  /^(?:processing|preparing|inprogress|queued|generating|calculating|computing|building|notready)$/i
const finishedFlag = /^(?:is)?(?:ready|completed?|finished|done)$/

/**
 * A word or a flag by which a source that prepares a list says that it is not there yet. A word of the request is its echo:
 * `?status=processing`.
 */
export const unfinishedState = (
  entity: Entity,
  { envelope }: BodyFacts,
  asked: string
): EnvelopeEntries[number] | undefined => {
  const { fail } = entity
  if (fail === "none") return undefined
  const declared = fail && pointerTo(fail.pointer)
  const isUnfinished = ([, name, value]: EnvelopeEntries[number]): boolean =>
    finishedFlag.test(name)
      ? /^\s*false\s*$/i.test(String(elementValue(value)))
      : /^(?:state|status)$/.test(name) &&
        typeof value === "string" &&
        unfinishedWord.test(normaliseName(value)) &&
        !asked.toLowerCase().includes(value.toLowerCase())
  return withNested(entity.format, envelopeEntries(entity, envelope)).find(
    (one) => one[0] !== declared && isUnfinished(one)
  )
}
