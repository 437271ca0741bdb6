import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Stream } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { TestClock } from "effect/testing"
import * as PendingDeletes from "../../core/database/audit/PendingDeletes.ts"
import { eventually } from "../support/eventually.ts"
import { entity } from "../support/source.ts"
import { rows } from "../sync/fixtures.ts"
import { job } from "./fixtures.ts"
import { held, isolated, late, one, world } from "./watchFixtures.ts"

describe("what was to be sent", () => {
  it.effect("and may or may not have arrived says so until a person has decided", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, look, sql } = yield* world("2026-03-10T07:00:00Z")
        yield* sql`
          insert into tributary.action_log (action, key, attempt, what, status, trigger, request, created_at)
          values ('fake.send', 'fake.send:1', gen_random_uuid(), '5 kg of flour', 'unknown', 'job', '{}', now()),
            ('fake.send', 'fake.send:2', gen_random_uuid(), '6 kg of flour', 'done', 'job', '{}', now())`
        assert.deepEqual(yield* look, ["action_unknown fake.send"])
        const [alert] = yield* alerts.open
        assert.include(alert?.message, "5 kg of flour")
        yield* sql`update tributary.action_log set status = 'failed' where status = 'unknown'`
        assert.deepEqual(yield* look, [])
      })
    )
  )

  it.effect("is one alert for each action, whose words stay while nothing new is unknown", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, look, sql } = yield* world("2026-03-10T07:00:00Z")
        yield* sql`
          insert into tributary.action_log (action, key, attempt, what, status, trigger, request, created_at)
          select 'fake.' || action, action || ':' || n, gen_random_uuid(), action || ' ' || n, 'unknown', 'job', '{}', now()
          from (values ('rare', 1), ('often', 30)) as w(action, times), generate_series(1, times) as n`
        const changed = yield* Effect.forkScoped(
          Stream.runHead(Stream.filter(alerts.changes, ({ what }) => what === "changed")),
          { startImmediately: true }
        )
        assert.deepEqual(yield* look, ["action_unknown fake.often", "action_unknown fake.rare"])
        assert.deepEqual(yield* look, ["action_unknown fake.often", "action_unknown fake.rare"])
        assert.include((yield* alerts.open).find(({ subject }) => subject === "fake.often")?.message, "often 30")
        assert.isUndefined(changed.pollUnsafe())
      })
    )
  )
})

describe("a cursor", () => {
  it.effect("from which nothing was read on for too long is an alert, until something is", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, declare, look, sql } = yield* world("2026-03-10T07:00:00Z", () => ({}), [])
        const incremental = { cursor: "id", overlap: 0, format: "text", maxAge: Duration.days(30) }
        yield* declare([], [entity("one", { incremental, mode: "append" })])
        const owners = ["anna", "bert", "gone"]
        for (const [at, owner] of owners.entries()) {
          const id = `00000000-0000-4000-8000-00000000000${at}`
          yield* sql`insert into tributary.sync_cursor (connector, entity, account, part, value, read_at)
            values ('fake', 'one', ${id}, '', '7', '2026-02-08T07:00:00Z'), ('fake', 'other', ${id}, '', '7', '2020-01-01T00:00:00Z')`
          if (owner === "gone") continue
          yield* sql`insert into tributary.account (id, connector, owner, name, status, belongs_to, created_at, sealed, sealed_by)
            values (${id}::uuid, 'fake', ${owner}, 'shop', 'active', '', now(), ${Buffer.from("")}, 'k')`
        }
        assert.deepEqual(yield* look, ["cursor_old fake.one"])
        const [alert] = yield* alerts.open
        assert.notInclude(yield* PrometheusMetrics.format(), "tributary_cursor_age_seconds{", "of nobody who is read")
        assert.match(alert?.message ?? "", /^fake.one: nothing was read on from 2 cursors \(anna\/shop, bert\/shop\)/)
        yield* sql`update tributary.sync_cursor set read_at = '2026-03-10T07:00:00Z' where account like '%1'`
        assert.deepEqual(yield* look, ["cursor_old fake.one"])
        const [one] = yield* alerts.open
        assert.match(one?.message ?? "", /^fake.one@anna\/shop: nothing was read on from its cursor for 30d/)
        yield* sql`update tributary.sync_cursor set read_at = '2026-02-08T07:03:30Z' where entity = 'one'`
        assert.deepEqual(yield* look, [], "not yet")
        assert.deepEqual(yield* look, ["cursor_old fake.one"])
        yield* sql`
          insert into tributary.sync_cursor (connector, entity, account, part, value, read_at)
          values ('fake', 'one', '', 'b', '7', '2026-03-10T07:02:00Z'), ('fake', 'one', '', 'a', '7', '2026-03-10T07:01:00Z')`
        yield* look
        const age = 'tributary_cursor_age_seconds{connector="fake",entity="one"}'
        assert.include(yield* PrometheusMetrics.format(), `${age} 240\n`, "of the oldest, at 07:05")
        yield* sql`delete from tributary.sync_cursor`
        yield* look
        assert.notInclude(yield* PrometheusMetrics.format(), "tributary_cursor_age_seconds{")
      })
    )
  )
})

describe("an entity", () => {
  it.effect("is late from the end of its job's allowance until its next good run has ended", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, fire, look, run, sql } = yield* world("2026-03-10T07:58:00Z")
        yield* run("2026-03-09T07:01:00Z", "ok")
        yield* fire("2026-03-10T07:00:00Z", "ok")
        assert.deepEqual(yield* look, [], "07:59")
        assert.deepEqual(yield* look, [late], "08:00")
        const [alert] = yield* alerts.open
        assert.strictEqual(
          alert?.message,
          "fake.one is late: it was to be fresh after 2026-03-10T07:00:00Z, and its last good run ended at 2026-03-09T07:01:00Z."
        )
        yield* run("2026-03-10T08:00:10Z", "failed")
        assert.deepEqual(yield* look, [late])
        yield* run("2026-03-10T08:00:50Z", "ok", "api")
        // As a decision about withheld deletes leaves it: nothing was read.
        yield* sql`update tributary.sync_log set config_hash = null where started_at = '2026-03-10T08:00:50Z'`
        assert.deepEqual(yield* look, [late])
        yield* run("2026-03-10T08:02:10Z", "warning", "api")
        assert.deepEqual(yield* look, [])
      })
    )
  )

  it.effect("is not late before a job had run it", () =>
    isolated(
      Effect.gen(function* () {
        const { fire, jump, look, run } = yield* world("2026-03-10T12:00:00Z")
        yield* fire("2026-03-10T07:00:00Z", "ok")
        assert.deepEqual(yield* look, [], "it was declared after the fire")
        yield* run("2026-03-10T12:00:30Z", "failed", "api")
        assert.deepEqual(yield* look, [], "a person tried it")
        yield* run("2026-03-10T12:01:30Z", "failed")
        assert.deepEqual(yield* look, [], "the job was run by hand")
        yield* jump("2026-03-11T08:00:00Z")
        yield* fire("2026-03-11T07:00:00Z", "ok")
        assert.deepEqual(yield* look, [late], "its first whole fire has passed")
      })
    )
  )

  it.effect("owes nothing for fires that were skipped, nor while its job is paused", () =>
    isolated(
      Effect.gen(function* () {
        const { fire, look, run, sql } = yield* world("2026-03-11T12:00:00Z")
        yield* run("2026-03-10T07:00:05Z", "ok")
        yield* fire("2026-03-11T07:00:00Z", "skipped")
        assert.deepEqual(yield* look, [])
        yield* fire("2026-03-11T06:59:00Z", "ok")
        assert.deepEqual(yield* look, [late])
        yield* sql`insert into tributary.job_state (job, paused_at) values ('morning', now())`
        assert.deepEqual(yield* look, [])
      })
    )
  )

  it.effect("is no longer late when a reload removes it, and its gauge is gone", () =>
    isolated(
      Effect.gen(function* () {
        const { declare, fire, keys, look, run } = yield* world("2026-03-10T09:00:00Z")
        yield* run("2026-03-09T09:01:00Z", "ok")
        yield* fire("2026-03-10T07:00:00Z", "ok")
        assert.deepEqual(yield* look, [late])
        assert.include(
          yield* PrometheusMetrics.format(),
          'tributary_entity_age_seconds{connector="fake",entity="one"} 86400'
        )
        yield* declare([job("morning")], [entity("other")])
        yield* TestClock.withLive(eventually(Effect.map(keys, ({ length }) => length === 0)))
        assert.notInclude(yield* PrometheusMetrics.format(), "tributary_entity_age_seconds{")
      })
    )
  )

  it.effect("whose deletes are held back says so until somebody decides", () => {
    let records = rows(1, 30)
    return isolated(
      Effect.gen(function* () {
        const { alerts, database, look, sync } = yield* world("2026-03-10T09:00:00Z", () => ({ records }), [])
        const run = sync.run([one], { trigger: "api", actor: null })
        yield* run
        assert.deepEqual(yield* look, [])
        records = []
        yield* run
        assert.deepEqual(yield* look, [held])
        assert.include(
          (yield* alerts.open)[0]?.message,
          "fake.one: 30 deletes wait for a decision: the source is empty"
        )
        const [pending] = yield* Effect.provide(PendingDeletes.open(1), database)
        yield* Effect.provide(PendingDeletes.drop(pending?.id ?? 0n, "anna"), database)
        assert.deepEqual(yield* look, [])
      })
    )
  })
})

describe("a source", () => {
  it.effect("whose fields change says so until they are as before, a new field for a week at most", () => {
    let more: object = {}
    return isolated(
      Effect.gen(function* () {
        const { alerts, jump, look, sync } = yield* world(
          "2026-03-10T09:00:00Z",
          () => ({ records: rows(1, 4).map(({ id, name }) => ({ id, name, ...more })) }),
          []
        )
        const run = sync.run([one], { trigger: "api", actor: null })
        const changed = "fields_changed fake field.appeared"
        more = { amount: null }
        yield* run
        assert.deepEqual(yield* look, [])
        more = { colour: "red" }
        yield* run
        assert.deepEqual(yield* look, [changed])
        assert.strictEqual(
          (yield* alerts.open)[0]?.message,
          [
            "fake.one: its source has other fields than before:",
            "1 field of the source is new, and not declared: colour",
            "1 declared field is in none of the records: amount; if that is as it should be, declare it optional: true"
          ].join("\n")
        )
        more = { colour: "red", amount: null }
        yield* run
        assert.deepEqual(yield* look, [changed])
        assert.notInclude((yield* alerts.open)[0]?.message, "amount")
        yield* jump("2026-03-17T08:50:00Z")
        assert.deepEqual(yield* look, [changed])
        yield* jump("2026-03-17T09:10:00Z")
        assert.deepEqual(yield* look, [])
        more = { amount: null, size: 1 }
        yield* run
        assert.deepEqual(yield* look, [changed])
        more = { amount: null }
        yield* run
        assert.deepEqual(yield* look, [])
      })
    )
  })
})

describe("sources of one connector", () => {
  it.effect("that change together are one alert, with the names of all", () =>
    isolated(
      Effect.gen(function* () {
        const { alerts, declare, look, sql } = yield* world("2026-03-10T09:00:00Z", undefined, [])
        yield* declare([], [one, entity("other")])
        yield* sql`
          insert into tributary.source_fields (connector, entity, source, seen, absent, appeared, vanished)
          select 'fake', name, '', '[]', '[]', '{"colour": "2026-03-10T08:00:00Z"}', '{}'
          from unnest(array['one', 'other']) as name`
        assert.deepEqual(yield* look, ["fields_changed fake field.appeared"])
        const [alert] = yield* alerts.open
        assert.deepInclude(alert, { subject: "fake", entities: ["fake.one", "fake.other"] })
        assert.strictEqual(
          alert?.message,
          "2 entities of fake have other fields than before (fake.one, fake.other), among them: 1 field of the source is new, and not declared: colour"
        )
      })
    )
  )
})
