/**
 * The lock under which the credentials of an account are refreshed, over all processes on the database. It is advisory, like
 * those of runs: no transaction stays open while a vendor answers, and a killed process frees it by dying.
 */
import { Effect, Schema } from "effect"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { Locks, onLocks } from "../database/connection/Locks.ts"

const key = "hashtextextended('tributary account ' || $1::text, 0)"

const decodeHeld = decodeOwn(Schema.Struct({ held: Schema.Boolean }))

/** Takes the lock, if nobody has it, until the scope closes. */
export const tryLock = Effect.fn("AccountLock.tryLock")(function* (id: string) {
  const { claimed } = yield* Locks
  const ask = yield* onLocks
  const mine = `account ${id}`
  // PostgreSQL would grant a session its own lock again.
  if (claimed.has(mine)) return false
  claimed.add(mine)
  const unclaim = Effect.sync(() => claimed.delete(mine))
  const [row] = yield* ask(`select pg_try_advisory_lock(${key}) as held`, [id]).pipe(
    Effect.flatMap(decodeHeld),
    Effect.tapError(() => unclaim)
  )
  if (row?.held !== true) {
    yield* unclaim
    return false
  }
  const giveBack = Effect.ignore(ask(`select pg_advisory_unlock(${key})`, [id]))
  yield* Effect.addFinalizer(() => Effect.ensuring(giveBack, unclaim))
  return true
}, Effect.uninterruptible)
