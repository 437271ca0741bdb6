/**
 * The sandbox's records, computed from their number on request, so that a million of them take no memory. Only edited
 * records are held: overridden, added or removed ones.
 */
import { DateTime, Schema } from "effect"

export const Item = Schema.Struct({
  id: Schema.Int,
  name: Schema.String,
  amount: Schema.String.annotate({ description: "Decimal text with more digits than a double can hold" }),
  updated_at: Schema.String.annotate({ description: "ISO 8601, UTC" }),
  owner: Schema.Struct({ id: Schema.Int, name: Schema.String }),
  tags: Schema.Array(Schema.String)
})
export type Item = typeof Item.Type

export interface Records {
  readonly seed: number
  /** Ids run from 1 to this; a change adds or removes records at the end. */
  size: number
  /** When record 1 was updated; each further record was updated a minute earlier. */
  readonly newest: number
  /** Added records have ids above `size`. */
  readonly overrides: Map<number, Partial<Item>>
  readonly removed: Set<number>
}

export const itemOf = (records: Records, id: number): Item => {
  const own = generated(records, id)
  const override = records.overrides.get(id)
  return override === undefined ? own : { ...own, ...override }
}

export const exists = ({ overrides, removed, size }: Records, id: number): boolean =>
  !removed.has(id) && ((id >= 1 && id <= size) || overrides.has(id))

/** Adds a record, changes the given fields of one, or restores a removed one. */
export const put = ({ overrides, removed }: Records, item: Partial<Item> & Pick<Item, "id">): void => {
  overrides.set(item.id, { ...overrides.get(item.id), ...item })
  removed.delete(item.id)
}

export interface Selection {
  readonly count: number
  /** The id at a position in the list. */
  readonly at: (place: number) => number
}

/** The existing records in the order of their ids; `since` selects those updated then or later. */
export const select = (records: Records, since?: DateTime.DateTime): Selection => {
  if (since === undefined && records.overrides.size === 0 && records.removed.size === 0) {
    return { count: records.size, at: (place) => place + 1 }
  }
  const earliest = since === undefined ? Number.NEGATIVE_INFINITY : DateTime.toEpochMillis(since)
  const ids: Array<number> = []
  const consider = (id: number) => {
    if (!records.removed.has(id) && updatedAt(records, id) >= earliest) ids.push(id)
  }
  for (let id = 1; id <= records.size; id++) consider(id)
  for (const id of records.overrides.keys()) if (id > records.size) consider(id)
  return { count: ids.length, at: (place) => ids[place] ?? 0 }
}

const updatedAt = (records: Records, id: number): number => {
  const override = records.overrides.get(id)?.updated_at
  return override === undefined ? generatedAt(records, id) : DateTime.toEpochMillis(DateTime.makeUnsafe(override))
}

const generatedAt = (records: Records, id: number) => records.newest - (id - 1) * 60_000

const owners = ["Анна", "Борис", "Вера", "Глеб", "Дина"]
const tags = ["новый", "оптом", "с доставкой", "a|b"]

const generated = (records: Records, id: number): Item => {
  const noise = scramble(records.seed + id)
  const more = scramble(noise)
  // Every tenth name has characters that CSV, XML and JSON must escape.
  const name = id % 10 === 0 ? `Набор "${id}" & <сливки>, 1 л` : `Товар № ${id}`
  const owner = noise % owners.length
  return {
    id,
    name,
    amount: `${id % 7 === 0 ? "-" : ""}${noise}.${String(more).padStart(10, "0")}${(id % 9) + 1}`,
    updated_at: DateTime.formatIso(DateTime.makeUnsafe(generatedAt(records, id))),
    owner: { id: owner + 1, name: owners[owner] ?? "" },
    tags: tags.slice(0, more % (tags.length + 1))
  }
}

/** A 32-bit mixer: it computes any record without those before it, which a random sequence does not allow. */
const scramble = (value: number): number => {
  const first = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b)
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2_ae35)
  return (second ^ (second >>> 16)) >>> 0
}
