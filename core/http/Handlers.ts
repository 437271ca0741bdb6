/** What each endpoint does; whatever it changes carries the actor `api` in the audit. */
import { Effect } from "effect"
import type { HttpServerRequest } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { SqlClient } from "effect/sql"
import { entityId } from "../config/Entity.ts"
import * as Audit from "../database/Audit.ts"
import { tableId } from "../database/Identifier.ts"
import * as PendingDeletes from "../database/PendingDeletes.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { Registry } from "../plugin/Registry.ts"
import { select } from "../sync/Selector.ts"
import { Sync } from "../sync/Sync.ts"
import { answer, fromDatabase, readDatabase } from "./Answer.ts"
import { Api } from "./Api.ts"
import * as Health from "./Health.ts"
import { Missing, UnknownSelectorProblem } from "./Problems.ts"
import { pendingDeleteOf, runOf } from "./Shapes.ts"

const actor = "api"
const trigger = "api"

const missing = ({ message }: { readonly message: string }) => Effect.fail(new Missing({ detail: message }))

const ready = SqlClient.SqlClient.pipe(
  Effect.flatMap((sql) => sql`select 1`),
  Effect.as({ status: "ready" as const }),
  readDatabase
)

export const layerSystem = HttpApiBuilder.group(Api, "system", (handlers) =>
  handlers.handleAll({
    health: () => Health.check(),
    ready: () => ready
  })
)

const connectors = Effect.map(Registry.now, ({ declarations }) => ({
  connectors: declarations.map(({ entities, hash, limits, name, timezone, type }) => ({
    name,
    type,
    timezone,
    entities: entities.length,
    concurrency: limits.concurrency,
    hash
  }))
}))

const entities = readDatabase(
  Effect.gen(function* () {
    const registry = yield* Registry.now
    const stands = new Map((yield* Audit.standings(registry.entities)).map((stand) => [stand.id, stand]))
    const runs = yield* Audit.runsById([...stands.values()].flatMap(({ run_id }) => (run_id === null ? [] : [run_id])))
    return {
      entities: registry.entities.map((entity) => {
        const stand = stands.get(entityId(entity))
        const last = stand?.run_id == null ? undefined : runs.get(stand.run_id)
        return {
          id: entityId(entity),
          connector: entity.connector,
          entity: entity.name,
          table: tableId(entity.table),
          mode: entity.mode,
          rows: stand?.rows == null ? null : Number(stand.rows),
          freshAt: stand?.fresh_at ?? null,
          pending: Number(stand?.pending ?? 0),
          last: last === undefined ? null : runOf(last)
        }
      })
    }
  })
)

const runs = Effect.fnUntraced(function* ({
  before,
  limit = 50,
  ...filter
}: Omit<Audit.RunFilter, "before"> & { readonly before?: number; readonly limit?: number }) {
  const page = yield* Audit.runsPage({ ...filter, before: before === undefined ? undefined : BigInt(before) }, limit)
  const last = page.at(-1)
  return { runs: page.map(runOf), next: last === undefined || page.length < limit ? null : Number(last.id) }
}, readDatabase)

const syncNow = Effect.fnUntraced(function* (
  selectors: ReadonlyArray<string>,
  request: HttpServerRequest.HttpServerRequest
) {
  const registry = yield* Registry.now
  const sync = yield* Sync
  const selected = yield* Effect.catchTag(select(registry.entities, selectors), "UnknownSelector", ({ message }) =>
    Effect.fail(new UnknownSelectorProblem({ detail: message }))
  )
  return yield* answer(request, (onEvent) =>
    Effect.map(sync.run(selected, { trigger, actor, onEvent, generation: registry }), (results) => ({ runs: results }))
  )
})

const jobNow = Effect.fnUntraced(function* (name: string, request: HttpServerRequest.HttpServerRequest) {
  const jobs = yield* Jobs
  return yield* answer(request, (onEvent) =>
    fromDatabase(Effect.catchTag(jobs.run(name, { trigger, actor, onEvent }), "UnknownJob", missing))
  )
})

const switchJob = Effect.fnUntraced(function* (name: string, way: "pause" | "resume") {
  const jobs = yield* Jobs
  yield* fromDatabase(Effect.catchTag(jobs[way](name, actor), "UnknownJob", missing))
})

const jobs = Jobs.pipe(
  Effect.flatMap(({ list }) => list),
  Effect.map((listed) => ({ jobs: listed })),
  readDatabase
)

const pendingDeletes = PendingDeletes.open(5).pipe(
  Effect.map((rows) => ({ pending: rows.map(pendingDeleteOf) })),
  readDatabase
)

const decide = Effect.fnUntraced(
  function* (id: bigint, decision: "apply" | "drop") {
    return decision === "apply"
      ? yield* PendingDeletes.apply(id, actor, trigger)
      : yield* PendingDeletes.drop(id, actor)
  },
  Effect.catchTag("PendingDeleteGone", missing),
  fromDatabase
)

export const layerAdmin = HttpApiBuilder.group(Api, "admin", (handlers) =>
  handlers.handleAll({
    connectors: () => connectors,
    entities: () => entities,
    runs: ({ query }) => runs(query),
    sync: ({ payload, request }) => syncNow(payload.selectors ?? [], request),
    jobs: () => jobs,
    runJob: ({ params, request }) => jobNow(params.job, request),
    pauseJob: ({ params }) => switchJob(params.job, "pause"),
    resumeJob: ({ params }) => switchJob(params.job, "resume"),
    pendingDeletes: () => pendingDeletes,
    decidePendingDelete: ({ params, payload }) => decide(BigInt(params.id), payload.decision)
  })
)
