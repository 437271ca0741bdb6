/** Why something failed, and where it waited for a lock, whose that was. */
import { Effect } from "effect"
import type { TableName } from "../config/Entity.ts"
import { blocker } from "../database/Blockers.ts"
import type { Locks } from "../database/Locks.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { type Described, lockTimedOut, reasonOf } from "./RunFailure.ts"

/** It is looked for in no more than this: whoever waits has waited long enough. */
const timeout = "2 seconds"

/** `table`: what was to be written or changed. */
export const reasonWithLock = (error: Described, table: TableName): Effect.Effect<Reason, never, Locks> => {
  const what = reasonOf(error)
  const past = lockTimedOut(error)
  if (!past && what.code !== "run.deadline") return Effect.succeed(what)
  return blocker(table, past).pipe(
    Effect.timeout(timeout),
    Effect.orElseSucceed(() => undefined),
    Effect.map((why) => (why === undefined ? what : reason("run.blocked", { what, why })))
  )
}
