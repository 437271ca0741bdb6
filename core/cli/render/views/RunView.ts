/** One run in full: its outcome, its rejected records, and its last requests if it had problems. */
import { DateTime } from "effect"
import type { LastRequest } from "../../../observe/LastRequest.ts"
import { count, duration, moment, plural } from "../terminal/Format.ts"
import { paragraph } from "../terminal/Prose.ts"
import * as StatusStyle from "../terminal/StatusStyle.ts"
import type { View } from "../terminal/Style.ts"
import * as Table from "../terminal/Table.ts"
import * as Text from "../terminal/Text.ts"
import type { AuditRow } from "./LogView.ts"

export interface Reject {
  readonly position: number
  readonly key: Readonly<Record<string, string>> | null
  readonly field: string | null
  readonly reason: string
  readonly value: string | null
  readonly record: string | null
}

export interface RunDetail extends AuditRow {
  readonly unchanged: number
  readonly requests: number
  readonly bytes: number
  /** The first rejected records. */
  readonly rejects: ReadonlyArray<Reject>
  /** Oldest first. */
  readonly lastRequests: ReadonlyArray<LastRequest>
}

const columns = (now: DateTime.Zoned): ReadonlyArray<Table.Column<LastRequest>> => [
  { title: "at", value: ({ at }) => ({ text: moment(DateTime.makeUnsafe(at), now), tone: "dim" }) },
  { title: "request", value: ({ method, path }) => `${method} ${path}`, min: 20, keep: "ends" },
  {
    title: "status",
    value: ({ status }) =>
      status === null
        ? { text: "no answer", tone: "bad" }
        : { text: String(status), tone: status < 300 ? "good" : status < 400 ? "warn" : "bad" }
  },
  { title: "time", align: "right", value: ({ ms }) => duration(ms) }
]

const note = ({ error, head }: LastRequest): ReadonlyArray<Table.Cell> =>
  [error, head].flatMap((text) => (text === null || text === "" ? [] : [{ text, tone: "dim" as const }]))

/** How much of a record without a key is shown to identify it, however wide the window; `--json` has all of it. */
const maxRecord = 60

const rejectColumns: ReadonlyArray<Table.Column<Reject>> = [
  { title: "record", align: "right", value: ({ position }) => ({ text: count(position), tone: "dim" }) },
  {
    title: "key",
    value: ({ key, record }) =>
      key === null ? { text: Text.cut(record ?? "unreadable", maxRecord), tone: "bad" } : keyText(key),
    min: 8
  },
  { title: "field", value: ({ field }) => field ?? "", min: 6 },
  { title: "is", value: ({ reason }) => reason, min: 12 },
  { title: "value", value: ({ value }) => value ?? "", min: 6, optional: true }
]

const keyText = (key: Readonly<Record<string, string>>): string =>
  Object.entries(key)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ")

/** `now` also determines the time zone of all times. */
export const render = (run: RunDetail, now: DateTime.Zoned, view: View): string => {
  const { bytes, error, fetched, finishedAt, lastRequests, notes, rejects, requests, startedAt, status, warnings } = run
  const took =
    finishedAt === null
      ? ""
      : `, took ${duration(DateTime.toEpochMillis(finishedAt) - DateTime.toEpochMillis(startedAt))}`
  const by = run.actor === null ? run.trigger : `${run.trigger} ${run.actor}`
  const tone = status === "running" ? "accent" : StatusStyle.tones[status]
  const facts = [
    `started ${moment(startedAt, now)}${took}, by ${by}`,
    `${count(fetched)} fetched in ${plural(requests, "request")} (${plural(bytes, "byte")}), ${StatusStyle.changes(run)}, ${count(run.unchanged)} unchanged`
  ]
  return [
    [
      `Run ${run.id} of ${Text.printable(StatusStyle.label(run))}: ${view.style(tone, status)}`,
      ...facts.flatMap((fact) => paragraph(fact, view)),
      ...[...(error === null ? [] : [error]), ...warnings, ...notes].flatMap((text) => ["", ...paragraph(text, view)])
    ].join("\n"),
    ...(lastRequests.length === 0
      ? []
      : [
          lastRequests.length === 1
            ? "The last request; secrets are blanked"
            : `The last ${plural(lastRequests.length, "request")}, newest last; secrets are blanked`,
          Table.render({ columns: columns(now), rows: lastRequests, note }, view)
        ]),
    ...(rejects.length === 0
      ? []
      : [
          rejects.length < run.rejected
            ? `The first ${count(rejects.length)} of ${plural(run.rejected, "rejected record")}`
            : `Rejected ${rejects.length === 1 ? "record" : "records"}`,
          Table.render({ columns: rejectColumns, rows: rejects }, view)
        ])
  ].join("\n\n")
}
