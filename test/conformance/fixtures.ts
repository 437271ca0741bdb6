/**
 * One connector type at work with its sandbox, its sample and a database, for one scenario. When the scenario has ended,
 * nothing that was logged, answered or stored may hold a secret.
 */
import { assert, it } from "@effect/vitest"
import { Context, Effect, Fiber, Layer, Logger, Redacted, References } from "effect"
import { SqlClient } from "effect/sql"
import type { ConnectorDeclaration, Limits } from "../../core/config/Declarations.ts"
import type { Entity } from "../../core/config/Entity.ts"
import type { Locks } from "../../core/database/connection/Locks.ts"
import { quoteTable } from "../../core/database/tables/Identifier.ts"
import type { ConnectorType } from "../../core/plugin/Connector.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import * as Sandbox from "../../core/plugin/Sandbox.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { type Single, withOneAccount } from "../support/account.ts"
import { layerDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { declareSample } from "../support/sample.ts"

export type World = Effect.Success<ReturnType<typeof makeWorld>>

interface Options {
  readonly limits?: Partial<Limits>
  /** Tries after the first; by default those of the sample. */
  readonly retries?: number
}

export const scenarios =
  (type: ConnectorType) =>
  (
    name: string,
    test: (world: World) => Effect.Effect<void, unknown, SqlClient.SqlClient | Locks>,
    options: Options = {}
  ) =>
    it.live(name, () =>
      Effect.gen(function* () {
        const vendor = yield* Sandbox.start(type)
        const declaration = yield* declare(type, vendor, options)
        const single = yield* withOneAccount(type, declaration)
        const output: Array<string> = []
        yield* Effect.gen(function* () {
          const world = yield* makeWorld(single, vendor, declaration, output)
          yield* test(world)
          output.push(...(yield* stored))
          const leaks = output.filter((text) => world.secrets.some((secret) => text.includes(secret)))
          assert.deepEqual(leaks, [])
        }).pipe(Effect.provide([layerDatabase, layerLog(output)]))
      })
    )

const declare = Effect.fnUntraced(function* (type: ConnectorType, vendor: Sandbox.RunningSandbox, options: Options) {
  const { accounts: _, ...single } = type
  const { limits, retry, ...declaration } = yield* declareSample(single, vendor.environment)
  const delays = retry.delays.slice(0, options.retries)
  return { ...declaration, limits: { ...limits, ...options.limits }, retry: { delays } }
})

const makeWorld = Effect.fnUntraced(function* (
  { secrets, type }: Single,
  vendor: Sandbox.RunningSandbox,
  declaration: ConnectorDeclaration,
  output: Array<string>
) {
  /** As another process would: nothing is shared but the vendor and the database. */
  const engine = Effect.map(
    Layer.build(
      Layer.fresh(Sync.layer).pipe(
        Layer.provide(Registry.layer({ connectors: [declaration], jobs: [] }, [type])),
        Layer.provide(layerHttp)
      )
    ),
    (context) => (entities: ReadonlyArray<Entity>) =>
      Effect.tap(Context.get(context, Sync).run(entities, { trigger: "test", actor: null }), (results) =>
        Effect.sync(() => output.push(JSON.stringify(results)))
      )
  )
  const sync = yield* engine
  const list = listOf(declaration)

  return {
    vendor,
    declaration,
    secrets: [...secretsOf(declaration.config), ...secrets].filter((secret) => secret !== ownName),
    list,
    /** Of `list`, as faults name it. */
    path: `*${list.request.path}`,
    sync,
    /** One run of `list`. */
    run: Effect.flatMap(sync([list]), ([result]) => Effect.fromNullishOr(result)),
    /** A run of `list` by another process, which is stopped while the vendor lets it wait. */
    runStopped: Effect.scoped(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* vendor.clearRequests
        const running = yield* Effect.forkChild(Effect.flatMap(engine, (run) => run([list])))
        const waiting = Effect.map(vendor.requests, (requests) =>
          requests.some(({ path, status }) => status === null && path.endsWith(list.request.path))
        )
        const begun = sql`select 1 from tributary.sync_log where status = 'running'`
        yield* eventually(waiting)
        yield* eventually(Effect.map(begun, (found) => found.length > 0))
        yield* Fiber.interrupt(running)
      })
    ),
    /** How many rows the table of `list` has. */
    rows: Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const found = yield* sql.unsafe(`select 1 from ${quoteTable(list.table)}`)
      return found.length
    })
  }
})

/** What is mirrored whole without anything else being read before, best of all in a single answer. */
const listOf = ({ entities, type }: ConnectorDeclaration): Entity => {
  const lists = entities.filter(
    ({ forEach, incremental, mode, parent }) =>
      mode === "mirror" && forEach === undefined && incremental === undefined && parent === undefined
  )
  const found = lists.find(({ page }) => page.type === "none") ?? lists[0]
  if (found === undefined) throw new Error(`connectors/${type}/sample.yaml must mirror at least one list`)
  return found
}

/** A sandbox's login may be the daemon's own name, which stands everywhere. */
const ownName = "tributary"

const secretsOf = (value: unknown): ReadonlyArray<string> => {
  if (Redacted.isRedacted(value)) return [String(Redacted.value(value))]
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(secretsOf) : []
}

/** Everything the daemon wrote about its runs. */
const stored = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ text: string }>`
    select to_jsonb(l)::text as text from tributary.sync_log as l
    union all select to_jsonb(r)::text from tributary.sync_reject as r
    union all select to_jsonb(p)::text from tributary.pending_delete as p`
  return rows.map(({ text }) => text)
})

const layerLog = (output: Array<string>) =>
  Layer.merge(
    Logger.layer([Logger.map(Logger.formatJson, (line) => void output.push(line))]),
    Layer.succeed(References.MinimumLogLevel, "Trace")
  )
