/** The state of a sync while it runs, folded from its events. Times are milliseconds of the clock. */
import type { RunStatus, SyncEvent } from "../../../sync/RunResult.ts"
import type { ReadEvent } from "../../../upstream/Source.ts"

/** Why an entity is waiting. A wait for a free connection is reported when it is over, so it is not included. */
export type Wait = Exclude<Extract<ReadEvent, { readonly _tag: "Waiting" }>["why"], "concurrency">

export interface RunningEntity {
  readonly entity: string
  readonly since: number
  /** Whether a request was sent. */
  readonly asked: boolean
  readonly pages: number
  readonly rows: number
  readonly loading: boolean
  readonly wait: { readonly until: number; readonly why: Wait } | undefined
}

export interface Board {
  readonly running: ReadonlyMap<string, RunningEntity>
  readonly finished: ReadonlyArray<RunStatus>
}

export const empty: Board = { running: new Map(), finished: [] }

export const step = (board: Board, event: SyncEvent, now: number): Board => {
  const running = new Map(board.running)
  if (event._tag === "Finished") {
    running.delete(event.entity)
    return { running, finished: [...board.finished, event.result.status] }
  }
  const known = board.running.get(event.entity)
  running.set(event.entity, advance(known ?? fresh(event.entity, now), event, now))
  return { ...board, running }
}

const fresh = (entity: string, now: number): RunningEntity => ({
  entity,
  since: now,
  asked: false,
  pages: 0,
  rows: 0,
  loading: false,
  wait: undefined
})

const advance = (
  run: RunningEntity,
  event: Exclude<SyncEvent, { readonly _tag: "Finished" }>,
  now: number
): RunningEntity => {
  switch (event._tag) {
    case "Started":
      return fresh(run.entity, now)
    case "Reading":
      return read(run, event.event, now)
    case "Rows":
      return { ...run, rows: run.rows + event.count }
    case "Loading":
      return { ...run, loading: true, wait: undefined }
  }
}

const read = (run: RunningEntity, event: ReadEvent, now: number): RunningEntity => {
  switch (event._tag) {
    case "Request":
      return { ...run, asked: true, wait: undefined }
    case "Answer":
      return { ...run, pages: run.pages + 1 }
    case "Waiting":
      return event.why === "concurrency" ? run : { ...run, wait: { until: now + event.millis, why: event.why } }
  }
}
