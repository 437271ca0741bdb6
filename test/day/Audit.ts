/** What the daemon has written down of a day from seven to seven. */
import { assert } from "@effect/vitest"
import { Array as Arr, Effect } from "effect"
import type { Writeoff } from "../../connectors/iiko/writeoff/Writeoff.ts"
import type { World } from "./fixtures.ts"

/** One was sent; of those that nobody went on with, the draft is gone and the one that waited has expired. */
export const checkWriteoffs = Effect.fnUntraced(function* (
  { sql, writeoffs }: World,
  sent: Writeoff,
  { forgotten, unseen }: { readonly forgotten: number; readonly unseen: number }
) {
  const rows = yield* sql<{ id: bigint; status: string }>`select id, status from tributary.iiko_writeoff order by id`
  assert.deepEqual(
    rows.map(({ id, status }) => [Number(id), status]),
    [
      [unseen, "expired"],
      [sent.id, "sent"]
    ]
  )
  assert.isUndefined(yield* writeoffs.byId(forgotten))
  assert.deepEqual(yield* writeoffs.waiting, [])
})

/** `05 07:15`, so many minutes after the midnight that the day began with. */
const local = (minutes: number): string => {
  const two = (number: number) => String(number).padStart(2, "0")
  return `${two(5 + Math.floor(minutes / 1440))} ${two(Math.floor((minutes % 1440) / 60))}:${two(minutes % 60)}`
}

/** From seven past seven to seven past seven, and from twenty past seven to twenty past seven. */
const fires = [
  ...Arr.makeBy(97, (at) => `stop-list ${local(7 * 60 + 7 + at * 15)}`),
  ...Arr.makeBy(25, (at) => `tidy-writeoffs ${local(7 * 60 + 20 + at * 60)}`),
  "morning-sync 05 07:00",
  "morning-sync 06 07:00",
  "negative-transfer 05 23:00",
  "retention 06 03:30",
  "stop-list-report 05 22:00"
]

/** Every job once at its time, nothing failed, everything that was sent is done, and there is nothing to be alarmed about. */
export const checkAudit = Effect.fnUntraced(function* ({ sql, watched }: World) {
  const runs = yield* sql<{ fire: string; status: string; trigger: string }>`
    select job || ' ' || to_char(scheduled_at at time zone 'Europe/Kaliningrad', 'DD HH24:MI') as fire, status, trigger
    from tributary.job_run`
  const firesOf = (trigger: string) => runs.filter((run) => run.trigger === trigger).map(({ fire }) => fire)
  assert.sameMembers(firesOf("schedule"), fires)
  const late = yield* sql<{ fire: string }>`
    select job || ' ' || scheduled_at || ' began ' || started_at as fire from tributary.job_run
    where started_at not between scheduled_at and scheduled_at + interval '30 seconds'`
  assert.deepEqual(late, [])
  assert.deepEqual(firesOf("bot"), ["negative-transfer 05 23:10"])
  const notOk = runs.filter(({ status }) => status !== "ok")
  // What cannot be moved is named.
  assert.isEmpty(notOk.filter(({ fire, status }) => status !== "warning" || !fire.startsWith("negative-transfer")))
  assert.deepEqual(yield* sql`select connector, entity, error from tributary.sync_log where status <> 'ok'`, [])
  const sent = yield* sql<{ action: string; status: string; attempts: number; by: string }>`
    select action, status, attempts, trigger || coalesce(' ' || actor, '') as by from tributary.action_log order by id`
  assert.deepEqual(sent, [
    { action: "iiko.writeoff", status: "done", attempts: 1, by: "bot telegram:1" },
    ...Arr.makeBy(6, () => ({ action: "iiko.negative-transfer", status: "done", attempts: 1, by: "job" }))
  ])
  const [left] = yield* sql`
    select (select count(*)::int from tributary.sync_reject) as rejects,
      (select count(*)::int from tributary.pending_delete) as withheld,
      (select count(*)::int from tributary.config_version) as versions`
  assert.deepEqual(left, { rejects: 0, withheld: 0, versions: 1 })
  const { entities, jobs } = yield* watched
  assert.isEmpty([...entities].filter(([, { late, pending }]) => late || pending > 0))
  assert.isEmpty([...jobs].filter(([, { last }]) => last === null || !["ok", "warning"].includes(last.status)))
})

/** The second morning finds what the first has left: only the reports about days have changed. */
export const checkSecondMorning = Effect.fnUntraced(function* ({ sql }: World) {
  const rows = yield* sql<{ entity: string }>`
    select distinct entity from tributary.sync_log
    where started_at > '2026-03-06T05:00:00Z' and inserted + updated + deleted > 0 order by entity`
  assert.deepEqual(
    rows.map(({ entity }) => entity),
    ["account_balance", "sales"]
  )
})
