/** `log`: the audit, newest first. */
import { DateTime, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { lastRuns } from "../database/Audit.ts"
import { answer, layerEngine } from "./Root.ts"
import * as LogView from "./render/LogView.ts"
import { Terminal } from "./render/Terminal.ts"
import { readable } from "./Salvage.ts"
import { selectedRuns, selectors } from "./Selection.ts"

const limit = Flag.Int("limit").pipe(Flag.withAlias("n"), Flag.withDescription("How many runs"), Flag.withDefault(20))

export const log = Command.make(
  "log",
  { selectors, limit },
  Effect.fn("cli.log")(function* (input) {
    const loaded = yield* readable
    yield* Effect.gen(function* () {
      const { out } = yield* Terminal
      const runs = yield* lastRuns(yield* selectedRuns(input.selectors), input.limit)
      const now = DateTime.setZoneNamedUnsafe(yield* DateTime.now, loaded.daemon.timezone)
      const rows = runs.map(
        (run): LogView.AuditRow => ({
          ...run,
          id: Number(run.id),
          startedAt: DateTime.fromDateUnsafe(run.started_at),
          finishedAt: run.finished_at === null ? null : DateTime.fromDateUnsafe(run.finished_at)
        })
      )
      yield* answer(
        { runs },
        Effect.map(out.screen, (screen) => LogView.render(rows, now, screen))
      )
    }).pipe(Effect.provide(layerEngine(loaded)))
  })
).pipe(Command.withDescription("The audit of runs, newest first"))
