/** Stock balances at a moment, and the chain's debts and claims. */
import { Effect } from "effect"
import { json, visible } from "../../../../core/sdk-sandbox.ts"
import { balancesWhen } from "../documents/Ledger.ts"
import { roundTo } from "../Model.ts"
import { badRequest, type Call, type Endpoint } from "../Responses.ts"
import { toWallClock } from "../Time.ts"

/** A date alone is the start of that day, so the day's own postings are missing. */
const timestamp = Effect.fnUntraced(function* ({ query }: Call) {
  const text = query.get("timestamp")
  if (text === null) return yield* badRequest("Parameter timestamp may not be null")
  const moment = toWallClock(text)
  return moment ?? (yield* badRequest(`Wrong date format: ${text}, expected yyyy-MM-dd'T'HH:mm:ss`))
})

const chosen = (query: URLSearchParams, name: string) => {
  const values = new Set(query.getAll(name))
  return (value: string | undefined): boolean => values.size === 0 || (value !== undefined && values.has(value))
}

export const storeBalances: Endpoint = Effect.fnUntraced(function* (call) {
  const { query, state, request } = call
  const moment = yield* timestamp(call)
  const departmentOf = new Map(state.corporateItems.map(({ id, parentId }) => [id, parentId]))
  const department = chosen(query, "department")
  const store = chosen(query, "store")
  const product = chosen(query, "product")
  const rows = balancesWhen(state, (at) => at <= moment).filter(
    (row) => department(departmentOf.get(row.store)) && store(row.store) && product(row.product)
  )
  return json(visible(request, rows))
})

/** Debts to suppliers: the sum of their processed invoices up to the moment. */
export const counteragentBalances: Endpoint = Effect.fnUntraced(function* (call) {
  const { query, state, request } = call
  const moment = yield* timestamp(call)
  const account = state.accounts.find(({ code }) => code === "5.01")?.id ?? ""
  const departmentOf = new Map(state.corporateItems.map(({ id, parentId }) => [id, parentId]))
  const sums = new Map<string, { account: string; counteragent: string; department: string; sum: number }>()
  for (const invoice of state.incomingInvoices) {
    if (invoice.status !== "PROCESSED" || invoice.dateIncoming > moment) continue
    const department = departmentOf.get(invoice.defaultStore) ?? ""
    const key = `${invoice.counteragent} ${department}`
    const row = sums.get(key) ?? { account, counteragent: invoice.counteragent, department, sum: 0 }
    sums.set(key, row)
    row.sum = roundTo(row.sum - invoice.items.reduce((total, item) => total + item.sum, 0), 2)
  }
  const filters = (["account", "counteragent", "department"] as const).map((name) => ({
    name,
    is: chosen(query, name)
  }))
  return json(
    visible(
      request,
      [...sums.values()].filter((row) => filters.every(({ name, is }) => is(row[name])))
    )
  )
})
