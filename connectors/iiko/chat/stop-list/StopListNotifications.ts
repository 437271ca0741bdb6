/**
 * Notifications about the stop list: a pinned message that is replaced when a product was added or removed, and the report
 * in the evening. Groups get all departments; employees get their own, and only if it has changed.
 */
import { DateTime, Duration, Effect, Schema, Semaphore, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { ChatKernel, type EntityEvent } from "../../../../core/sdk.ts"
import { Line } from "../../stop-list/Report.ts"
import * as State from "../../stop-list/State.ts"
import { partOf } from "../Departments.ts"
import { changes, differenceOf, isChange, ofDepartment, report } from "./Message.ts"

export const Report = Schema.Struct({
  date: Schema.String,
  from: Schema.String,
  to: Schema.String,
  lines: Schema.Array(Line)
})
export const decodeReport = Schema.decodeUnknownEffect(Report)

/** A cash desk stops several dishes one after another: one message for all. */
const quiet = Duration.seconds(2)

/** Whether a sync of the entity changed rows. */
const isNews = (event: EntityEvent, entity: string): boolean => {
  if (event._tag !== "Finished" || event.entity !== entity) return false
  const { deleted, inserted, status, updated } = event.result
  return (status === "ok" || status === "warning") && inserted + updated + deleted > 0
}

export const make = Effect.gen(function* () {
  const { broadcast, connector, control, notificationState, timezone } = yield* ChatKernel
  const { actionRuns, events } = control
  const sql = yield* SqlClient.SqlClient
  const notified = notificationState("stop-list", Schema.Array(State.StoppedProduct))
  const turn = yield* Semaphore.make(1)

  /** The recipients, grouped by the department of their notifications. */
  const readers = Effect.map(broadcast.recipients("stopList"), (all) =>
    [...Map.groupBy(all, ({ person }) => partOf(person))].map(([part, to]) => ({ part, to }))
  )

  const tellChanges = Effect.gen(function* () {
    const [before, current] = yield* Effect.all([notified.read, State.current(connector)], { concurrency: 2 })
    const difference = State.difference(before ?? current, current)
    if (before !== undefined && !isChange(difference)) return
    const now = DateTime.setZoneNamedUnsafe(yield* DateTime.now, timezone)
    yield* Effect.forEach(
      yield* readers,
      ({ part, to }) => {
        const isConcerned =
          before === undefined ? ofDepartment(current, part).length > 0 : isChange(differenceOf(difference, part))
        if (!isConcerned) return Effect.void
        const about = { kind: "stop-list", subject: "now", pin: true }
        return broadcast.replaceAll(
          to,
          (translator) => ({ text: changes(translator, difference, { part, now }) }),
          about
        )
      },
      { concurrency: "unbounded", discard: true }
    )
    // After the messages: a repeated message is better than none, and it replaces the first.
    yield* notified.write(current)
  }).pipe(Effect.provideService(SqlClient.SqlClient, sql), turn.withPermit)

  /** Changes that another process loaded, or this one while the bot was stopped. */
  const catchUp = Effect.flatMap(notified.read, (before) => (before === undefined ? Effect.void : tellChanges))

  const watch = Stream.filter(events, (event) => isNews(event, `${connector}.stop_list`)).pipe(
    Stream.debounce(quiet),
    Stream.runForEach(() => tellChanges)
  )

  const reports = actionRuns.pipe(
    Stream.filter(({ run, trigger }) => trigger === "job" && run.action === `${connector}.stop-list-report`),
    // A run that broke off has no data; the alert of the job reports it.
    Stream.filter(({ run }) => run.data !== null && !run.dryRun),
    Stream.runForEach(
      Effect.fnUntraced(function* ({ run }) {
        const found = yield* Effect.orDie(decodeReport(run.data))
        yield* Effect.forEach(
          yield* readers,
          ({ part, to }) => broadcast.notifyAll(to, (translator) => ({ text: report(translator, found, part) })),
          { concurrency: "unbounded", discard: true }
        )
      })
    )
  )

  return Effect.all([watch, reports, catchUp], { concurrency: "unbounded", discard: true })
})
