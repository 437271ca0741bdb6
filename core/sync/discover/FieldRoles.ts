/** Finds the fields that tell when a record changed, or that it is gone, by their names and values. */
import { follow, pointerText } from "../../config/Pointer.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import type { Proposal, ProposedField } from "./Proposal.ts"

const changedName =
  /^(?:(?:last_)?(?:updated|modified|changed|edited)(?:_(?:at|on|date|time|ts|timestamp|utc))?|(?:date|time)_(?:updated|modified|changed)|(?:last_)?(?:update|modification|change)(?:_(?:at|date|time|ts|timestamp|utc))?|(?:дата|время)_(?:изменения|обновления)|измен[её]н[ао]?|обновл[её]н[ао]?)$/

/** The column with the time of a record's last change. */
export const changeTimeColumn = ({ fields }: Proposal): string | undefined =>
  fields.find(({ column, type }) => changedName.test(column) && type === "timestamp")?.column

const goneName =
  /^(?:is_)?(?:deleted|removed|trashed|erased|archived|deletion_mark)(?:_at|_on|_date)?$|^(?:пометка_удаления|удал[её]н[ао]?|в_архиве|дата_удаления)$/
const stateName = /(?:^|_)(?:status|state|статус|состояние)$/
const goneWord = /^(?:deleted|removed|trashed|erased|archived|удал[её]н[ао]?|в архиве|архив)$/i
const trueWord = /^(?:true|yes|y|1)$/i

/** A condition of `deletedWhen`. */
export interface DeletionField {
  /** The field of the record, as `from` would name it. */
  readonly name: string
  readonly value: string | number | true | { readonly exists: true }
}

const totalWord = /^\s*(?:(?:grand |sub)?total|sum|итого(?: по .*)?|всего)\s*:?\s*$/i

/** The field by which the last record is the sum of the others, as in files that people read. */
export const sumRow = (
  { fields, places }: Proposal,
  records: ReadonlyArray<SourceRecord>
): { readonly name: string; readonly value: string } | undefined => {
  const last = records.at(-1)
  const found = fields.flatMap(({ column }) => {
    const place = places.get(column) ?? [column]
    const value = follow(last, place)
    return typeof value === "string" && totalWord.test(value) ? [{ name: pointerText(place), value }] : []
  })
  return records.length > 1 ? found[0] : undefined
}

/** The fields that may say that a record is gone. */
export const deletionFields = (
  { fields, places }: Proposal,
  records: ReadonlyArray<SourceRecord>
): ReadonlyArray<DeletionField> =>
  fields.flatMap((field) => {
    const place = places.get(field.column) ?? [field.column]
    const value = conditionOf(
      field,
      records.map((record) => follow(record, place))
    )
    return value === undefined ? [] : [{ name: pointerText(place), value }]
  })

/** Conditions compare the values as they came. */
const conditionOf = (field: ProposedField, values: ReadonlyArray<unknown>): DeletionField["value"] | undefined => {
  const { column, type } = field
  if (stateName.test(column)) return textIn(values, (text) => goneWord.test(text))
  if (!goneName.test(column)) return undefined
  switch (type) {
    case "boolean":
      return textIn(values, (text) => field.true?.includes(text) ?? trueWord.test(text)) ?? field.true?.[0] ?? true
    case "bigint":
      return values.every((value) => value === 0 || value === 1 || value === null || value === undefined)
        ? 1
        : undefined
    case "date":
    case "timestamp":
      return { exists: true }
    default:
      return undefined
  }
}

const textIn = (values: ReadonlyArray<unknown>, is: (text: string) => boolean): string | undefined =>
  values.find((value): value is string => typeof value === "string" && is(value.trim()))
