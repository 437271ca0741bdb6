/**
 * Seals anew, with the first master key, what another one sealed, row by row while daemons work. A row that changes meanwhile
 * is left as it is and looked at again; when nothing is left, the other keys are not needed any more.
 */
import { DateTime, Effect, Option, Result } from "effect"
import { accountName } from "../config/Account.ts"
import type { Initiator } from "../observe/Initiator.ts"
import type { Reason } from "../reason/Reason.ts"
import type { StoredAccount } from "./AccountRows.ts"
import * as AccountRows from "./AccountRows.ts"
import { MasterKeys } from "./MasterKeys.ts"
import { Seal, type Sealed } from "./Seal.ts"
import { placeOf } from "./SealedCredentials.ts"
import * as TaskRows from "./TaskRows.ts"

export interface Rotation {
  /** The number of accounts and tasks that the first key seals from now on. */
  readonly resealed: number
  /** What no key opens. */
  readonly unopened: ReadonlyArray<{ readonly name: string; readonly reason: Reason }>
}

const rowsOf = Effect.fnUntraced(function* (initiator: Initiator) {
  const accounts = (yield* AccountRows.list()).map((account) => ({
    name: `${account.connector} ${accountName(account)}`,
    place: placeOf(account),
    sealed: account.sealed,
    replace: (sealed: Sealed) => resealAccount(account, sealed, initiator)
  }))
  const tasks = (yield* TaskRows.sealed).map((task) => ({
    name: `task ${task.id}`,
    place: TaskRows.placeOf(task),
    sealed: task.sealed,
    replace: (sealed: Sealed) => TaskRows.reseal(task, sealed)
  }))
  return [...accounts, ...tasks]
})

const resealAccount = Effect.fnUntraced(function* (account: StoredAccount, sealed: Sealed, initiator: Initiator) {
  const change = { event: "resealed", initiator, at: yield* DateTime.now } as const
  return Option.isSome(yield* AccountRows.reseal(account, sealed, change))
})

export const rotate = Effect.fn("RotateKey.rotate")(function* (initiator: Initiator) {
  const { open, seal } = yield* Seal
  const [first] = yield* (yield* MasterKeys).current
  const unopened = new Map<string, Reason>()
  let resealed = 0
  while (true) {
    const rows = (yield* rowsOf(initiator)).filter(({ name, sealed }) => sealed.by !== first.id && !unopened.has(name))
    if (rows.length === 0) return { resealed, unopened: [...unopened].map(([name, reason]) => ({ name, reason })) }
    for (const { name, place, replace, sealed } of rows) {
      const opened = yield* Effect.result(open(place, sealed))
      if (Result.isFailure(opened)) {
        unopened.set(name, opened.failure.reason)
        continue
      }
      if (yield* replace(yield* seal(place, opened.success))) resealed += 1
    }
  }
})
