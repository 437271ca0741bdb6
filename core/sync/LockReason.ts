/** The reason for a failure. If it was waiting for a lock, the reason names the lock's holder. */
import { Effect } from "effect"
import type { TableName } from "../config/Column.ts"
import type { Locks } from "../database/connection/Locks.ts"
import { findBlocker } from "../database/tables/Blockers.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { type DescribedError, lockTimedOut, reasonOf } from "./RunFailure.ts"

/** The limit for finding the holder: the run has waited long enough already. */
const timeout = "2 seconds"

/** `table` is the table that was to be written or changed. */
export const reasonWithLock = (error: DescribedError, table: TableName): Effect.Effect<Reason, never, Locks> => {
  const what = reasonOf(error)
  const past = lockTimedOut(error)
  if (!past && what.code !== "run.deadline") return Effect.succeed(what)
  return findBlocker(table, past).pipe(
    Effect.timeout(timeout),
    Effect.orElseSucceed(() => undefined),
    Effect.map((why) => (why === undefined ? what : reason("run.blocked", { what, why })))
  )
}
