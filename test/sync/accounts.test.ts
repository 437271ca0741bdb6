import { assert, describe, layer } from "@effect/vitest"
import { Deferred, Effect, Logger, Redacted, References } from "effect"
import { SqlClient } from "effect/sql"
import type { AccountRef } from "../../core/config/Account.ts"
import { bindAccount, perAccount } from "../../core/config/AccountEntity.ts"
import { withVersions } from "../../core/config/VersionedEntity.ts"
import * as Audit from "../../core/database/audit/Audit.ts"
import * as Database from "../../core/database/connection/Database.ts"
import { type LogLine, lineOf } from "../../core/observe/LogLine.ts"
import { AccountSource } from "../../core/plugin/AccountSource.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { checkLive } from "../../core/sync/discover/LiveCheck.ts"
import * as ApplyPlan from "../../core/sync/plan/ApplyPlan.ts"
import * as Planner from "../../core/sync/plan/Planner.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { UpstreamError } from "../../core/upstream/Source.ts"
import { declaration, freshDatabase, layerDatabase } from "../support/database.ts"
import { settle } from "../support/settle.ts"
import { type Answers, column, connectorOf, entity, layerRegistry, layerSync } from "../support/source.ts"
import { rows, syncer, tableOf } from "./fixtures.ts"
import { proxy } from "./Proxy.ts"

const account = (at: number): AccountRef => ({
  id: `0000000${at}-0000-4000-8000-000000000000`,
  owner: `owner${at}`,
  name: "shop"
})
const [first, second, third] = [account(1), account(2), account(3)]

/** Syncs with these active accounts. */
const withAccounts = <A, E, R>(accounts: ReadonlyArray<AccountRef>, effect: Effect.Effect<A, E, R>) =>
  Effect.provideService(effect, AccountSource, {
    active: () => Effect.succeed(accounts),
    invalid: () => Effect.succeed([]),
    credential: ({ id }) => Effect.succeed({ apply: (request) => request, secret: Redacted.make(`token of ${id}`) })
  })

/** Answers by the account that is read for. */
const by =
  (answers: Readonly<Record<string, ReturnType<Answers>>>): Answers =>
  ({ account }) =>
    answers[account?.owner ?? ""] ?? {}

const refused = new UpstreamError({ kind: "Unauthorized", reason: foreignText("the token is not valid any more") })

layer(layerDatabase, { excludeTestServices: true })((it) => {
  describe("an entity of a connector with accounts", () => {
    it.effect("is read for each active account, into rows of its own", () =>
      Effect.gen(function* () {
        const order = perAccount(entity("order"))
        const sync = syncer([order])
        const lines: Array<LogLine> = []
        const results = yield* withAccounts(
          [first, second],
          sync(by({ owner1: { records: rows(1, 3, "a") }, owner2: { records: rows(2, 4, "b") } }))
        ).pipe(
          Effect.provide(Logger.layer([Logger.make((options) => lines.push(lineOf(options)))])),
          Effect.provideService(References.MinimumLogLevel, "Debug")
        )
        const ended = lines.filter(({ message }) => message === "the run ended")
        assert.sameDeepMembers(
          ended.map(({ fields }) => [fields.account, fields.owner]),
          [first, second].map(({ id, owner }) => [id, owner])
        )
        assert.deepEqual(
          results.map(({ account, accountName, inserted, status }) => [account, accountName, status, inserted]),
          [
            [first.id, "owner1/shop", "ok", 3],
            [second.id, "owner2/shop", "ok", 3]
          ]
        )
        const stored = yield* tableOf(order)
        assert.deepEqual(
          stored.map(({ account_id, id, name }) => [account_id, Number(id), name]),
          [...[1, 2, 3].map((id) => [first.id, id, `a ${id}`]), ...[2, 3, 4].map((id) => [second.id, id, `b ${id}`])]
        )
        const sql = yield* SqlClient.SqlClient
        const audited =
          yield* sql`select account, status from tributary.sync_log where entity = 'order' order by account`
        assert.deepEqual(audited, [
          { account: first.id, status: "ok" },
          { account: second.id, status: "ok" }
        ])
        yield* sql`insert into tributary.account (id, connector, owner, name, status, belongs_to, sealed, sealed_by, created_at)
          values (${first.id}, 'fake', 'owner1', 'shop', 'active', 'somebody', '', '', now())`
        const logged = yield* Audit.lastRuns([order], 9)
        assert.deepEqual(
          logged.map(({ account, accountName }) => [account, accountName]),
          [
            [second.id, null],
            [first.id, "owner1/shop"]
          ],
          "a removed account has no name"
        )
        const [key] = yield* sql<{ def: string }>`select pg_get_constraintdef(oid) as def from pg_constraint
          where conrelid = 'fake_order'::regclass and contype = 'p'`
        assert.strictEqual(key?.def, "PRIMARY KEY (account_id, id)")
      })
    )

    it.effect("deletes only rows of the account that was read", () =>
      Effect.gen(function* () {
        const order = perAccount(entity("offer"))
        const sync = syncer([order])
        const both = by({ owner1: { records: rows(1, 4) }, owner2: { records: rows(1, 4) } })
        yield* withAccounts([first, second], sync(both))
        const [result] = yield* withAccounts([first], sync(by({ owner1: { records: rows(1, 2) } })))
        assert.deepInclude(result, { account: first.id, deleted: 2, unchanged: 2 })
        const left = yield* tableOf(order)
        assert.deepEqual(
          left.map(({ account_id, id }) => [account_id, Number(id)]),
          [...[1, 2].map((id) => [first.id, id]), ...[1, 2, 3, 4].map((id) => [second.id, id])]
        )
      })
    )

    it.effect("fails for one account and loads the others", () =>
      Effect.gen(function* () {
        const sync = syncer([perAccount(entity("message"))])
        const results = yield* withAccounts(
          [first, second],
          sync(by({ owner1: { error: refused }, owner2: { records: rows(1, 2) } }))
        )
        assert.deepEqual(
          results.map(({ account, error, status }) => [account, status, error]),
          [
            [first.id, "failed", "the token is not valid any more"],
            [second.id, "ok", null]
          ]
        )
      })
    )

    it.effect("is read for the bound account alone", () =>
      Effect.gen(function* () {
        const order = perAccount(entity("parcel"))
        const sync = syncer([order])
        const answers = by({ owner1: { records: rows(1, 1) }, owner2: { records: rows(1, 1) } })
        const results = yield* withAccounts([first, second], sync(answers, [bindAccount(order, second)]))
        assert.deepEqual(
          results.map(({ account }) => account),
          [second.id]
        )
      })
    )

    it.effect("is read for as many accounts at once as the connector may send requests, whoever asks", () =>
      Effect.gen(function* () {
        const order = perAccount(entity("queued"))
        const counts = { running: 0, highest: 0 }
        const move = (by: number) =>
          Effect.sync(() => {
            counts.running += by
            counts.highest = Math.max(counts.highest, counts.running)
          })
        const before = Effect.ensuring(Effect.andThen(move(1), settle), move(-1))
        const limits = { ...connectorOf([]).limits, concurrency: 2 }
        const syncAll = Effect.flatMap(Sync, ({ run }) => run([order], { trigger: "test", actor: null }))
        const accounts = Array.from({ length: 6 }, (_, at) => account(at))
        // Each of the second sync's accounts is free by then, or is skipped.
        yield* withAccounts(
          accounts,
          Effect.all([syncAll, syncAll, syncAll], { concurrency: "unbounded" }).pipe(
            Effect.provide(layerSync([order], () => ({ records: rows(1, 1), before }), { limits }))
          )
        )
        assert.strictEqual(counts.highest, 2)
      })
    )

    it.effect("shares its statements with the other accounts", () =>
      Effect.gen(function* () {
        const server = yield* proxy(yield* freshDatabase)
        const confirmed = { ...entity("whole").guard, confirm: "next" as const }
        const bill = perAccount(
          withVersions(entity("bill", { guard: confirmed, versions: { schema: "public", name: "bill_versions" } }))
        )
        const cursor = { cursor: "amount", param: "since", overlap: 0, format: "text" }
        const item = perAccount(
          entity("item", {
            mode: "upsert",
            incremental: cursor,
            forEach: { table: bill.table, params: { id: "id" }, perAccount: true }
          })
        )
        const answers: Answers = (read) => ({ records: rows(1, read.name === "item" ? 1 : 3) })
        const sync = syncer([bill, item])
        const database = Database.layer({ declaration: declaration(server.url), dataDirectory: "" })
        yield* Effect.gen(function* () {
          yield* withAccounts([first, second], sync(answers))
          const before = server.trips.length
          for (const one of [first, second, third]) yield* withAccounts([one], sync(answers))
          const texts = server.trips.slice(before).map(({ text }) => text.replaceAll("\0", " "))
          for (const { id } of [first, second, third]) assert.notInclude(texts.join(), `'${id}'`)
          const statements = texts.flatMap((text) => text.match(/with facts as.*?select \* from audit/gs) ?? [])
          assert.isNotEmpty(statements)
          assert.isAtMost(new Set(statements).size, 2)
        }).pipe(Effect.provide(database))
      })
    )

    it.effect("makes no run without an account", () =>
      Effect.gen(function* () {
        const [plain, order] = [entity("plain"), perAccount(entity("lonely"))]
        const results = yield* withAccounts([], syncer([plain, order])({ records: rows(1, 1) }))
        assert.deepEqual(
          results.map(({ entity }) => entity),
          ["plain"]
        )
      })
    )

    it.effect("requests the children of its own parents", () =>
      Effect.gen(function* () {
        const order = perAccount(entity("bill"))
        const item = perAccount(
          entity("item", {
            request: { method: "GET", path: "/bill/{id}/item", query: {}, headers: {} },
            columns: [column("id", "bigint"), column("name", "text"), column("amount", "decimal")],
            forEach: { table: order.table, params: { id: "id" }, perAccount: true }
          })
        )
        const seen: Array<string> = []
        const answers: Answers = (read, options) => {
          if (read.name === "item") seen.push(`${read.account?.owner} ${options?.params?.id}`)
          return read.name === "item" ? {} : { records: rows(read.account?.id === first.id ? 1 : 5, 5) }
        }
        yield* withAccounts([first, second], syncer([order, item])(answers))
        assert.deepEqual(seen.toSorted(), [...[1, 2, 3, 4, 5].map((id) => `owner1 ${id}`), "owner2 5"])
      })
    )

    it.effect("is planned for each account, and a plan is applied as it is", () =>
      Effect.gen(function* () {
        const order = perAccount(entity("planned"))
        const answers = by({ owner1: { records: rows(1, 2) }, owner2: { records: rows(1, 1) } })
        const registry = layerRegistry([order], answers)
        const results = yield* withAccounts(
          [first, second],
          Effect.gen(function* () {
            const made = yield* Planner.plan([order])
            assert.deepEqual(
              made.entities.map(({ account, inserts }) => [
                account,
                inserts.map(({ account_id, id }) => [account_id, id])
              ]),
              [
                [first.id, [1, 2].map((id) => [first.id, `${id}`])],
                [second.id, [[second.id, "1"]]]
              ]
            )
            return yield* ApplyPlan.apply(made, "test")
          }).pipe(Effect.provide(registry))
        )
        assert.deepEqual(
          results.map(({ account, inserted, status }) => [account, status, inserted]),
          [
            [first.id, "ok", 2],
            [second.id, "ok", 1]
          ]
        )
      })
    )

    it.effect("is looked at by `check --live` for the account that is named, else for the first one", () =>
      Effect.gen(function* () {
        const order = perAccount(entity("live"))
        const answers = by({ owner1: { records: rows(1, 1) }, owner2: { records: rows(1, 2) } })
        const look = (selected: typeof order, accounts: ReadonlyArray<AccountRef>) =>
          Effect.map(
            Effect.provide(withAccounts(accounts, checkLive([selected])), layerRegistry([order], answers)),
            ([only]) => [only?.accountName, only?.records, only?.verdict]
          )
        assert.deepEqual(yield* look(order, [first, second]), ["owner1/shop", 1, "ok"])
        assert.deepEqual(yield* look(bindAccount(order, second), [first, second]), ["owner2/shop", 2, "ok"])
        assert.deepEqual(yield* look(order, []), [undefined, 0, "warning"])
      })
    )

    it.effect("is not held up by an account that is slow", () =>
      Effect.gen(function* () {
        const gate = yield* Deferred.make<void>()
        const declared = connectorOf([])
        const sync = syncer([perAccount(entity("slow"))], { limits: { ...declared.limits, concurrency: 2 } })
        const answers = by({
          owner1: { before: Deferred.await(gate), records: rows(1, 1) },
          owner2: { records: rows(1, 1) },
          owner3: { before: Effect.asVoid(Deferred.succeed(gate, undefined)), records: rows(1, 1) }
        })
        const results = yield* withAccounts([first, second, third], sync(answers))
        assert.deepEqual(
          results.map(({ status }) => status),
          ["ok", "ok", "ok"]
        )
      })
    )
  })
})
