/** Jobs with their last and next fire, and the outcome of a job's run. */
import type { DateTime } from "effect"
import type { JobRunStatus } from "../../../jobs/JobRun.ts"
import type { JobRun, JobState } from "../../../jobs/Jobs.ts"
import { moment } from "../terminal/Format.ts"
import { paragraph } from "../terminal/Prose.ts"
import { mark, tones } from "../terminal/StatusStyle.ts"
import type { Tone, View } from "../terminal/Style.ts"
import * as Table from "../terminal/Table.ts"
import * as RunTable from "./RunTable.ts"

const toneOf = (status: JobRunStatus): Tone =>
  status === "running" ? "accent" : status === "missed" ? "warn" : tones[status]

const nextText = ({ enabled, nextFire, paused }: JobState, now: DateTime.Zoned): Table.Cell => {
  if (nextFire !== null) return moment(nextFire, now)
  return paused ? { text: "paused", tone: "warn" } : { text: enabled ? "never" : "not enabled", tone: "dim" }
}

const columns = (now: DateTime.Zoned): ReadonlyArray<Table.Column<JobState>> => [
  { title: "job", value: ({ name }) => ({ text: name, tone: "strong" }), min: 12, keep: "ends" },
  { title: "schedule", value: ({ schedule }) => schedule, min: 9 },
  { title: "zone", value: ({ timezone }) => ({ text: timezone, tone: "dim" }), min: 6, keep: "ends" },
  { title: "last", value: ({ lastFire }) => (lastFire === null ? "" : moment(lastFire.scheduledAt, now)) },
  {
    title: "status",
    value: ({ lastFire }) => (lastFire === null ? "" : { text: lastFire.status, tone: toneOf(lastFire.status) })
  },
  { title: "next", value: (job) => nextText(job, now) }
]

const note = ({ lastFire }: JobState): ReadonlyArray<Table.Cell> =>
  lastFire?.detail == null || lastFire.status === "ok" ? [] : [{ text: lastFire.detail, tone: "dim" }]

/** `now` also determines the time zone of all times. */
export const render = (jobs: ReadonlyArray<JobState>, now: DateTime.Zoned, view: View): string =>
  jobs.length === 0
    ? "No job is declared. Add one to jobs.yaml."
    : Table.render({ columns: columns(now), rows: jobs, note }, view)

export const renderRun = (run: JobRun, view: View): string =>
  [
    ...(run.results.length === 0 ? [] : [RunTable.render(run.results, view, `tributary run ${run.job}`)]),
    [
      `${mark(run.status, view.style)} ${view.style("strong", run.job)} ${run.status}`,
      ...paragraph(run.detail ?? "", view)
    ].join("\n")
  ].join("\n\n")
