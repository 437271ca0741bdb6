/**
 * What a connector type makes of the rows that were read: alerts about some of them, and lists for one account. The module
 * reads the tables of its entities and writes nothing.
 */
import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { Entity } from "../config/Entity.ts"
import type { Reason } from "../reason/Reason.ts"

type Reading<A> = Effect.Effect<A, SqlError.SqlError, SqlClient.SqlClient>

/** What both need: an entity of this name with these columns. A connector without it has no such alert or list. */
interface Needs {
  readonly entity: string
  readonly columns: ReadonlyArray<string>
}

/** A row that people have to see. */
export interface FoundRow {
  /** Unique among those of the alert. */
  readonly id: string
  /** How people find it. */
  readonly name: string
}

export interface RowAlert extends Needs {
  readonly name: string
  /** The newest first. A row counts for some days only: an alert is over when it is not found any more. */
  readonly find: (entity: Entity) => Reading<ReadonlyArray<FoundRow>>
  /** `names`: the first of them. */
  readonly reason: (found: { readonly count: number; readonly names: string }) => Reason
}

export interface AccountList extends Needs {
  readonly name: string
  /** What stands on its button. */
  readonly title: Reason
  /** `timezone`: the connector's. */
  readonly read: (
    entity: Entity,
    about: { readonly account: string; readonly timezone: string }
  ) => Reading<{ readonly head: Reason; readonly lines: ReadonlyArray<Reason> }>
}

export interface StoredRows {
  readonly alerts: ReadonlyArray<RowAlert>
  readonly lists: ReadonlyArray<AccountList>
}

interface WithRows {
  readonly rows?: () => Promise<{ readonly rows: StoredRows }>
}

export const load = ({ rows }: WithRows): Effect.Effect<StoredRows> =>
  rows === undefined
    ? Effect.succeed({ alerts: [], lists: [] })
    : Effect.map(Effect.promise(rows), (module) => module.rows)

/** The entity that has what is needed. */
export const entityFor = (needs: Needs, connector: string, entities: ReadonlyArray<Entity>): Entity | undefined =>
  entities.find(
    (one) =>
      one.connector === connector &&
      one.name === needs.entity &&
      needs.columns.every((needed) => one.columns.some(({ name }) => name === needed))
  )

/** Before the first sync there is no table. */
export const orIfNoTable = <A, R>(reading: Effect.Effect<A, SqlError.SqlError, R>, without: A) =>
  Effect.catchIf(
    reading,
    ({ reason }) => reason._tag === "SqlSyntaxError",
    () => Effect.succeed(without)
  )
