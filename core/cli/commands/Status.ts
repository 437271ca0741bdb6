/** `status`: shows how fresh every entity is, and the problems of those that are not fresh. */
import { DateTime, Effect, Schema } from "effect"
import { Command } from "effect/cli"
import { entityId } from "../../config/Entity.ts"
import { type AuditedRun, runsById, standings } from "../../database/audit/Audit.ts"
import { ConfigVersion } from "../../plugin/ConfigVersion.ts"
import * as Versions from "../../plugin/Versions.ts"
import * as ReloadView from "../render/ReloadView.ts"
import * as StatusView from "../render/StatusView.ts"
import { Terminal } from "../render/Terminal.ts"
import { layerEngine } from "../shared/Engine.ts"
import { readable } from "../shared/ReadableConfiguration.ts"
import { answer } from "../shared/Root.ts"
import { selected, selectors } from "../shared/Selection.ts"

const encodeVersion = Schema.encodeSync(Schema.toCodecJson(ConfigVersion))

const lastRun = (run: AuditedRun): StatusView.LastRun => ({
  ...run,
  // A current run has no outcome yet, so it counts as skipped.
  status: run.status === "running" ? "skipped" : run.status,
  startedAt: DateTime.fromDateUnsafe(run.started_at)
})

export const status = Command.make(
  "status",
  { selectors },
  Effect.fn("cli.status")(function* (input) {
    const loaded = yield* readable
    yield* Effect.gen(function* () {
      const { out } = yield* Terminal
      const entities = yield* selected(input.selectors)
      const stands = yield* standings(entities)
      const runs = yield* runsById(stands.flatMap(({ run_id }) => (run_id === null ? [] : [run_id])))
      const found = entities.map((entity): StatusView.EntityStatus => {
        const stand = stands.find(({ id }) => id === entityId(entity))
        const run = stand?.run_id == null ? undefined : runs.get(stand.run_id)
        return {
          connector: entity.connector,
          entity: entity.name,
          account: null,
          rows: stand?.rows == null ? null : Number(stand.rows),
          freshAt: stand?.fresh_at == null ? null : DateTime.fromDateUnsafe(stand.fresh_at),
          last: run === undefined ? null : lastRun(run),
          pending: Number(stand?.pending ?? 0)
        }
      })
      const now = yield* DateTime.now
      const configuration = (yield* Versions.running) ?? null
      yield* answer(
        { entities: found, configuration: configuration === null ? null : encodeVersion(configuration) },
        Effect.map(out.screen, (screen) => {
          const started = configuration === null ? undefined : ReloadView.renderStart(configuration, now, screen)
          return [StatusView.render(found, now, screen), ...(started === undefined ? [] : [started])].join("\n\n")
        })
      )
    }).pipe(Effect.provide(layerEngine(loaded)))
  })
).pipe(Command.withDescription("How fresh every entity is, problems first"))
