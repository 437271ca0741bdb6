/** Answers `sync` by tasks of the daemon, its audit and the stored orders. */
import { DateTime, Duration, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import {
  type Account,
  Audit,
  quoteTable,
  RouteConnector,
  readDatabase,
  reasonsIn,
  runSums,
  SyncHandlers,
  TaskHandlers,
  WrongOptions
} from "../../../core/sdk-http.ts"
import { entityOf } from "./StoredOrders.ts"
import type { Begun, HistoryEntry, Stats } from "./Syncs.ts"
import { accountsOf, type UserFilter } from "./UserAccounts.ts"

interface Wanted extends UserFilter {
  readonly from?: string
  readonly to?: string
  readonly full?: true
  readonly order_ids?: readonly [string, ...ReadonlyArray<string>]
  readonly events_from?: Date
}

const wrong = (detail: string) => Effect.fail(new WrongOptions({ detail }))

/** What is asked for, at most one thing. */
const choiceOf = ({ events_from, from, full, order_ids, to }: Wanted) => {
  const period = from === undefined && to === undefined ? undefined : { from, to }
  const given = Object.entries({ events_from, full, order_ids, period }).filter(([, value]) => value !== undefined)
  return given.length > 1
    ? wrong(`${given.map(([name]) => name).join(" and ")} are different requests: leave out all but one.`)
    : Effect.succeed({ events_from, full, order_ids, period })
}

/** The last event before that time, behind which events are processed again; undefined: all that Allegro has. */
const eventBefore = Effect.fnUntraced(function* (connector: string, account: string, at: Date) {
  const sql = yield* SqlClient.SqlClient
  const entity = yield* entityOf(connector, "order_event", ["id", "occurred_at"])
  const [row] = yield* sql<{ id: string | null }>`
    select max(e.id)::text as id from ${sql.literal(quoteTable(entity.table))} as e
    where e.account_id = ${account}::uuid and e.occurred_at < ${at}`
  return row?.id ?? undefined
}, readDatabase)

const statusOf = { running: "running", done: "completed", failed: "failed", stopped: "stopped" } as const

const begunOf = (name: string, task: { readonly id: string; readonly state: keyof typeof statusOf }) =>
  ({ task_id: task.id, account: name, status: statusOf[task.state] }) satisfies typeof Begun.Type

const manual = (connector: string) =>
  Effect.fnUntraced(function* (wanted: Wanted) {
    const accounts = yield* accountsOf(connector, wanted)
    const { events_from, full, order_ids, period } = yield* choiceOf(wanted)
    if (order_ids !== undefined && accounts.length > 1) return yield* wrong("order_ids are of one account: name it.")
    const begin = Effect.fnUntraced(function* ({ id, name, owner }: Account) {
      const of = (entity: string) => [`${connector}.${entity}@${owner}/${name}`] as const
      if (events_from !== undefined) {
        const since = yield* eventBefore(connector, id, events_from)
        return yield* SyncHandlers.begin({
          selectors: of("order_event"),
          ...(since === undefined ? { full: true } : { since })
        })
      }
      if (order_ids !== undefined) return yield* SyncHandlers.begin({ selectors: of("order"), keys: order_ids })
      if (period !== undefined) return yield* SyncHandlers.begin({ selectors: of("order"), ...defined(period) })
      return yield* SyncHandlers.begin({ selectors: of(full === true ? "order" : "order_event") })
    })
    const syncs = yield* Effect.forEach(accounts, (account) =>
      Effect.map(begin(account), (task) => begunOf(account.name, task))
    )
    return { syncs }
  })

const defined = ({ from, to }: { readonly from: string | undefined; readonly to: string | undefined }) => ({
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to })
})

type Run = Effect.Success<ReturnType<typeof Audit.runsPage>>[number]

const Period = Schema.Struct({ from: Schema.String, to: Schema.String })

/** The period of a run is in its notes. */
const periodOf = ({ noteReasons }: Run) => {
  const found = reasonsIn(noteReasons).find(({ code }) => code === "read.period")
  return found !== undefined && Schema.is(Period)(found.params) ? found.params : { from: null, to: null }
}

/** A run that was skipped because another one was under way is none. */
const entryOf =
  (names: ReadonlyMap<string, string>) =>
  (run: Run): ReadonlyArray<typeof HistoryEntry.Type> => {
    const { account, entity, error, fetched, finished_at, id, inserted, started_at, status, trigger, updated } = run
    if (status === "skipped") return []
    return [
      {
        ...{ id: Number(id), account: names.get(account ?? "") ?? "", entity, trigger, started_at, finished_at },
        status: status === "running" || status === "failed" ? status : "completed",
        ...periodOf(run),
        ...{ processed: fetched, added: inserted, updated, error }
      }
    ]
  }

interface HistoryFilter extends UserFilter {
  readonly entity?: "order" | "order_event"
  readonly status?: (typeof HistoryEntry.Type)["status"]
  readonly limit?: number
}

/** Completed runs have one of two states in the audit, so what is not asked for is left out here. */
const historyIn = Effect.fnUntraced(function* (
  connector: string,
  accounts: ReadonlyArray<Pick<Account, "id" | "name">>,
  { entity = "order", limit = 50, status }: Omit<HistoryFilter, "user">
) {
  const names = new Map(accounts.map(({ id, name }) => [id, name]))
  const one = status === "completed" ? undefined : status
  const filter = { connector, entity, accounts: [...names.keys()], status: one }
  const found: Array<typeof HistoryEntry.Type> = []
  let before: bigint | undefined
  while (found.length < limit) {
    const runs = yield* Audit.runsPage({ ...filter, before }, pageOfRuns)
    found.push(...runs.flatMap(entryOf(names)).filter((entry) => status === undefined || entry.status === status))
    before = runs.at(-1)?.id
    if (runs.length < pageOfRuns) break
  }
  return found.slice(0, limit)
}, readDatabase)

const pageOfRuns = 200

const history = (connector: string) =>
  Effect.fnUntraced(function* ({ account, user, ...filter }: HistoryFilter) {
    const accounts = yield* accountsOf(connector, { user, ...(account === undefined ? {} : { account }) })
    return { history: yield* historyIn(connector, accounts, filter) }
  })

const status = (connector: string) =>
  Effect.fnUntraced(function* (filter: UserFilter) {
    const accounts = yield* accountsOf(connector, filter)
    const each = yield* Effect.forEach(accounts, (account) =>
      Effect.gen(function* () {
        const { tasks } = yield* TaskHandlers.list({ account: account.id, kind: "sync", state: "running" }, 100)
        const last = yield* Effect.forEach(["order", "order_event"] as const, (entity) =>
          historyIn(connector, [account], { entity, limit: 1 })
        )
        const [newest = null] = last.flat().toSorted((left, right) => right.id - left.id)
        return {
          account: account.name,
          token_id: account.id,
          is_active: account.status === "active",
          is_running: tasks.length > 0 || last.flat().some((entry) => entry.status === "running"),
          tasks: tasks.map((task) => begunOf(account.name, task)),
          last: newest
        }
      })
    )
    return { user_id: filter.user, accounts: each }
  })

const statsDays = 30

const OrderCounts = Schema.Struct({
  orders: Schema.Int,
  deleted_orders: Schema.Int,
  first_order: Schema.NullOr(Schema.Date),
  last_order: Schema.NullOr(Schema.Date)
})
const decodeCounts = Schema.decodeUnknownEffect(Schema.Tuple([OrderCounts]))

const stats = (connector: string) =>
  Effect.fnUntraced(function* (filter: UserFilter) {
    const sql = yield* SqlClient.SqlClient
    const ids = (yield* accountsOf(connector, filter)).map(({ id }) => id)
    const { table } = yield* entityOf(connector, "order", ["ordered_at"])
    const [orders] = yield* Effect.flatMap(
      sql`select count(*)::integer as orders,
          count(*) filter (where to_jsonb(o) ->> 'gone_at' is not null)::integer as deleted_orders,
          min(o.ordered_at) as first_order, max(o.ordered_at) as last_order
        from ${sql.literal(quoteTable(table))} as o where o.account_id = any (${ids}::uuid[])`,
      decodeCounts
    )
    const since = DateTime.subtractDuration(yield* DateTime.now, Duration.days(statsDays))
    const sums = yield* runSums({ connector, entity: "order", accounts: ids }, since)
    const { inserted: added, ...runs } = sums
    return { ...orders, days: statsDays, added, ...runs } satisfies typeof Stats.Type
  }, readDatabase)

export const makeSyncHandlers = Effect.map(RouteConnector, (connector) => ({
  manual: manual(connector),
  status: status(connector),
  history: history(connector),
  stats: stats(connector)
}))
