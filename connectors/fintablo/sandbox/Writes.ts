/** POST, PUT and DELETE of one object, with the vendor's checks: built-in and related items, nesting, formats. */
import { Effect, type Schema } from "effect"
import type { Fields } from "./Drift.ts"
import { entities } from "./Entities.ts"
import { type Field, type StoredName, storedNames } from "./Entity.ts"
import { isDay, isMonth } from "./Formats.ts"
import { type FintabloState, find, type Item, parts } from "./Model.ts"
import { badRequest, invalidChoice, notFound, unprocessable } from "./Refusal.ts"

export const findExisting = (state: FintabloState, name: StoredName, id: number) => {
  const item = find(state, name, id)
  return item === undefined ? Effect.fail(notFound) : Effect.succeed(item)
}

export const create = Effect.fnUntraced(function* (state: FintabloState, name: StoredName, body: Fields) {
  const item = yield* build(state, name, body)
  state.items[name].push(item)
  return item
})

/** A valid new object that is not in a list yet. */
export const build = Effect.fnUntraced(function* (state: FintabloState, name: StoredName, body: Fields) {
  const { fields, required, readOnly } = entities[name]
  if (required.some((field) => (body[field] ?? null) === null)) return yield* badRequest("Required fields not exist")
  const given = name === "employees" ? yield* fromPartner(state, body) : body
  yield* check(state, name, given)
  const item: Item = { id: state.nextId() }
  for (const [field, { type }] of Object.entries(fields)) {
    const value = readOnly.includes(field) ? undefined : given[field]
    if (value !== undefined) item[field] = value
    else if (!transferOnly.includes(field)) item[field] = type === "flag" ? 0 : null
  }
  for (const stage of parts(item.stages)) stage.id ??= state.nextId()
  if (name === "employees") for (const position of parts(item.positions)) position.positionId ??= state.nextId()
  return item
})

/** Keys that only a transfer has; elsewhere they are missing, not null. */
const transferOnly = ["value2", "moneybag2Id"]

export const update = Effect.fnUntraced(function* (state: FintabloState, name: StoredName, id: number, body: Fields) {
  const { fields, frozen, readOnly } = entities[name]
  const item = yield* findExisting(state, name, id)
  if (item.isBuiltIn === 1) return yield* unprocessable("The item is built in")
  yield* check(state, name, { ...body, id })
  if (name === "employees" && parts(body.positions).some((position) => typeof position.positionId !== "number")) {
    if (state.switches.employeePutRemoves) drop(state, name, item)
    return yield* badRequest("Required fields not exist")
  }
  for (const field of Object.keys(fields)) {
    const value = body[field]
    if (value !== undefined && !frozen.includes(field) && !readOnly.includes(field)) item[field] = value
  }
  return item
})

export const remove = Effect.fnUntraced(function* (state: FintabloState, name: StoredName, id: number) {
  const item = yield* findExisting(state, name, id)
  if (item.isBuiltIn === 1) return yield* unprocessable("The item is built in")
  if (isRelated(state, name, id)) return yield* unprocessable("The item is related to others and cannot be removed")
  drop(state, name, item)
})

export const drop = (state: FintabloState, name: StoredName, item: Item) => {
  state.items[name].splice(state.items[name].indexOf(item), 1)
}

/** The name and INN are copied from the partner; the link itself is never shown again. */
const fromPartner = Effect.fnUntraced(function* (state: FintabloState, body: Fields) {
  const partner = yield* findExisting(state, "partner", Number(body.partnerId))
  const fields: Fields = { name: partner.name ?? null, inn: partner.inn ?? null, ...body }
  return fields
})

const check = Effect.fnUntraced(function* (state: FintabloState, name: StoredName, body: Fields) {
  for (const [key, field] of Object.entries(entities[name].fields)) {
    const value = body[key] ?? null
    if (value !== null) yield* checkField(state, key, field, value)
  }
  if (name !== "direction" && name !== "category") return
  const parent = find(state, name, Number(body.parentId))
  if (parent === undefined) return
  if (parent.isBuiltIn === 1) return yield* unprocessable("The item cannot be child of built in")
  const hasChildren = body.id !== undefined && state.items[name].some((item) => item.parentId === body.id)
  if (parent.parentId !== null || hasChildren) return yield* unprocessable("The item cannot be child of child item")
})

const checkField = (state: FintabloState, key: string, field: Field, value: Schema.MutableJson) => {
  switch (field.type) {
    case "day":
      return isDay(value) ? Effect.void : Effect.fail(unprocessable("Date format need is dd.mm.YYYY"))
    case "month":
      return isMonth(value) ? Effect.void : Effect.fail(unprocessable("Date format need is mm.YYYY"))
    case "choice":
      return field.values?.includes(String(value)) ? Effect.void : Effect.fail(invalidChoice(key))
    case "decimal":
      if (Number.isFinite(Number(value))) return Effect.void
      return Effect.fail(key === "cost" ? unprocessable("Invalid cost value") : badRequest("Invalid type"))
    case "ref":
      if (field.to === undefined || exists(state, field.to, Number(value))) return Effect.void
      return Effect.fail(
        key === "groupId" || key === "directionId" ? unprocessable(`The ${key} is not found`) : notFound
      )
    default:
      return Effect.void
  }
}

/** The id of a stage also identifies its deal. */
const exists = (state: FintabloState, name: StoredName, id: number): boolean =>
  find(state, name, id) !== undefined ||
  (name === "deal" && state.items.deal.some((deal) => parts(deal.stages).some((stage) => stage.id === id)))

const isRelated = (state: FintabloState, target: StoredName, id: number): boolean =>
  storedNames.some((name) =>
    Object.entries(entities[name].fields).some(
      ([key, { to }]) =>
        to === target &&
        state.items[name].some((item) => item[key] === id || parts(item[key]).some((part) => part.id === id))
    )
  )

/** A stage is a small deal: the same fields without customer, currency and stages. */
export const addStage = Effect.fnUntraced(function* (state: FintabloState, id: number, body: Fields) {
  const deal = yield* findExisting(state, "deal", id)
  if (typeof body.name !== "string") return yield* badRequest("Required fields not exist")
  yield* check(state, "deal", body)
  const stage: Fields = { id: state.nextId() }
  for (const field of Object.keys(entities.deal.fields)) {
    if (!["currency", "partnerId", "stages"].includes(field)) stage[field] = body[field] ?? null
  }
  deal.stages = [...parts(deal.stages), stage]
  return deal
})
