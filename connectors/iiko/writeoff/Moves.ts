/** Moves of one connector's write-offs from state to state, with the database that they need. */
import { Effect } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import { move, type Rules, type TransitionName } from "./Transitions.ts"

export const make = Effect.fnUntraced(function* (rules: Rules) {
  const sql = yield* SqlClient.SqlClient
  const provided = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient>) =>
    Effect.provideService(effect, SqlClient.SqlClient, sql)
  return {
    rules,
    sql,
    provided,
    /** `set`: further assignments of the statement. */
    step: (name: TransitionName, id: number, actor: string, set: Statement.Fragment = sql``) =>
      provided(move(name, rules, { id, actor, set }))
  }
})

export type Moves = Effect.Success<ReturnType<typeof make>>
