/**
 * Personal data: fields that `drop` names and hashed columns. Everything that holds records as they came omits them:
 * the raw column, columns that take an object around them, rejects, and the text of answers.
 */
import { reason } from "../../reason/Reason.ts"
import type { Column } from "../Column.ts"
import { ancestorsOf, type Entity, type PersonalPlace, waysOf } from "../Entity.ts"
import { camelCase, isWithin, parsePointer, pointersOf, tokensOf } from "../Pointer.ts"
import { atValue, type BuiltEntity, type EntityDraft } from "./EntityDraft.ts"

type Tokens = ReadonlyArray<string>

/** The places that `drop` names. A plain name may be written as in a column's default place. */
export const droppedPlaces = (declared: EntityDraft, columns: ReadonlyArray<Column>): ReadonlyArray<PersonalPlace> =>
  (declared.yaml.drop ?? []).flatMap((written, index): ReadonlyArray<PersonalPlace> => {
    const { from, optional = false } = typeof written === "string" ? { from: written } : written
    const pointer = parsePointer(from)
    const at = typeof written === "string" ? ["drop", index] : ["drop", index, "from"]
    if ("code" in pointer || pointer.up > 0) {
      atValue(declared, at, "code" in pointer ? pointer : reason("drop.parent"))
      return []
    }
    const [name = "", ...deeper] = pointer.tokens
    const other = camelCase(name)
    const ways: PersonalPlace["ways"] =
      deeper.length === 0 && other !== name ? [pointer.tokens, [other]] : [pointer.tokens]
    const kept = columns.find(
      ({ hash, source }) =>
        hash === undefined &&
        pointersOf(source).some(({ tokens, up }) => up === 0 && ways.some((place) => isWithin(tokens, place)))
    )
    if (kept !== undefined) atValue(declared, at, reason("drop.kept", { column: kept.name }), reason("drop.hash"))
    return [{ by: "drop", ways, ...(optional ? { optional } : {}) }]
  })

/** The places in the records of an entity, or in those that lie `level` records around them, whose values are hashed. */
const hashedIn = ({ columns }: Entity, level: number): ReadonlyArray<PersonalPlace> =>
  columns.flatMap(({ hash, optional, source }) => {
    const pointers = hash === undefined ? [] : pointersOf(source)
    const own = pointers.flatMap(({ tokens, up }) => (up === level ? [tokens] : []))
    // Two places of a column are two ways to write one, unless it joins them.
    const places = source._tag === "Joined" ? own.map((tokens) => [tokens] as const) : someOf(own)
    return places.map((ways): PersonalPlace => ({ by: "hash", ways, ...(optional === true ? { optional } : {}) }))
  })

const someOf = ([first, ...others]: ReadonlyArray<Tokens>): ReadonlyArray<PersonalPlace["ways"]> =>
  first === undefined ? [] : [[first, ...others]]

/** The places in an entity's own records. */
const ownOf = (entity: Entity): ReadonlyArray<PersonalPlace> => [...(entity.drop ?? []), ...hashedIn(entity, 0)]

/** The records of a child are in those of its parent, and its columns may come from there, at any depth. */
export const withPersonal = (built: ReadonlyArray<BuiltEntity>): ReadonlyArray<BuiltEntity> => {
  const entities = built.map(({ entity }) => entity)
  const inRecords = (entity: Entity): ReadonlyArray<PersonalPlace> => {
    const within = entities.filter((child) => ancestorsOf(child, entities)[0] === entity)
    return [
      ...ownOf(entity),
      ...within.flatMap((child) => {
        const records = tokensOf(child.records) ?? []
        return inRecords(child).map(({ ways: [first, ...others], ...place }) => {
          const ways: PersonalPlace["ways"] = [[...records, ...first], ...others.map((way) => [...records, ...way])]
          return { ...place, ways }
        })
      }),
      ...entities.flatMap((other) => {
        const level = ancestorsOf(other, entities).indexOf(entity)
        return level < 0 ? [] : hashedIn(other, level + 1)
      })
    ]
  }
  /** With what the entities around its records say of places in them. */
  const placesOf = (entity: Entity): ReadonlyArray<PersonalPlace> => {
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
const below = (places: ReadonlyArray<PersonalPlace>, outer: Tokens): ReadonlyArray<PersonalPlace> =>
  places.flatMap((place) =>
    someOf(place.ways.flatMap((way) => (isWithin(way, outer) ? [way.slice(outer.length)] : []))).map((ways) => ({
      ...place,
      ways
    }))
  )

/** `levels`: the places in the records of the entity itself, of its parent, and so on. */
const withoutBelow = (column: Column, levels: ReadonlyArray<ReadonlyArray<PersonalPlace>>): Column => {
  const without =
    column.source._tag === "Record"
      ? waysOf(levels[0])
      : pointersOf(column.source).flatMap(({ tokens, up }) =>
          waysOf(below(levels[up] ?? [], tokens)).filter(({ length }) => length > 0)
        )
  return without.length === 0 ? column : { ...column, without }
}
