/** The actions, the outcome of a run, and the log of everything that was to be sent. */
import type { DateTime } from "effect"
import type { ActionRun, Entry, EntryStatus, ListedAction } from "../../../actions/Actions.ts"
import { moment } from "../terminal/Format.ts"
import { asTyped, nextStep, paragraph } from "../terminal/Prose.ts"
import { mark } from "../terminal/StatusStyle.ts"
import type { Tone, View } from "../terminal/Style.ts"
import * as Table from "../terminal/Table.ts"

type ActionItem = ActionRun["items"][number]

const toneOf: Readonly<Record<ActionItem["status"] | EntryStatus, Tone>> = {
  planned: "accent",
  sending: "accent",
  done: "good",
  already: "dim",
  skipped: "warn",
  busy: "warn",
  failed: "bad",
  unknown: "bad"
}

const statusCell = (status: ActionItem["status"] | EntryStatus): Table.Cell => ({ text: status, tone: toneOf[status] })

const actionColumns = (now: DateTime.Zoned): ReadonlyArray<Table.Column<ListedAction>> => [
  { title: "action", value: ({ id }) => ({ text: id, tone: "strong" }), min: 16, keep: "ends" },
  { title: "last", value: ({ last }) => (last === null ? "" : moment(last.createdAt, now)) },
  { title: "status", value: ({ last }) => (last === null ? "" : statusCell(last.status)) },
  { title: "what", value: ({ last }) => last?.what ?? "", min: 12, optional: true }
]

/** `now` also determines the time zone of all times. */
export const render = (actions: ReadonlyArray<ListedAction>, now: DateTime.Zoned, view: View): string =>
  actions.length === 0
    ? "No connector that is declared can be acted on."
    : Table.render(
        {
          columns: actionColumns(now),
          rows: actions,
          note: ({ description }) => [{ text: description, tone: "dim" }]
        },
        view
      )

const itemColumns: ReadonlyArray<Table.Column<ActionItem>> = [
  { title: "status", value: ({ status }) => statusCell(status) },
  { title: "what", value: ({ what }) => what, min: 16 },
  { title: "key", value: ({ key }) => ({ text: key, tone: "dim" }), min: 10, keep: "ends" }
]

export const renderRun = ({ action, dryRun, items, notes, status, summary }: ActionRun, view: View): string =>
  [
    ...(items.length === 0
      ? []
      : [
          Table.render(
            {
              columns: itemColumns,
              rows: items,
              note: ({ detail }) => (detail === null ? [] : [{ text: detail, tone: "dim" }])
            },
            view
          )
        ]),
    [
      `${mark(status, view.style)} ${view.style("strong", action)} ${status}${dryRun ? ", nothing was sent" : ""}`,
      ...paragraph([summary, ...notes].join("\n"), view),
      ...(items.some((item) => item.status === "unknown")
        ? nextStep(
            "look in the system whether it was applied, then: tributary actions resolve ID done (or failed)",
            view
          )
        : [])
    ].join("\n")
  ].join("\n\n")

const logColumns = (now: DateTime.Zoned): ReadonlyArray<Table.Column<Entry>> => [
  { title: "id", align: "right", value: ({ id }) => ({ text: String(id), tone: "strong" }) },
  { title: "stored", value: ({ createdAt }) => moment(createdAt, now) },
  { title: "action", value: ({ action }) => action, min: 14, keep: "ends" },
  { title: "status", value: ({ status }) => statusCell(status) },
  { title: "by", min: 4, value: ({ actor, trigger }) => (actor === null ? trigger : `${trigger} ${actor}`) },
  { title: "what", value: ({ what }) => what, min: 12 }
]

const logNote = ({ attempts, detail, error, resolvedBy }: Entry): ReadonlyArray<Table.Cell> =>
  [
    ...(error === null ? [] : [error]),
    ...(detail === null ? [] : [detail]),
    ...(resolvedBy === null ? [] : [`decided by ${resolvedBy}`]),
    ...(attempts > 1 ? [`attempt ${attempts}`] : [])
  ].map((text) => ({ text, tone: "dim" }))

export const renderLog = (entries: ReadonlyArray<Entry>, now: DateTime.Zoned, view: View): string =>
  entries.length === 0
    ? asTyped("Nothing was ever sent. `tributary actions` shows what can be.", view)
    : Table.render({ columns: logColumns(now), rows: entries, note: logNote }, view)
