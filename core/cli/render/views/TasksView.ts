/** The tasks; of an authorization never the link or the code, which are for the person who asked. */
import { DateTime } from "effect"
import type { Task, TaskState } from "../../../accounts/TaskRows.ts"
import { progressIn, requestIn } from "../../../control/SyncTask.ts"
import { render as renderReason } from "../../../reason/Reason.ts"
import { moment, plural } from "../terminal/Format.ts"
import type { Tone, View } from "../terminal/Style.ts"
import * as Table from "../terminal/Table.ts"

const tones: Readonly<Record<TaskState, Tone>> = { running: "strong", done: "good", failed: "bad", stopped: "dim" }

/** An account, or what is synced. */
const subjectOf = ({ connector, kind, name, owner, request }: Task): string =>
  kind === "sync" ? (requestIn(request)?.selectors ?? ["*"]).join(" ") : `${connector} ${owner}/${name}`

const progressOf = ({ kind, progress }: Task): string => {
  const known = kind === "sync" ? progressIn(progress) : undefined
  return known === undefined ? "" : `${known.done} of ${known.all}, ${plural(known.records, "record")}`
}

const columns = (now: DateTime.Zoned): ReadonlyArray<Table.Column<Task>> => [
  { title: "task", value: ({ id }) => id, min: 36 },
  { title: "kind", value: ({ kind }) => kind },
  { title: "for", value: subjectOf, min: 12, keep: "ends" },
  { title: "state", value: ({ state }) => ({ text: state, tone: tones[state] }) },
  { title: "done", value: progressOf, optional: true },
  { title: "begun", value: ({ createdAt }) => moment(createdAt, now), optional: true },
  { title: "by", value: ({ createdBy }) => ({ text: createdBy ?? "", tone: "dim" }), optional: true }
]

export const render = (tasks: ReadonlyArray<Task>, now: DateTime.Zoned, view: View): string =>
  tasks.length === 0
    ? "There is no task."
    : Table.render(
        {
          columns: columns(now),
          rows: tasks,
          note: ({ reason }) => (reason === null ? [] : [{ text: renderReason(reason), tone: "bad" }])
        },
        view
      )

/** The same for `--json`. */
export const document = ({ progress, reason, request, result, ...task }: Task) => ({
  ...task,
  ...(task.kind === "sync" ? { request, progress, result } : {}),
  reason: reason === null ? null : renderReason(reason),
  createdAt: DateTime.formatIso(task.createdAt),
  finishedAt: task.finishedAt && DateTime.formatIso(task.finishedAt)
})
