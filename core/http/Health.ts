/** The health of the daemon's parts, read from the database at once; none of it is secret. */
import { Clock, DateTime, Effect, Option } from "effect"
import { Caches } from "../cache/Caches.ts"
import { Plugins } from "../control/Plugins.ts"
import { isReadOnly } from "../database/connection/Writable.ts"
import * as EntityState from "../jobs/EntityState.ts"
import { isUnhandled } from "../jobs/Freshness.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { Registry } from "../plugin/Registry.ts"
import { render } from "../reason/Reason.ts"
import { endpointName } from "../upstream/exchange/VendorEndpoint.ts"
import { VendorState } from "../upstream/exchange/VendorState.ts"
import type { HealthyResponse, UnhealthyResponse } from "./HealthResponses.ts"

const worst = ["failed", "warning", "ok"] as const

/** Shorter than the timeout of a probe. */
export const timeout = "5 seconds"

export const check = Effect.fn("Health.check")(function* () {
  const registry = yield* Registry.now
  const jobs = yield* Jobs
  const { statuses } = yield* Plugins
  const endpointCircuits = yield* (yield* VendorState).circuits(registry.declarations.map(({ name }) => name))
  const circuits = new Map(endpointCircuits.map(({ circuit, endpoint }) => [endpointName(endpoint), circuit]))
  const asked = yield* Clock.currentTimeMillis
  const scheduled = registry.jobs.filter(({ enabled }) => enabled)
  const found = yield* Effect.all([EntityState.health(registry), jobs.list, statuses, isReadOnly], {
    concurrency: 4
  }).pipe(
    Effect.timeout(timeout),
    Effect.tapError((error) => Effect.logWarning("the database does not answer", error.message)),
    Effect.option
  )
  if (Option.isNone(found)) return unwell("unreachable")
  const [judged, listed, plugins, readOnly] = found.value
  if (readOnly) return unwell("read-only")
  const now = yield* Clock.currentTimeMillis
  const neglected = scheduled.some((job) => isUnhandled(job, judged.jobs.get(job.name), judged.now))
  const partOf = (connector: string) => {
    const own = [...judged.entities.values()].flatMap(({ ended, target }) =>
      ended !== null && target.entity.connector === connector ? [ended] : []
    )
    const last = Math.max(...own.map(({ at }) => DateTime.toEpochMillis(at)))
    return {
      status: worst.find((status) => own.some((ended) => ended.status === status)) ?? ("never" as const),
      failing: own.filter(({ status }) => status === "failed").length,
      lastFinishedAt: own.length === 0 ? null : DateTime.toDateUtc(DateTime.makeUnsafe(last)),
      ageSeconds: own.length === 0 ? null : Math.max(0, Math.round((now - last) / 1000)),
      circuit: circuits.get(connector) ?? "closed"
    }
  }
  const redis = yield* redisParts
  const next = listed.flatMap(({ nextFire }) => nextFire ?? [])
  const well: typeof HealthyResponse.Type = {
    status: "ok",
    database: { status: "ok", roundTripMs: now - asked },
    connectors: Object.fromEntries(registry.declarations.map(({ name }) => [name, partOf(name)])),
    endpoints: endpointCircuits.map(({ circuit, endpoint }) => ({ ...endpoint, circuit })),
    scheduler: {
      status: neglected ? "stopped" : "ok",
      jobs: scheduled.length,
      nextFire: next.reduce<DateTime.Utc | null>(
        (one, other) => (one === null ? other : DateTime.min(one, other)),
        null
      )
    },
    jobs: Object.fromEntries(
      listed.map(({ lastFire, name, nextFire, paused }) => [
        name,
        { lastStatus: lastFire?.status ?? null, nextFire, paused }
      ])
    ),
    plugins: Object.fromEntries(
      plugins.map(({ health, name }) => [name, { ...health, detail: render(health.reason) }])
    ),
    ...(redis.length === 0 ? {} : { redis: Object.fromEntries(redis) })
  }
  return well
})

const redisParts = Effect.gen(function* () {
  const caches = yield* (yield* Caches).running
  const declared = caches.flatMap(({ connector, redis }) => (redis === undefined ? [] : [{ connector, redis }]))
  // Why it is away may name hosts, which are for the log.
  return yield* Effect.forEach(declared, ({ connector, redis }) =>
    Effect.map(redis, ({ status }) => [connector, { status }] as const)
  )
})

const unwell = (status: (typeof UnhealthyResponse.Type)["database"]["status"]): typeof UnhealthyResponse.Type => ({
  status: "unwell",
  database: { status }
})
