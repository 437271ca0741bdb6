/** Waits until a target can be run: until no run has its lock. */
import { Effect, Schedule } from "effect"
import { type QualifiedName, type RunTarget, targetColumns, targetId } from "../../config/RunTarget.ts"
import { Locks, onLocks } from "../connection/Locks.ts"
import { lockKey } from "./Runs.ts"

const pause = Schedule.spaced("1 second")

/** Waits for the runs of this process alone, which costs nothing. */
export const awaitOwn = Effect.fnUntraced(function* (target: RunTarget<QualifiedName>) {
  const { claimed } = yield* Locks
  const isClaimed = Effect.sync(() => claimed.has(targetId(target)))
  yield* Effect.repeat(isClaimed, { schedule: pause, while: (is) => is })
})

/** The lock is taken for a moment; a session may take its own lock again. */
const free = `
select case when pg_try_advisory_lock(${lockKey("w")}) then pg_advisory_unlock(${lockKey("w")}) else false end as free
from json_to_record($1::json) as w(connector text, entity text, account text)`

/** Waits for the runs of all processes. */
export const awaitFree = Effect.fnUntraced(function* (target: RunTarget<QualifiedName>) {
  const ask = yield* onLocks
  const isFree = Effect.map(ask(free, [JSON.stringify(targetColumns(target))]), ([row]) => row?.free === true)
  yield* Effect.repeat(isFree, { schedule: pause, while: (is) => !is })
  yield* awaitOwn(target)
}, Effect.scoped)
