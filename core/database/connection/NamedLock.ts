/**
 * A lock of all processes on the database, by a name such as `job morning`. It is advisory, like those of runs: no transaction
 * stays open while somebody works under it, and a killed process frees its locks by dying.
 */
import { Effect, Schema } from "effect"
import { decodeOwn } from "../audit/DecodeRows.ts"
import { Locks, onLocks } from "./Locks.ts"

const key = "hashtextextended('tributary ' || $1::text, 0)"

const decodeHeld = decodeOwn(Schema.Struct({ held: Schema.Boolean }))

/**
 * Takes the lock, if nobody has it, until the scope closes. PostgreSQL would grant a session its own lock again, so those
 * of this process check each other first.
 */
export const tryLock = Effect.fn("NamedLock.tryLock")(function* (name: string) {
  const { claimed } = yield* Locks
  const ask = yield* onLocks
  if (claimed.has(name)) return false
  claimed.add(name)
  const unclaim = Effect.sync(() => claimed.delete(name))
  const [row] = yield* ask(`select pg_try_advisory_lock(${key}) as held`, [name]).pipe(
    Effect.flatMap(decodeHeld),
    Effect.tapError(() => unclaim)
  )
  if (row?.held !== true) {
    yield* unclaim
    return false
  }
  const giveBack = Effect.ignore(ask(`select pg_advisory_unlock(${key})`, [name]))
  yield* Effect.addFinalizer(() => Effect.ensuring(giveBack, unclaim))
  return true
}, Effect.uninterruptible)
