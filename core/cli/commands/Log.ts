/** `log`: the audit, newest first, or one run in full. */
import { DateTime, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { type AuditedRun, lastRuns, runDetail } from "../../database/audit/Audit.ts"
import * as LogView from "../render/views/LogView.ts"
import * as RunView from "../render/views/RunView.ts"
import { layerEngine } from "../shared/Engine.ts"
import { limitOf } from "../shared/Flags.ts"
import { loadReadable } from "../shared/ReadableConfiguration.ts"
import { answer, stop } from "../shared/Root.ts"
import { selectors, selectRuns } from "../shared/Selection.ts"

const limit = limitOf("runs")
const one = Flag.Int("run").pipe(
  Flag.withDescription("One run in full, by its id: what it rejected, and of one that failed the last requests"),
  Flag.optional
)

const shownRejects = 20

const auditRow = (run: AuditedRun): LogView.AuditRow => ({
  ...run,
  id: Number(run.id),
  startedAt: DateTime.fromDateUnsafe(run.started_at),
  finishedAt: run.finished_at === null ? null : DateTime.fromDateUnsafe(run.finished_at)
})

const list = Effect.fnUntraced(function* (chosen: ReadonlyArray<string>, limit: number, now: DateTime.Zoned) {
  const { ids, selected } = yield* selectRuns(chosen)
  const runs = (yield* lastRuns(selected, limit)).map((run) => ({
    ...run,
    declared: ids.has(`${run.connector}.${run.entity}`)
  }))
  const rows = runs.map((run) => ({
    ...auditRow(run),
    isDeclared: run.declared,
    hasRequests: run.last_requests.length > 0
  }))
  yield* answer({ runs }, (screen) => LogView.render(rows, now, screen))
})

const detail = Effect.fnUntraced(function* (id: number, now: DateTime.Zoned) {
  const run = yield* runDetail(BigInt(id), shownRejects)
  if (run === undefined) {
    return yield* stop(2, `There is no run ${id}, or it was trimmed.`)
  }
  const { bytes, last_requests: lastRequests, requests, unchanged } = run
  const shown = { ...auditRow(run), rejects: run.rejects, lastRequests, requests, unchanged, bytes: Number(bytes) }
  yield* answer({ run }, (screen) => RunView.render(shown, now, screen))
})

export const log = Command.make(
  "log",
  { selectors, limit, one },
  Effect.fn("cli.log")(function* (input) {
    const loaded = yield* loadReadable
    yield* Effect.gen(function* () {
      const now = DateTime.setZoneNamedUnsafe(yield* DateTime.now, loaded.daemon.timezone)
      yield* Option.match(input.one, {
        onNone: () => list(input.selectors, input.limit, now),
        onSome: (id) => detail(id, now)
      })
    }).pipe(Effect.provide(layerEngine(loaded)))
  })
).pipe(
  Command.withDescription("The audit of runs, newest first, or one of them in full"),
  Command.withExamples([
    { command: "tributary log fintablo.* --limit 5", description: "The last runs of a connector" },
    { command: "tributary log --run 1042", description: "Why that run failed, with its last requests" }
  ])
)
