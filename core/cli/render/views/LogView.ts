/** The audit of runs in the given order, with each failure and warning in full under its row. */
import { DateTime } from "effect"
import type { RunStatus } from "../../../sync/RunResult.ts"
import { duration, moment } from "../terminal/Format.ts"
import { asTyped, nextStep } from "../terminal/Prose.ts"
import { type Counts, label, signs, toneOf } from "../terminal/StatusStyle.ts"
import type { View } from "../terminal/Style.ts"
import * as Table from "../terminal/Table.ts"

/** The displayed columns of a row of `tributary.sync_log`. */
export interface AuditRow extends Counts {
  readonly id: number
  readonly connector: string
  readonly entity: string
  readonly account: string | null
  readonly accountName?: string | null
  /** The trigger of the run: `cli`, `job`, `bot`, `http`. */
  readonly trigger: string
  readonly actor: string | null
  readonly status: RunStatus | "running"
  readonly startedAt: DateTime.Utc
  readonly finishedAt: DateTime.Utc | null
  readonly fetched: number
  readonly warnings: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
  readonly error: string | null
  readonly isDeclared?: boolean
  /** Whether the run's last requests can be shown. */
  readonly hasRequests?: boolean
}

const columns = (now: DateTime.Zoned): ReadonlyArray<Table.Column<AuditRow>> => [
  { title: "id", align: "right", value: ({ id }) => ({ text: String(id), tone: "dim" }) },
  { title: "started", value: ({ startedAt }) => moment(startedAt, now) },
  { title: "entity", value: label, min: 14, keep: "ends" },
  { title: "status", value: ({ status }) => ({ text: status, tone: toneOf(status) }) },
  { title: "by", min: 4, value: ({ trigger, actor }) => (actor === null ? trigger : `${trigger} ${actor}`) },
  { title: "fetched", short: "read", align: "right", value: ({ fetched }) => Table.quantity(fetched) },
  { title: "changes", optional: true, value: signs },
  {
    title: "time",
    align: "right",
    value: ({ startedAt, finishedAt }) =>
      finishedAt === null ? "" : duration(DateTime.toEpochMillis(finishedAt) - DateTime.toEpochMillis(startedAt))
  }
]

const note = ({ error, isDeclared, notes, warnings }: AuditRow): ReadonlyArray<Table.Cell> =>
  [
    ...(isDeclared === false ? ["not declared now"] : []),
    ...(error === null ? [] : [error]),
    ...warnings,
    ...notes
  ].map((text) => ({ text, tone: "dim" }))

/** `now` also determines the time zone of all times. */
export const render = (rows: ReadonlyArray<AuditRow>, now: DateTime.Zoned, view: View): string =>
  rows.length === 0
    ? asTyped("No run is recorded. `tributary sync` starts one.", view)
    : [Table.render({ columns: columns(now), rows, note }, view), ...more(rows, view)].join("\n")

/** How many other runs with requests are named. */
const maxCount = 5

const more = (rows: ReadonlyArray<AuditRow>, view: View): ReadonlyArray<string> => {
  const ids = rows.flatMap(({ hasRequests, id }) => (hasRequests === true ? [id] : []))
  const [first, ...others] = ids
  if (first === undefined) return []
  const which =
    others.length === 0 ? "" : `, or of ${others.slice(0, maxCount).join(", ")}${others.length > maxCount ? "…" : ""}`
  return ["", ...nextStep(`what it asked last: tributary log --run ${first}${which}`, view)]
}
