/**
 * The budgets of the accounts of connectors, beside the budgets of the endpoints that all accounts share. They outlive the
 * connectors' layers, as those do.
 */
import { Effect, Scope } from "effect"
import * as Budget from "./Budget.ts"

/** The budget of an account by its id. Undefined: nothing limits one account. */
export type BudgetOfAccount = (account: string) => Effect.Effect<Budget.Budget | undefined>

/** Sets the limits of each account of a connector from now on. */
export type SetAccountLimits = (connector: string, pace: Budget.PaceSettings) => Effect.Effect<BudgetOfAccount>

/** What `perAccount` leaves open, the connector's own budget limits. */
const paceOf = ({ limits, retry }: Budget.PaceSettings): Budget.PaceSettings | undefined => {
  const { burst: _burst, perAccount, rate: _rate, ...rest } = limits
  return perAccount && { limits: { ...rest, ...perAccount }, retry }
}

interface OfConnector {
  pace: Budget.PaceSettings | undefined
  readonly budgets: Map<string, Budget.Budget>
}

export const make = Effect.gen(function* () {
  const scope = yield* Effect.scope
  const connectors = new Map<string, OfConnector>()

  const budgetOf = (connector: string, known: OfConnector): BudgetOfAccount =>
    Effect.fnUntraced(function* (account) {
      const { budgets, pace } = known
      const budget = budgets.get(account)
      if (pace === undefined || budget !== undefined) return budget
      const made = yield* Scope.provide(Budget.make({ connector, account }, pace), scope)
      // Another request of the account may have made it meanwhile.
      const first = budgets.get(account) ?? made
      budgets.set(account, first)
      return first
    })

  const set: SetAccountLimits = Effect.fnUntraced(function* (connector, settings) {
    const known: OfConnector = connectors.get(connector) ?? { pace: undefined, budgets: new Map() }
    connectors.set(connector, known)
    const pace = paceOf(settings)
    known.pace = pace
    if (pace === undefined) known.budgets.clear()
    else yield* Effect.forEach(known.budgets.values(), ({ adjust }) => adjust(pace), { discard: true })
    return budgetOf(connector, known)
  })
  return set
})
