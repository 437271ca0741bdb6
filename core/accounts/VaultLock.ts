/**
 * The locks under which one process of all on the database refreshes an account or works on a task. They are advisory, like
 * those of runs: no transaction stays open while a vendor answers, and a killed process frees its locks by dying.
 */
import { Effect, Schema } from "effect"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { Locks, onLocks } from "../database/connection/Locks.ts"

const key = "hashtextextended('tributary ' || $1::text, 0)"

const decodeHeld = decodeOwn(Schema.Struct({ held: Schema.Boolean }))

/** Takes the lock, if nobody has it, until the scope closes. */
export const tryLock = Effect.fn("VaultLock.tryLock")(function* (kind: "account" | "task", id: string) {
  const { claimed } = yield* Locks
  const ask = yield* onLocks
  const mine = `${kind} ${id}`
  // PostgreSQL would grant a session its own lock again.
  if (claimed.has(mine)) return false
  claimed.add(mine)
  const unclaim = Effect.sync(() => claimed.delete(mine))
  const [row] = yield* ask(`select pg_try_advisory_lock(${key}) as held`, [mine]).pipe(
    Effect.flatMap(decodeHeld),
    Effect.tapError(() => unclaim)
  )
  if (row?.held !== true) {
    yield* unclaim
    return false
  }
  const giveBack = Effect.ignore(ask(`select pg_advisory_unlock(${key})`, [mine]))
  yield* Effect.addFinalizer(() => Effect.ensuring(giveBack, unclaim))
  return true
}, Effect.uninterruptible)
