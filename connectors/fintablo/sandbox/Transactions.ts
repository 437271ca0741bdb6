/** Writes of transactions that concern several objects: parts of a split, transfers, plans that became facts. */
import { Effect, type Schema } from "effect"
import { noonOf } from "./Calendar.ts"
import type { Fields } from "./Drift.ts"
import { isDay } from "./Formats.ts"
import { type FintabloState, type Item, parts } from "./Model.ts"
import { badRequest, type Refusal, unprocessable } from "./Refusal.ts"
import { build, drop, findExisting } from "./Writes.ts"

/** Returns the resulting transactions. */
type Action = (state: FintabloState, paid: Item, body: Fields) => Effect.Effect<ReadonlyArray<Item>, Refusal>

export const createTransaction = Effect.fnUntraced(function* (state: FintabloState, body: Fields) {
  const paid = yield* build(state, "transaction", body)
  const date = String(paid.date)
  paid.timestamp = noonOf(date)
  paid.factMonth ??= date.slice(3)
  paid.spreadMonthes ??= 1
  if (paid.group === "transfer") for (const key of ["dealId", "obligationId", "obtainingId"]) delete paid[key]
  const rows = yield* buildParts(state, paid, parts(body.split))
  state.items.transaction.push(paid, ...rows)
  return paid
})

const split: Action = Effect.fnUntraced(function* (state, paid, body) {
  const given = parts(body.split)
  if (given.length === 0) return yield* badRequest("Required fields not exist")
  const rows = yield* buildParts(state, paid, given)
  dropParts(state, paid)
  state.items.transaction.push(...rows)
  return [paid]
})

const unsplit: Action = Effect.fnUntraced(function* (state, paid, body) {
  const category = yield* findExisting(state, "category", Number(body.categoryId))
  dropParts(state, paid)
  paid.categoryId = category.id
  return [paid]
})

const toTransfer: Action = Effect.fnUntraced(function* (state, paid, body) {
  const category = yield* findExisting(state, "category", Number(body.categoryId))
  const moneybag = yield* findExisting(state, "moneybag", Number(body.moneybag2Id))
  if (typeof body.value2 !== "number") return yield* badRequest("Required fields not exist")
  return [become(paid, { group: "transfer", value2: body.value2, moneybag2Id: moneybag.id, categoryId: category.id })]
})

const splitTransfer: Action = Effect.fnUntraced(function* (state, paid) {
  if (paid.group !== "transfer") return yield* badRequest("Invalid group")
  const { id: _, value2 = null, moneybag2Id = null, ...shared } = paid
  const categoryId = defaultCategory(state, "income")
  const income = { ...shared, value: value2, moneybagId: moneybag2Id, group: "income", categoryId }
  const received = yield* createTransaction(state, income)
  delete paid.value2
  delete paid.moneybag2Id
  return [become(paid, { group: "outcome", categoryId: defaultCategory(state, "outcome") }), received]
})

const confirm: Action = Effect.fnUntraced(function* (_state, paid, body) {
  const date = body.date ?? paid.date ?? null
  if (!isDay(date)) return yield* unprocessable("Date format need is dd.mm.YYYY")
  return [become(paid, { isPlan: 0, date, timestamp: noonOf(date) })]
})

export const transactionActions: Readonly<Record<string, Action>> = {
  split,
  unsplit,
  "to-transfer": toTransfer,
  "split-transfer": splitTransfer,
  confirm
}

/** An outcome and an income become one transfer under the outcome's id. */
export const merge = Effect.fnUntraced(function* (state: FintabloState, outcomeId: number, incomeId: number) {
  const outcome = yield* findExisting(state, "transaction", outcomeId)
  const income = yield* findExisting(state, "transaction", incomeId)
  if (outcome.group !== "outcome" || income.group !== "income") return yield* badRequest("Invalid group")
  drop(state, "transaction", income)
  return become(outcome, {
    group: "transfer",
    value2: income.value ?? null,
    moneybag2Id: income.moneybagId ?? null,
    categoryId: defaultCategory(state, "transfer")
  })
})

const become = (paid: Item, fields: Fields): Item => Object.assign(paid, fields)

const defaultCategory = (state: FintabloState, group: string): number | null =>
  state.items.category.find((category) => category.isBuiltIn === 1 && category.group === group)?.id ?? null

const kopecks = (value: Schema.MutableJson | undefined) => Math.round(Number(value) * 100)

/** The vendor does not document its checks; parts that do not add up to the whole are refused here. */
const buildParts = Effect.fnUntraced(function* (
  state: FintabloState,
  { id, ...whole }: Item,
  given: ReadonlyArray<Fields>
) {
  const sum = given.reduce((total, { value }) => total + kopecks(value), 0)
  if (given.length > 0 && sum !== kopecks(whole.value)) return yield* unprocessable("Invalid cost value")
  return yield* Effect.forEach(given, (part) =>
    Effect.map(build(state, "transaction", { ...whole, ...part }), (row) =>
      become(row, { parentId: id, timestamp: whole.timestamp ?? null })
    )
  )
})

const dropParts = (state: FintabloState, { id }: Item) => {
  const { transaction } = state.items
  const kept = transaction.filter((row) => row.parentId !== id)
  transaction.splice(0, transaction.length, ...kept)
}
