/** An entity is in one state, whoever shows it: the command line, the API with the console, the bot and `/health`. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, layer } from "@effect/vitest"
import { Effect, Redacted, Schema } from "effect"
import { states } from "../../core/jobs/EntityState.ts"
import { type, variablesOf } from "../support/typed.ts"
import { lastText } from "./Chat.ts"
import { World } from "./fixtures.ts"

const token = "the-admin-token"

const Entity = Schema.StructWithRest(
  Schema.Struct({
    id: Schema.String,
    state: Schema.Literals(states),
    rows: Schema.NullOr(Schema.Int),
    freshAt: Schema.NullOr(Schema.String),
    late: Schema.Boolean,
    pending: Schema.Int,
    last: Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown))
  }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)
const decode = Schema.decodeUnknownEffect(Schema.Struct({ entities: Schema.Array(Entity) }))
const Health = Schema.Struct({ connectors: Schema.Record(Schema.String, Schema.Struct({ failing: Schema.Int })) })

/** What scripts read of `status --json` stays, whatever is added. */
const contract = {
  entity: ["connector", "entity", "account", "rows", "freshAt", "last", "pending"],
  last: [
    ...["id", "connector", "entity", "account", "trigger", "actor", "status", "started_at", "finished_at", "startedAt"],
    ...["fetched", "inserted", "updated", "unchanged", "deleted", "rejected", "requests", "bytes"],
    ...["warnings", "reasons", "notes", "noteReasons", "error", "errorReason"]
  ]
}

/** One entity for each state: the audit as runs, a job and a guard would have left it. */
const arrange = Effect.gen(function* () {
  const { sql } = yield* World
  yield* sql`
    insert into tributary.sync_log (connector, entity, trigger, status, started_at, finished_at, error, warnings, config_hash)
    values ('fintablo', 'category', 'api', 'failed', now(), now(), 'it answers 500', '[]', 'x'),
      ('fintablo', 'direction', 'api', 'warning', now(), now(), null, '["1 record was rejected"]', 'x'),
      ('fintablo', 'moneybag', 'job', 'ok', '2026-01-01', '2026-01-01', null, '[]', 'x')`
  yield* sql`
    insert into tributary.job_run (job, scheduled_at, trigger, status, finished_at)
    values ('morning-sync', now() - interval '3 hours', 'schedule', 'ok', now())`
  yield* sql`
    insert into tributary.pending_delete (run_id, connector, entity, table_name, key_columns, reason, rows, total)
    select max(id), 'fintablo', 'partner', 'public.ft_partner', '["id"]', 'too many', '[{"id": 1}]', 1
    from tributary.sync_log`
})

const expected: Readonly<Record<string, (typeof states)[number]>> = {
  "fintablo.category": "failed",
  "fintablo.moneybag": "late",
  "fintablo.partner": "withheld",
  "fintablo.direction": "warning",
  "iiko.store": "never",
  "fintablo.deal": "fresh"
}

const sync = ["category", "moneybag", "partner", "direction", "deal"].map((name) => `fintablo.${name}`)
const environment = { ADMIN_TOKEN: token }

layer(World.layer({ sync, environment }), { timeout: "60 seconds", excludeTestServices: true })("an entity", (it) => {
  it.effect("is in the same state in the command line, the API, the bot and /health", () =>
    Effect.gen(function* () {
      const { address, admin, control, database, directory, fintablo, gsheet, iiko, telegram } = yield* World
      yield* arrange
      const get = (path: string) =>
        Effect.promise(() =>
          fetch(`${address}${path}`, { headers: { authorization: `Bearer ${token}` } }).then((answer) => answer.json())
        )
      const { entities: api } = yield* Effect.flatMap(get("/api/v1/entities"), decode)
      const some = api.filter(({ id }) => id in expected)
      assert.deepEqual(Object.fromEntries(some.map(({ id, state }) => [id, state])), expected)

      const systems = { ...fintablo.environment, ...gsheet.environment, ...iiko.environment, ...telegram.environment }
      yield* variablesOf({ ...systems, ...environment, DATABASE_URL: Redacted.value(database) })
      const typed = yield* type("status", "--json", "--config", directory)
      assert.strictEqual(typed.code, 0, typed.err)
      const { entities: cli } = yield* Effect.flatMap(
        Effect.sync(() => JSON.parse(typed.out)),
        decode
      )
      assert.deepEqual(
        cli.map(({ account, last, ...state }) => ({ ...state, account, last: last?.id ?? null })),
        api.map(({ last, recent, ...state }) => ({ ...state, account: null, last: last?.id ?? null }))
      )
      const failed = cli.find(({ id }) => id === "fintablo.category")
      assert.containsAllKeys(failed, contract.entity)
      assert.containsAllKeys(failed?.last, contract.last)
      assert.strictEqual(failed?.last?.started_at, failed?.last?.startedAt)

      const bot = yield* control.summaries
      assert.deepEqual(
        bot.map(({ freshAt, id, late, pending, rows, state }) => ({
          ...{ id, state, rows, late, pending },
          freshAt: freshAt?.toISOString() ?? null
        })),
        api.map(({ freshAt, id, late, pending, rows, state }) => ({ id, state, rows, late, pending, freshAt }))
      )
      yield* admin.send("/start")
      yield* admin.sees((chat) => (chat.at(-1)?.buttons.length ?? 0) > 0)
      yield* admin.send("/status")
      const text = lastText(yield* admin.sees((chat) => lastText(chat).includes("fintablo.category")))
      for (const id of ["fintablo.category", "fintablo.moneybag", "fintablo.partner"]) assert.include(text, id)
      assert.notInclude(text, "fintablo.deal")

      const { connectors } = yield* Effect.flatMap(get("/health"), Schema.decodeUnknownEffect(Health))
      assert.strictEqual(connectors.fintablo?.failing, api.filter(({ state }) => state === "failed").length)
      assert.strictEqual(connectors.iiko?.failing, 0, "which failed in nothing")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
