/** The lists that iiko answers as bare JSON arrays, each with its own default of `includeDeleted`. */
import { Effect } from "effect"
import { json, visible } from "../../../../core/sdk-sandbox.ts"
import { isRootType, type RootType, rootTypes } from "../data/References.ts"
import { type IikoState, type Reference, withoutRevision } from "../Model.ts"
import { badRequest, type Call, changedSince, type Endpoint, isTrue } from "../Responses.ts"
import { isOlderThan } from "../Version.ts"

const list = <A extends { revision: number; deleted: boolean }>(
  { request, query }: Call,
  rows: ReadonlyArray<A>,
  includeDeleted: boolean
) => {
  const changed = changedSince(query)
  return json(
    visible(request, rows.filter((row) => changed(row) && (includeDeleted || !row.deleted)).map(withoutRevision))
  )
}

const parameters = ({ request, query }: Call): URLSearchParams =>
  request.method === "POST" ? new URLSearchParams([...query, ...new URLSearchParams(request.body)]) : query

/** Repeated parameters select rows; an empty value means null. */
const chosenBy = (query: URLSearchParams, names: Readonly<Record<string, string>>) => {
  const wanted = Object.entries(names).flatMap(([name, field]) =>
    query.has(name) ? [{ field, values: query.getAll(name).map((value) => value || null) }] : []
  )
  return (row: Readonly<Record<string, unknown>>): boolean =>
    wanted.every(({ field, values }) => values.some((value) => value === row[field]))
}

const referencesOf = (state: IikoState, rootType: RootType): ReadonlyArray<Reference> => {
  if (rootType === "ProductCategory") return state.categories
  if (rootType !== "Account") return state.references.filter((each) => each.rootType === rootType)
  return state.accounts.map(({ id, deleted, code, name, revision }) => ({
    id,
    rootType,
    deleted,
    code,
    name,
    revision
  }))
}

/** The requested root types; refused if this version does not know one of them. */
const knownRootTypes = (names: ReadonlyArray<string>, version: string) =>
  Effect.forEach(names, (name) =>
    isRootType(name) && !isOlderThan(version, rootTypes[name])
      ? Effect.succeed(name)
      : Effect.fail(badRequest(`java.lang.IllegalArgumentException: Unknown rootType '${name}'`))
  )

/** Only this list includes deleted entries by default. */
export const entities: Endpoint = Effect.fnUntraced(function* (call) {
  const { query, state } = call
  if (!query.has("rootType")) return yield* badRequest("Parameter rootType may not be null")
  const types = yield* knownRootTypes(query.getAll("rootType"), state.behaviour.version)
  return list(
    call,
    types.flatMap((type) => referencesOf(state, type)),
    isTrue(query.get("includeDeleted"), true)
  )
})

export const entityIds: Endpoint = Effect.fnUntraced(function* ({ request, state }) {
  const types = yield* knownRootTypes([request.path.split("/").at(-2) ?? ""], state.behaviour.version)
  return json(types.flatMap((type) => referencesOf(state, type)).map(({ id }) => id))
})

const byDefaultLive =
  <A extends { revision: number; deleted: boolean }>(
    rowsOf: (state: IikoState) => ReadonlyArray<A>,
    filters: Readonly<Record<string, string>>
  ): Endpoint =>
  (call) =>
    Effect.sync(() => {
      const query = parameters(call)
      const rows = rowsOf(call.state).filter(chosenBy(query, filters))
      return list({ ...call, query }, rows, isTrue(query.get("includeDeleted"), false))
    })

/** Fields of every product that do not vary in the chain's data. */
const productConstants = {
  modifiers: [],
  color: { red: 170, green: 170, blue: 170 },
  fontColor: { red: 0, green: 0, blue: 0 },
  frontImageId: null,
  position: null,
  modifierSchemaId: null,
  excludedSections: [],
  defaultIncludedInMenu: false,
  unitCapacity: 0,
  notInStoreMovement: false,
  productScaleId: null,
  coldLossPercent: 0,
  hotLossPercent: 0,
  allergenGroups: null,
  canSetOpenPrice: false
}

const containerConstants = {
  minContainerWeight: 0,
  maxContainerWeight: 0,
  containerWeight: 0,
  fullContainerWeight: 0,
  backwardRecalculation: false,
  useInFront: true
}

export const products = byDefaultLive(
  ({ products, behaviour }) =>
    [...products, ...(behaviour.duplicateProduct ? products.slice(0, 1) : [])].map((product) => ({
      ...productConstants,
      ...product,
      containers: product.containers.map((container) => ({ ...container, ...containerConstants }))
    })),
  { ids: "id", nums: "num", codes: "code", types: "type", categoryIds: "category", parentIds: "parent" }
)

const groupConstants = {
  modifiers: [],
  taxCategory: null,
  category: null,
  accountingCategory: null,
  color: productConstants.color,
  fontColor: productConstants.fontColor,
  frontImageId: null,
  position: null,
  visibilityFilter: { departments: [], excluding: false }
}

export const productGroups = byDefaultLive(
  ({ productGroups }) => productGroups.map((group) => ({ ...group, ...groupConstants })),
  { ids: "id", nums: "num", codes: "code", parentIds: "parent" }
)

export const categories = byDefaultLive(({ categories }) => categories, { ids: "id" })

export const accounts = byDefaultLive(({ accounts }) => accounts, {})
