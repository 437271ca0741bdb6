/** The steps of admins: only the one who has opened a write-off decides on it. */
import { DateTime, Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { Parts } from "./AuthorSteps.ts"
import * as Drafts from "./Drafts.ts"
import { isoTime } from "./Transitions.ts"
import * as WriteoffStore from "./WriteoffStore.ts"

export const make = ({ catalogue, frequent, moves, outcomes: { sending } }: Parts) => {
  const { provided, rules, sql, step } = moves
  return {
    waiting: provided(WriteoffStore.waiting(rules)),
    open: Effect.fn("Writeoffs.open")(function* (id: number, admin: string) {
      const until = isoTime(DateTime.addDuration(yield* DateTime.now, rules.lock))
      return yield* step("open", id, admin, sql`, locked_by = ${admin}, locked_until = ${until}::timestamptz`)
    }),
    release: (id: number, admin: string) => step("release", id, admin, sql`, locked_by = null, locked_until = null`),
    correct: Effect.fn("Writeoffs.correct")(function* (
      id: number,
      admin: string,
      items: ReadonlyArray<Drafts.ItemInput>
    ) {
      const known = JSON.stringify(yield* Drafts.itemsOf((yield* catalogue.get).products, items))
      return yield* step("correct", id, admin, sql`, items = ${known}::jsonb, corrected_by = ${admin}`)
    }),
    approve: Effect.fn("Writeoffs.approve")(function* (id: number, admin: string) {
      return yield* sending("approve", id, admin, yield* decided(sql, admin))
    }),
    reject: Effect.fn("Writeoffs.reject")(function* (id: number, admin: string, why: string) {
      const set = sql`${yield* decided(sql, admin)}, rejection = ${why.trim()}`
      return yield* Effect.tap(step("reject", id, admin, set), ({ author }) => frequent.forget(author))
    }),
    retry: (id: number, actor: string) => sending("retry", id, actor)
  }
}

const decided = (sql: SqlClient.SqlClient, admin: string) =>
  Effect.map(DateTime.now, (now) => sql`, decided_by = ${admin}, decided_at = ${isoTime(now)}::timestamptz`)
