/** Finds lists of records inside records, arrays and objects keyed by ids, and proposes an entity for each. */
import { follow, pointerTo, tokenText } from "../../config/Pointer.ts"
import { isJsonObject } from "../../upstream/records/Json.ts"
import type { SourceRecord } from "../../upstream/Source.ts"
import { areKeyedLists } from "./FindArrays.ts"
import { areUnique, freeName, isNamedKey, keyOfRecord, type Proposal, type ProposedField, propose } from "./Proposal.ts"

export interface ChildList {
  /** The place in the parent's record, a JSON Pointer. */
  readonly records: string
  /** The parent's key, and a field that is unique within each parent. */
  readonly key: ReadonlyArray<string>
  /** Whether there is such a field. */
  readonly isWhole: boolean
  readonly fields: ReadonlyArray<ProposedField>
}

const isRecords = (value: unknown): value is ReadonlyArray<SourceRecord> =>
  Array.isArray(value) && value.every(isJsonObject)

/** An XML list with one element is that element. */
const inXml = (values: ReadonlyArray<unknown>): ReadonlyArray<unknown> =>
  values.some(Array.isArray) ? values.map((value) => [value].flat().filter((one) => one !== null)) : values

const recordsByKey = (list: SourceRecord): ReadonlyArray<SourceRecord> =>
  Object.entries(list).map(([key, record]) => ({ ...Object(record), [keyOfRecord]: key }))

/** How deep objects inside a record are looked into. */
const maxDepth = 2

/** One for each parent that has one. */
type Lists = ReadonlyArray<ReadonlyArray<SourceRecord>>

const listsIn = (
  objects: ReadonlyArray<SourceRecord>,
  above: string,
  depth: number,
  isXml: boolean
): ReadonlyArray<readonly [place: string, lists: Lists]> =>
  [...new Set(objects.flatMap((one) => Object.keys(one)))].flatMap((name) => {
    const at = `${above}/${tokenText(name)}`
    const present = objects.map((one) => one[name]).filter((value) => value !== null && value !== undefined)
    const values = isXml ? inXml(present) : present
    if (values.every(isRecords)) return values.some(({ length }) => length > 0) ? [[at, values] as const] : []
    if (!values.every(isJsonObject)) return []
    // An element of XML has a name of its own, which is no id.
    if (!isXml && areKeyedLists(values)) return [[`${at}/*`, values.map(recordsByKey)] as const]
    return depth < maxDepth ? listsIn(values, at, depth + 1, isXml) : []
  })

/** `name`: that of the parent. */
export const childrenIn = (
  records: ReadonlyArray<SourceRecord>,
  parent: Proposal,
  name: string,
  isXml = false
): ReadonlyArray<ChildList> =>
  listsIn(records, "", 0, isXml).map(([place, lists]) => {
    const { fields, places } = propose(lists.flat(), { isXml })
    const taken = new Set(fields.map(({ column }) => column))
    const keys = parent.fields.flatMap(({ column, from: _, ...field }) => {
      const from = `..${pointerTo(parent.places.get(column) ?? [column])}`
      return parent.key.includes(column) ? [{ ...field, column: freeName(`${name}_${column}`, taken), from }] : []
    })
    const own = fields
      .filter(({ column, type }) => type !== "json" && isUnique(lists, places.get(column) ?? [column]))
      .toSorted((a, b) => Number(isNamedKey(b.column)) - Number(isNamedKey(a.column)))
      .slice(0, 1)
    const key = keys.length === 0 ? [] : [...keys, ...own].map(({ column }) => column)
    return { records: place, key, isWhole: own.length > 0, fields: [...keys, ...fields] }
  })

const isUnique = (lists: Lists, place: ReadonlyArray<string>): boolean =>
  lists.every((list) => areUnique(list.map((record) => follow(record, place))))
