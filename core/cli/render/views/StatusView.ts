/** Every entity with its freshness and the outcome of its last run, problems first. */
import type { DateTime } from "effect"
import { type State, states } from "../../../jobs/EntityState.ts"
import type { RunStatus } from "../../../sync/RunResult.ts"
import { ago, count, plural } from "../terminal/Format.ts"
import { nextStep } from "../terminal/Prose.ts"
import { type Counts, label, signs, tally, toneOf } from "../terminal/StatusStyle.ts"
import type { View } from "../terminal/Style.ts"
import * as Table from "../terminal/Table.ts"
import * as Text from "../terminal/Text.ts"

export interface EntityStatus {
  readonly connector: string
  readonly entity: string
  readonly account: string | null
  readonly accountName?: string | null
  readonly state: State
  /** Rows in the table; null if there is no table yet. */
  readonly rows: number | null
  /** When the table last matched the source: the end of the last run that was `ok` or `warning`. */
  readonly freshAt: DateTime.Utc | null
  /** When its cursor moved last, the oldest of several; null: it has none. */
  readonly cursorAt: DateTime.Utc | null
  readonly last: LastRun | null
  /** Rows with a pending delete. */
  readonly pending: number
  /** How many of its accounts are in each state. */
  readonly accounts?: Readonly<Partial<Record<State, number>>>
}

export interface LastRun extends Counts {
  readonly status: RunStatus | "running"
  readonly warnings: ReadonlyArray<string>
  readonly error: string | null
}

const columns = (now: DateTime.Utc): ReadonlyArray<Table.Column<EntityStatus>> => [
  { title: "entity", value: label, min: 14, keep: "ends" },
  { title: "fresh", value: ({ freshAt }) => (freshAt === null ? { text: "never", tone: "warn" } : ago(freshAt, now)) },
  { title: "last run", value: ({ last }) => (last === null ? "" : { text: last.status, tone: toneOf(last.status) }) },
  { title: "rows", align: "right", value: ({ rows }) => (rows === null ? "" : Table.quantity(rows)) },
  { title: "pending", align: "right", optional: true, value: ({ pending }) => (pending === 0 ? "" : count(pending)) },
  { title: "changes", optional: true, value: ({ last }) => (last === null ? "" : signs(last)) }
]

const cursor = (now: DateTime.Utc): Table.Column<EntityStatus> => ({
  title: "cursor",
  optional: true,
  value: ({ cursorAt }) => (cursorAt === null ? "" : ago(cursorAt, now))
})

export const render = (entities: ReadonlyArray<EntityStatus>, now: DateTime.Utc, view: View): string => {
  if (entities.length === 0) return "No entity is declared. Add one to a file in config/connectors."
  const rows = [...entities].sort((a, b) => states.indexOf(a.state) - states.indexOf(b.state))
  const note = ({ accounts, last }: EntityStatus): ReadonlyArray<Table.Cell> =>
    [accountsText(accounts), last?.error, ...(last?.warnings ?? [])]
      .filter((text) => text != null)
      .map((text) => ({ text, tone: "dim" }))
  const isIncremental = entities.some(({ cursorAt }) => cursorAt !== null)
  return [
    Table.render({ columns: [...columns(now), ...(isIncremental ? [cursor(now)] : [])], rows, note }, view),
    [...Text.wrap(totals(entities), view.width), ...next(entities).flatMap((step) => nextStep(step, view))].join("\n")
  ].join("\n\n")
}

/** `3 accounts: 1 failed, 2 fresh`. */
const accountsText = (accounts: EntityStatus["accounts"]): string | undefined => {
  if (accounts === undefined) return undefined
  const counts = states.flatMap((state) => (accounts[state] === undefined ? [] : [[state, accounts[state]] as const]))
  const all = counts.reduce((sum, [, some]) => sum + some, 0)
  return `${plural(all, "account")}: ${counts.map(([state, some]) => `${count(some)} ${state}`).join(", ")}`
}

const totals = (entities: ReadonlyArray<EntityStatus>): string => {
  const ended = entities.flatMap(({ last }) => (last === null || last.status === "running" ? [] : [last.status]))
  const running = entities.filter(({ last }) => last?.status === "running").length
  const never = entities.filter(({ last }) => last === null).length
  const parts = [
    tally(ended),
    running === 0 ? "" : `${count(running)} running`,
    never === 0 ? "" : `${count(never)} never synced`
  ].filter((part) => part !== "")
  return `${plural(entities.length, "entity", "entities")}: ${parts.join(", ")}`
}

const next = (entities: ReadonlyArray<EntityStatus>): ReadonlyArray<string> => [
  ...(entities.some(({ state }) => state === "failed") ? ["which systems answer: tributary doctor"] : []),
  ...(entities.some(({ last }) => last === null) ? ["to read what was never synced: tributary sync"] : []),
  ...(entities.some(({ pending }) => pending > 0) ? ["to decide on pending deletes: tributary deletes"] : [])
]
