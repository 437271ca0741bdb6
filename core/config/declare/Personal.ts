/**
 * Personal data: fields that `drop` names and hashed columns. Everything that holds records as they came omits them:
 * the raw column, columns that take an object around them, rejects, and the text of answers.
 */
import { reason } from "../../reason/Reason.ts"
import type { Column } from "../Column.ts"
import type { Entity } from "../Entity.ts"
import { camelCase, parsePointer, pointersOf, tokensOf } from "../Pointer.ts"
import type { BuiltConnector } from "./CrossChecks.ts"
import { atValue, type EntityDraft } from "./EntityDraft.ts"

type Tokens = ReadonlyArray<string>

const isWithin = (place: Tokens, outer: Tokens): boolean => outer.every((token, at) => place[at] === token)

/** The places that `drop` names. A plain name may be written as in a column's default place. */
export const droppedOf = (declared: EntityDraft, columns: ReadonlyArray<Column>): ReadonlyArray<Tokens> =>
  (declared.yaml.drop ?? []).flatMap((from, index) => {
    const pointer = parsePointer(from)
    const at = ["drop", index]
    if ("code" in pointer || pointer.up === 1) {
      atValue(declared, at, "code" in pointer ? pointer : reason("drop.parent"))
      return []
    }
    const [name = "", ...deeper] = pointer.tokens
    const other = camelCase(name)
    const places = deeper.length === 0 && other !== name ? [pointer.tokens, [other]] : [pointer.tokens]
    const kept = columns.find(
      ({ hash, source }) =>
        hash === undefined &&
        pointersOf(source).some(({ tokens, up }) => up === 0 && places.some((place) => isWithin(tokens, place)))
    )
    if (kept !== undefined) atValue(declared, at, reason("drop.kept", { column: kept.name }), reason("drop.hash"))
    return places
  })

const hashedIn = ({ columns }: Entity, level: 0 | 1): ReadonlyArray<Tokens> =>
  columns.flatMap(({ hash, source }) =>
    hash === undefined ? [] : pointersOf(source).flatMap(({ tokens, up }) => (up === level ? [tokens] : []))
  )

/** The places in an entity's own records. */
const ownOf = (entity: Entity): ReadonlyArray<Tokens> => [...(entity.drop ?? []), ...hashedIn(entity, 0)]

/** A child's records are in its parent's, and its columns may come from there. */
export const withPersonal = (built: ReadonlyArray<BuiltConnector>): ReadonlyArray<BuiltConnector> => {
  const placesOf = (entity: Entity): ReadonlyArray<Tokens> => {
    const children = built.flatMap((one) => (one.entity.parent === entity.name ? [one.entity] : []))
    return [
      ...ownOf(entity),
      ...children.flatMap((child) => {
        const records = tokensOf(child.records) ?? []
        return [...ownOf(child).map((place) => [...records, ...place]), ...hashedIn(child, 1)]
      })
    ]
  }
  return built.map((one) => {
    const { entity } = one
    const parent = built.find((other) => other.entity.name === entity.parent)?.entity
    const above = parent === undefined ? [] : placesOf(parent)
    const records = tokensOf(entity.records) ?? []
    const fromAbove = parent === undefined ? [] : below(above, records)
    const personal = [...placesOf(entity), ...fromAbove]
    const columns = entity.columns.map((column) => withoutBelow(column, personal, above))
    return { ...one, entity: { ...entity, columns, ...(personal.length === 0 ? {} : { personal }) } }
  })
}

/** The places within an outer one, relative to it. */
const below = (places: ReadonlyArray<Tokens>, outer: Tokens): ReadonlyArray<Tokens> =>
  places.flatMap((place) => (isWithin(place, outer) ? [place.slice(outer.length)] : []))

const withoutBelow = (column: Column, personal: ReadonlyArray<Tokens>, above: ReadonlyArray<Tokens>): Column => {
  const without =
    column.source._tag === "Record"
      ? personal
      : pointersOf(column.source).flatMap(({ tokens, up }) =>
          below(up === 0 ? personal : above, tokens).filter(({ length }) => length > 0)
        )
  return without.length === 0 ? column : { ...column, without }
}
