/**
 * Personal data: fields that `drop` names and hashed columns. Everything that holds records as they came omits them:
 * the raw column, columns that take an object around them, rejects, and the text of answers.
 */
import { reason } from "../../reason/Reason.ts"
import type { Column } from "../Column.ts"
import { ancestorsOf, type Entity } from "../Entity.ts"
import { camelCase, isWithin, parsePointer, pointersOf, tokensOf } from "../Pointer.ts"
import { atValue, type BuiltEntity, type EntityDraft } from "./EntityDraft.ts"

type Tokens = ReadonlyArray<string>

/** The places that `drop` names. A plain name may be written as in a column's default place. */
export const droppedOf = (declared: EntityDraft, columns: ReadonlyArray<Column>): ReadonlyArray<Tokens> =>
  (declared.yaml.drop ?? []).flatMap((from, index) => {
    const pointer = parsePointer(from)
    const at = ["drop", index]
    if ("code" in pointer || pointer.up > 0) {
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

const hashedIn = ({ columns }: Entity, level: number): ReadonlyArray<Tokens> =>
  columns.flatMap(({ hash, source }) =>
    hash === undefined ? [] : pointersOf(source).flatMap(({ tokens, up }) => (up === level ? [tokens] : []))
  )

/** The places in an entity's own records. */
const ownOf = (entity: Entity): ReadonlyArray<Tokens> => [...(entity.drop ?? []), ...hashedIn(entity, 0)]

/** The records of a child are in those of its parent, and its columns may come from there, at any depth. */
export const withPersonal = (built: ReadonlyArray<BuiltEntity>): ReadonlyArray<BuiltEntity> => {
  const entities = built.map(({ entity }) => entity)
  const inRecords = (entity: Entity): ReadonlyArray<Tokens> => {
    const within = entities.filter((child) => ancestorsOf(child, entities)[0] === entity)
    return [
      ...ownOf(entity),
      ...within.flatMap((child) => {
        const records = tokensOf(child.records) ?? []
        return inRecords(child).map((place) => [...records, ...place])
      }),
      ...entities.flatMap((other) => {
        const level = ancestorsOf(other, entities).indexOf(entity)
        return level < 0 ? [] : hashedIn(other, level + 1)
      })
    ]
  }
  /** With what the entities around its records say of places in them. */
  const placesOf = (entity: Entity): ReadonlyArray<Tokens> => {
    const [parent] = ancestorsOf(entity, entities)
    const above = parent === undefined ? [] : below(placesOf(parent), tokensOf(entity.records) ?? [])
    return [...inRecords(entity), ...above]
  }
  return built.map((one) => {
    const { entity } = one
    const levels = [entity, ...ancestorsOf(entity, entities)].map(placesOf)
    const [personal = []] = levels
    const columns = entity.columns.map((column) => withoutBelow(column, levels))
    return { ...one, entity: { ...entity, columns, ...(personal.length === 0 ? {} : { personal }) } }
  })
}

/** The places within an outer one, relative to it. */
const below = (places: ReadonlyArray<Tokens>, outer: Tokens): ReadonlyArray<Tokens> =>
  places.flatMap((place) => (isWithin(place, outer) ? [place.slice(outer.length)] : []))

/** `levels`: the places in the records of the entity itself, of its parent, and so on. */
const withoutBelow = (column: Column, levels: ReadonlyArray<ReadonlyArray<Tokens>>): Column => {
  const without =
    column.source._tag === "Record"
      ? (levels[0] ?? [])
      : pointersOf(column.source).flatMap(({ tokens, up }) =>
          below(levels[up] ?? [], tokens).filter(({ length }) => length > 0)
        )
  return without.length === 0 ? column : { ...column, without }
}
