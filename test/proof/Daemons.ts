/** The daemons of a history. They share a database, and each has its own connection to it, which can be cut. */
import { Context, Duration, Effect, Exit, Layer, Scope } from "effect"
import type { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import * as Database from "../../core/database/connection/Database.ts"
import { Jobs } from "../../core/jobs/Jobs.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { declaration, type freshDatabase } from "../support/database.ts"
import { connectorOf, layerSync } from "../support/source.ts"
import { answersBehind, type Daemon, declare, entities, type File, type Gates, type Stored } from "./Histories.ts"
import * as Wire from "./Wire.ts"

const forever = Duration.days(10_000)

export type Url = Effect.Success<typeof freshDatabase>

export const layerOf = (url: Url) =>
  Database.layer({ declaration: { ...declaration(url), connections: 1, recycle: forever }, dataDirectory: "" })

/** The clock is faster than the work, so no run may be given up because of it. */
const patient = { limits: { ...connectorOf([]).limits, deadline: forever, timeout: forever } }

/** Starts a daemon, and returns its connection to the database and a way to stop it. Its reads wait for the gates. */
export const run = Effect.fnUntraced(function* (url: Url, daemon: Daemon, file: File, gates: Gates) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const wire = yield* Scope.provide(Wire.make(url), scope)
  const database = yield* TestClock.withLive(Layer.buildWithScope(layerOf(wire.url), scope))
  const scheduler = Jobs.layerScheduler({ daemon, grace: Duration.seconds(5) })
  const engine = layerSync(entities, answersBehind(gates), patient, declare(file))
  const services = yield* Layer.buildWithScope(
    Layer.merge(Jobs.layer, scheduler).pipe(Layer.provideMerge(engine)),
    scope
  ).pipe(Effect.provide(database))
  const registry = Context.get(services, Registry)
  return {
    ...wire,
    jobs: Context.get(services, Jobs),
    declare: (next: File) =>
      Effect.flatMap(registry.current, ({ declarations }) =>
        registry.swap({ connectors: declarations, jobs: declare(next) })
      ),
    stop: Scope.close(scope, Exit.void)
  }
})

export type Running = Effect.Success<ReturnType<typeof run>>

/** Ends the sessions of earlier daemons: the server may still run what they sent before they were cut off. */
export const alone = Effect.fnUntraced(function* (observer: SqlClient.SqlClient) {
  const others = observer`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`
  while ((yield* others).length > 0) yield* TestClock.withLive(Effect.sleep("3 millis"))
})

export const schedulesIn = (observer: SqlClient.SqlClient) =>
  observer<Stored>`
    select job, pattern, since, next_fire, declared_by, array(
      select scheduled_at from tributary.job_run as r
      where r.job = s.job and r.trigger = 'schedule' and r.status <> 'running' and r.scheduled_at > s.since
    ) as ended
    from tributary.job_schedule as s`
