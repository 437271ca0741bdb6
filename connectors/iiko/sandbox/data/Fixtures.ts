/** Builds the initial state of a sandbox; the data depend only on the seed and the Clock's day. */
import { DateTime, Effect } from "effect"
import { draw as makeDraw } from "../../../../core/sdk-sandbox.ts"
import { addDocuments, makeBalances, makeSales } from "./TradeFixtures.ts"
import { makeCharts, makeProductGroups, makeProducts } from "./Catalogue.ts"
import type { CloudBehaviour } from "../cloud/CloudModel.ts"
import { makeCloud } from "../cloud/CloudFixtures.ts"
import { consumableGroups, withOddConsumables } from "./Consumables.ts"
import { makeCorporation, makeEmployees, makeGroups, makeRoles, makeSuppliers } from "./Corporation.ts"
import type { Behaviour, IikoState } from "../Model.ts"
import { makeAccounts, makeCategories, makeReferences } from "./References.ts"
import { makeSessions } from "../Sessions.ts"
import { dayOf, wallClock } from "../Time.ts"

const defaults: Behaviour = {
  version: "9.2.5",
  login: "chain-api",
  password: "iiko-sandbox",
  slots: 3,
  tokenTtlSeconds: 3600,
  starting: false,
  overlap: "allow",
  olapSummary: null,
  olapToExclusive: false,
  documentFailure: "result",
  repeatedNumbers: "accept",
  documentApi: "json",
  preparedItems: "amount",
  duplicateProduct: false
}

export const makeState = Effect.fn("IikoSandbox.makeState")(function* (
  seed: number,
  behaviour: Partial<Behaviour>,
  cloudBehaviour: Partial<CloudBehaviour>
) {
  const draw = yield* makeDraw(seed)
  const now = wallClock(yield* DateTime.now)
  let revision = 0
  const build = { draw, nextRevision: () => ++revision }
  const switches = { ...defaults, ...behaviour }

  const corporateItems = [...makeCorporation(build)]
  const departments = corporateItems.filter(({ type }) => type === "DEPARTMENT")
  const stores = corporateItems.filter(({ type }) => type === "STORE")
  const roles = [...makeRoles(build)]
  const references = [...makeReferences(build)]
  const categories = [...makeCategories(build)]
  const productGroups = [...makeProductGroups(build)]
  const consumables = consumableGroups(productGroups)
  const catalogue = makeProducts(build, { groups: productGroups, references, categories })
  const products = [...withOddConsumables(catalogue, consumables)]

  const state: IikoState = {
    behaviour: switches,
    counters: { logins: 0, refusedLogins: 0, logouts: 0, maxConcurrency: 0 },
    sessions: makeSessions(switches, draw.uuid),
    references,
    accounts: [...makeAccounts(build, stores)],
    categories,
    productGroups,
    products,
    charts: [...makeCharts(build, products, dayOf(now))],
    corporateItems,
    groups: [...makeGroups(build, departments)],
    roles,
    employees: [...makeEmployees(build, roles, departments)],
    suppliers: [...makeSuppliers(build, stores)],
    balances: makeBalances(build, { products, stores }, consumables),
    postings: [],
    sales: [...makeSales(build, products, dayOf(now))],
    incomingInvoices: [],
    outgoingInvoices: [],
    writeoffs: [],
    transfers: [],
    cloud: yield* makeCloud(seed, { departments, products, references }, cloudBehaviour),
    draw,
    nextRevision: build.nextRevision,
    revision: () => revision
  }
  addDocuments(build, state, { products, stores }, now)
  return state
})
