/** Write-offs and internal transfers as JSON: an envelope with `result`, which must be checked even on 200. */
import { Effect, Result, Schema } from "effect"
import { json, visible } from "../../../../core/sdk-sandbox.ts"
import { type IikoState, roundTo } from "../Model.ts"
import { badRequest, type Call, changedSince, conflict, type Endpoint } from "../Responses.ts"
import { dayOf, isDay, toWallClock, type WallClock } from "../Time.ts"
import type { StoreDocument } from "./DocumentModel.ts"
import { post, storeDocumentPostings } from "./Ledger.ts"

const OptionalText = Schema.optionalKey(Schema.NullOr(Schema.String))
const Input = Schema.Struct({
  id: OptionalText,
  dateIncoming: Schema.String,
  documentNumber: OptionalText,
  status: Schema.Literals(["NEW", "PROCESSED", "DELETED"]),
  conceptionId: OptionalText,
  comment: OptionalText,
  storeId: Schema.optionalKey(Schema.String),
  accountId: Schema.optionalKey(Schema.String),
  storeFromId: Schema.optionalKey(Schema.String),
  storeToId: Schema.optionalKey(Schema.String),
  items: Schema.Array(
    Schema.Struct({
      productId: Schema.String,
      amount: Schema.Number,
      measureUnitId: OptionalText,
      containerId: OptionalText
    })
  )
})
export type Input = typeof Input.Type
const decodeInput = Schema.decodeUnknownEffect(Schema.fromJsonString(Input))

export interface Kind {
  readonly type: string
  readonly prefix: string
  readonly rows: (state: IikoState) => Array<StoreDocument>
  readonly stores: ReadonlyArray<"storeId" | "storeFromId" | "storeToId">
  readonly hasAccount: boolean
}

export const writeoff: Kind = {
  type: "WriteoffDocument",
  prefix: "W-",
  rows: ({ writeoffs }) => writeoffs,
  stores: ["storeId"],
  hasAccount: true
}

export const internalTransfer: Kind = {
  type: "InternalTransfer",
  prefix: "T-",
  rows: ({ transfers }) => transfers,
  stores: ["storeFromId", "storeToId"],
  hasAccount: false
}

export interface Problem {
  readonly value: string
  readonly code: string
}

const problemsOf = (kind: Kind, state: IikoState, input: Input, existing: StoreDocument | undefined) => {
  const problems: Array<Problem> = []
  const stores = new Set(state.corporateItems.filter(({ type }) => type === "STORE").map(({ id }) => id))
  const products = new Set(state.products.map(({ id }) => id))
  const units = new Set(state.references.filter(({ rootType }) => rootType === "MeasureUnit").map(({ id }) => id))
  for (const name of kind.stores) {
    if (!stores.has(input[name] ?? "")) problems.push({ value: name, code: "STORE_NOT_FOUND" })
  }
  if (kind.hasAccount && !state.accounts.some(({ id }) => id === input.accountId)) {
    problems.push({ value: "accountId", code: "ACCOUNT_NOT_FOUND" })
  }
  if (input.items.length === 0) problems.push({ value: "items", code: "EMPTY" })
  for (const { measureUnitId = null, productId } of input.items) {
    if (!products.has(productId)) problems.push({ value: productId, code: "PRODUCT_NOT_FOUND" })
    if (measureUnitId !== null && !units.has(measureUnitId)) {
      problems.push({ value: measureUnitId, code: "MEASURE_UNIT_NOT_FOUND" })
    }
  }
  if (state.behaviour.repeatedNumbers === "refuse" && isTaken(kind, state, input.documentNumber, existing)) {
    problems.push({ value: "documentNumber", code: "DOCUMENT_NUMBER_NOT_UNIQUE" })
  }
  return problems
}

const isTaken = (kind: Kind, state: IikoState, number: string | null | undefined, existing?: StoreDocument): boolean =>
  kind.rows(state).some((row) => row.documentNumber === number && row !== existing)

export const suggestedNumber = (kind: Kind, state: IikoState): string =>
  `${kind.prefix}${String(kind.rows(state).length + 1).padStart(6, "0")}`

/** The number of the document: its author's, unless that is missing or the server assigns another. */
const numberOf = (kind: Kind, state: IikoState, input: Input, existing: StoreDocument | undefined): string => {
  const isReplaced =
    state.behaviour.repeatedNumbers === "renumber" && isTaken(kind, state, input.documentNumber, existing)
  return (isReplaced ? "" : input.documentNumber) || suggestedNumber(kind, state)
}

export const problemText = ({ code, value }: Problem): string => `Ошибка сохранения: ${code} <${value}>`

const publishedDocument = (state: IikoState, { revision, items, ...document }: StoreDocument) => ({
  ...document,
  dateIncoming: document.dateIncoming.slice(0, 16),
  items: items.map((item) => ({
    ...item,
    productSizeId: null,
    amountFactor: 1,
    measureUnitId: state.products.find(({ id }) => id === item.productId)?.mainUnit ?? item.measureUnitId ?? null
  }))
})

const success = (response: unknown, rest: object = {}) => json({ result: "SUCCESS", errors: [], response, ...rest })

const built = (
  kind: Kind,
  state: IikoState,
  input: Input,
  dateIncoming: WallClock,
  existing: StoreDocument | undefined
): StoreDocument => {
  const { storeId, accountId, storeFromId, storeToId } = input
  return {
    id: existing?.id ?? state.draw.uuid(),
    dateIncoming,
    documentNumber: numberOf(kind, state, input, existing),
    status: input.status,
    conceptionId: input.conceptionId ?? null,
    comment: input.comment ?? "",
    ...(kind.hasAccount ? { storeId, accountId } : { storeFromId, storeToId }),
    items: input.items.map(({ productId, amount, containerId = null, measureUnitId = null }, index) => {
      const price = state.products.find((product) => product.id === productId)?.estimatedPurchasePrice ?? 0
      return { num: index + 1, productId, amount, containerId, measureUnitId, cost: roundTo(amount * price, 2) }
    }),
    revision: state.nextRevision()
  }
}

/** Checks a document, stores it and changes the stock if it is processed; or returns all its faults. */
export const record = (
  kind: Kind,
  state: IikoState,
  input: Input,
  dateIncoming: WallClock,
  existing?: StoreDocument
): Result.Result<StoreDocument, ReadonlyArray<Problem>> => {
  const problems = problemsOf(kind, state, input, existing)
  if (problems.length > 0) return Result.fail(problems)
  const document = built(kind, state, input, dateIncoming, existing)
  if (existing) Object.assign(existing, document)
  else kind.rows(state).push(document)
  post(state, storeDocumentPostings(state, document))
  return Result.succeed(document)
}

/** Without an id, every request creates a document; with the id of a NEW one, it changes that document. */
export const saveDocument = (kind: Kind): Endpoint =>
  Effect.fnUntraced(function* ({ request, state }) {
    const input = yield* decodeInput(request.body).pipe(Effect.mapError((error) => badRequest(error.message)))
    const dateIncoming = toWallClock(input.dateIncoming)
    if (dateIncoming === undefined) return yield* badRequest(`Wrong date format: ${input.dateIncoming}`)
    const rows = kind.rows(state)
    const existing = input.id ? rows.find(({ id }) => id === input.id) : undefined
    if (input.id && existing === undefined) {
      return yield* conflict(`Cannot find ${kind.type} document by id <${input.id}>`)
    }
    if (existing !== undefined && existing.status !== "NEW") {
      return yield* conflict(`Документ ${existing.documentNumber} уже проведен или удален`)
    }
    const recorded = record(kind, state, input, dateIncoming, existing)
    if (Result.isSuccess(recorded)) return success(publishedDocument(state, recorded.success))
    const problems = recorded.failure
    if (state.behaviour.documentFailure === "result") return json({ result: "ERROR", errors: problems, response: null })
    return yield* conflict(problems.map(problemText).join("\n"))
  })

const day = Effect.fnUntraced(function* ({ query }: Call, name: string) {
  const text = query.get(name)
  if (text === null) return yield* badRequest(`Parameter ${name} may not be null`)
  return isDay(text) ? text : yield* badRequest(`Wrong date format: ${text}, expected yyyy-MM-dd`)
})

/** Both days inclusive. */
export const listDocuments = (kind: Kind): Endpoint =>
  Effect.fnUntraced(function* (call) {
    const { query, request, state } = call
    const [from, to] = [yield* day(call, "dateFrom"), yield* day(call, "dateTo")]
    const status = query.get("status")
    const changed = changedSince(query)
    const found = kind.rows(state).filter((row) => {
      const on = dayOf(row.dateIncoming)
      return on >= from && on <= to && (status === null || row.status === status) && changed(row)
    })
    return success(
      visible(request, found).map((row) => publishedDocument(state, row)),
      { revision: state.revision() }
    )
  })

export const documentById = (kind: Kind): Endpoint =>
  Effect.fnUntraced(function* ({ query, state }) {
    const id = query.get("id")
    const found = kind.rows(state).find((row) => row.id === id)
    if (found === undefined) return yield* conflict(`Cannot find ${kind.type} document by id <${id}>`)
    return success(publishedDocument(state, found))
  })

/** Returns an array, because numbers are not unique. */
export const documentsByNumber =
  (kind: Kind): Endpoint =>
  ({ query, request, state }) =>
    Effect.sync(() => {
      const number = query.get("documentNumber")
      const found = kind.rows(state).filter((row) => row.documentNumber === number)
      return success(visible(request, found).map((row) => publishedDocument(state, row)))
    })
