import { getActiveResourcesInfo } from "node:process"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Fiber, Ref } from "effect"
import { nothingChanged } from "../../core/plugin/ConfigVersion.ts"
import { foreignText, type Reason, render } from "../../core/reason/Reason.ts"
import { eventually } from "../support/eventually.ts"
import { makeWorld } from "./fixtures.ts"

const none = { added: [], changed: [], removed: [] }

const reasonIn = ({ why }: Reason["params"]): Reason =>
  typeof why === "object" && "code" in why ? why : foreignText("")

describe("a reload", () => {
  it.live("takes the edit, tells what it changed, and the next sync follows it", () =>
    Effect.gen(function* () {
      const { original, reload, sql, sync, write } = yield* makeWorld()
      yield* write(
        "connectors/iiko.yaml",
        `${original}\n  shop: { path: /corporation/stores, format: xml, records: corporateItemDto, key: id, fields: { id: uuid } }\n`
      )
      yield* write("jobs.yaml", 'hourly: { schedule: "0 * * * *", steps: [{ sync: ["*"] }] }')
      const version = yield* reload
      assert.strictEqual(version.status, "ok")
      assert.deepEqual(version.changes, {
        connectors: { ...none, changed: ["iiko"] },
        entities: { ...none, added: ["iiko.shop"] },
        jobs: { ...none, added: ["hourly"] },
        plugins: none,
        rebuilt: [],
        daemon: [],
        restart: []
      })
      const [result] = yield* sync("iiko.shop")
      assert.strictEqual(result?.status, "ok")
      const [run] = yield* sql`select config_hash from tributary.sync_log order by id desc limit 1`
      assert.strictEqual(run?.config_hash, version.hash)
    })
  )

  it.live("of an edited entity leaves the vendor's session alone; a rotated secret, and only that, logs in anew", () =>
    Effect.gen(function* () {
      const { original, reload, setSecret, sync, vendor, write } = yield* makeWorld()
      yield* sync("iiko.store")
      yield* write("connectors/iiko.yaml", original.replace("default_sale_price: decimal", "code: text"))
      yield* reload
      yield* sync("iiko.store")
      assert.strictEqual(vendor.state.counters.logins, 1)
      setSecret("IIKO_PASSWORD", "another")
      const version = yield* reload
      assert.deepEqual(version.changes?.connectors, { ...none, changed: ["iiko"] })
      assert.deepEqual(version.changes?.rebuilt, ["iiko"])
      const [refused] = yield* sync("iiko.store")
      assert.strictEqual(refused?.status, "failed")
    })
  )

  it.live("of a broken file changes nothing and tells every problem with its place", () =>
    Effect.gen(function* () {
      const { original, registry, reload, service, sql, sync, write } = yield* makeWorld()
      const before = yield* registry.current
      yield* write(
        "connectors/iiko.yaml",
        original.replace("name: text", "name: txt").replace("concurrency: 4", "concurrency: many")
      )
      yield* write("jobs.yaml", "hourly: { schedule: 99 * * * *, steps: [] }")
      const version = yield* reload
      assert.strictEqual(version.status, "invalid")
      assert.isNull(version.hash)
      assert.isAtLeast(version.diagnostics.length, 3)
      assert.deepEqual([...new Set(version.diagnostics.map(({ file }) => file.split("/").at(-1)))].toSorted(), [
        "iiko.yaml",
        "jobs.yaml"
      ])
      assert.strictEqual(yield* registry.current, before)
      assert.strictEqual((yield* sync("iiko.store"))[0]?.status, "ok")
      const [attempt, started] = yield* service.versions(undefined, 10)
      assert.deepInclude(attempt, { status: "invalid", trigger: "test", actor: "ops" })
      assert.deepEqual(attempt?.diagnostics, version.diagnostics)
      assert.deepEqual(attempt?.reasons, version.reasons)
      assert.deepEqual(
        version.reasons.map(({ code, params }) => [code, params.line, render(reasonIn(params))]),
        version.diagnostics.map(({ line, message }) => ["file.at", line, message])
      )
      const [row] = yield* sql`select reasons from tributary.config_version where id = ${attempt?.id ?? 0}`
      assert.deepEqual(row, { reasons: version.reasons })
      // As a version before this one stored them: the sentences alone.
      yield* sql`update tributary.config_version set reasons = '[]',
        diagnostics = (select jsonb_agg(d - 'reason' - 'hintReason') from jsonb_array_elements(diagnostics) as d)
        where id = ${attempt?.id ?? 0}`
      const [old] = yield* service.versions(undefined, 1)
      assert.deepEqual(
        old?.diagnostics.map(({ message, reason }) => [message, reason]),
        version.diagnostics.map(({ message }) => [message, foreignText(message)])
      )
      assert.deepInclude(started, { status: "ok", trigger: "start" })
      assert.strictEqual((yield* service.live).version.id, started?.id)
      assert.isUndefined(yield* service.files(attempt?.id ?? 0))
    })
  )

  it.live("by itself does not take a file that was cut off; asked for, it does", () =>
    Effect.gen(function* () {
      const { original, registry, reload, service, write } = yield* makeWorld()
      const watch = service.reload({ trigger: "watch", actor: null })
      const hourly = 'hourly: { schedule: "0 * * * *", steps: [{ sync: ["*"] }] }\n'
      const jobs = `${hourly}daily: { schedule: "0 7 * * *", steps: [{ sync: ["*"] }] }\n`
      yield* write("jobs.yaml", jobs)
      assert.strictEqual((yield* watch).status, "ok")
      const names = Effect.map(registry.current, (generation) => generation.jobs.map(({ name }) => name).toSorted())
      for (const text of ["", "# nothing\n", "{}\n", hourly]) {
        yield* write("jobs.yaml", text)
        const refused = yield* watch
        assert.strictEqual(refused.status, "failed", text)
        assert.deepEqual(
          refused.reasons.map(({ code }) => code),
          ["config.cut"]
        )
        assert.deepEqual(yield* names, ["daily", "hourly"])
      }
      // A job that is taken away where others stay is an edit like any.
      yield* write("jobs.yaml", jobs.slice(hourly.length))
      assert.strictEqual((yield* watch).status, "ok")
      assert.deepEqual(yield* names, ["daily"])
      yield* write("jobs.yaml", "")
      assert.strictEqual((yield* watch).status, "failed")
      assert.strictEqual((yield* reload).status, "ok")
      assert.deepEqual(yield* names, [])

      const [last = ""] = [...original.matchAll(/^ {2}\w+:/gm)].at(-1) ?? []
      yield* write("connectors/iiko.yaml", original.slice(0, original.lastIndexOf(last)))
      assert.strictEqual((yield* watch).status, "failed")
      yield* write("connectors/iiko.yaml", original)
      assert.strictEqual((yield* watch).status, "unchanged")
    })
  )

  it.live("stores every attempt, and what the files said", () =>
    Effect.gen(function* () {
      const { original, reload, service, write } = yield* makeWorld()
      const same = yield* reload
      assert.strictEqual(same.status, "unchanged")
      yield* write("connectors/iiko.yaml", `${original}# Ж\n`)
      const commented = yield* reload
      assert.strictEqual(commented.status, "unchanged")
      const [newest, second, first] = yield* service.versions(undefined, 10)
      assert.deepEqual([newest?.id, second?.id], [commented.id, same.id])
      assert.deepEqual(
        (yield* service.versions(second?.id ?? 0, 10)).map(({ id }) => id),
        [first?.id]
      )
      const texts = yield* Effect.forEach([newest, second, first], (version) => service.files(version?.id ?? 0))
      assert.deepEqual(
        texts.map((files) => files?.map(({ name, text }) => [name, text.endsWith("# Ж\n")])),
        [[["connectors/iiko.yaml", true]], [["connectors/iiko.yaml", false]], [["connectors/iiko.yaml", false]]]
      )
    })
  )

  it.live("is not the only way to other files: a start tells what differs from before the daemon was stopped", () =>
    Effect.gen(function* () {
      const { original, remove, restart, sql, write } = yield* makeWorld()
      assert.isNull((yield* restart).changes)
      yield* write("connectors/iiko.yaml", `${original}# edited\n`)
      const commented = yield* restart
      assert.isTrue(commented.changes !== null && nothingChanged(commented.changes))
      assert.isNull((yield* restart).changes)

      const shop = "path: /corporation/stores, format: xml, records: corporateItemDto, key: id, fields: { id: uuid }"
      yield* write("connectors/iiko.yaml", `${original}\n  shop: { ${shop} }\n`)
      yield* write("jobs.yaml", 'hourly: { schedule: "0 * * * *", steps: [{ sync: ["*"] }] }')
      yield* write("daemon.yaml", "log: { level: debug }")
      const started = yield* restart
      assert.deepInclude(started, { status: "ok", trigger: "start" })
      const changes = {
        connectors: { ...none, changed: ["iiko"] },
        entities: { ...none, added: ["iiko.shop"] },
        jobs: { ...none, added: ["hourly"] },
        plugins: none,
        rebuilt: [],
        daemon: ["log"],
        restart: []
      }
      assert.deepEqual(started.changes, changes)
      const [stored] = yield* sql`select diff from tributary.config_version order by id desc limit 1`
      assert.deepEqual(stored?.diff, changes)
      assert.isNull((yield* restart).changes)

      // Files that would not load any more are told by their names.
      yield* sql`update tributary.config_version set files = '[{"name":"connectors/iiko.yaml","text":"type: iko"},
        {"name":"connectors/crm.yaml","text":"type: crm"},{"name":"jobs.yaml","text":"a: 1"}]' where files is not null`
      yield* remove("daemon.yaml")
      assert.deepEqual((yield* restart).changes, {
        connectors: { added: [], changed: ["iiko"], removed: ["crm"] },
        entities: none,
        jobs: none,
        plugins: { ...none, changed: ["jobs"] },
        rebuilt: [],
        daemon: [],
        restart: []
      })
    })
  )

  it.live("reads what was stored before there were plugins to tell of", () =>
    Effect.gen(function* () {
      const { reload, service, sql } = yield* makeWorld()
      yield* reload
      yield* sql`update tributary.config_version set diff = diff - 'plugins' where diff is not null`
      const [newest] = yield* service.versions(undefined, 1)
      assert.deepEqual(newest?.changes?.plugins, none)
    })
  )

  it.live("that is interrupted when it has begun to swap ends with everything told", () =>
    Effect.gen(function* () {
      const { original, registry, reload, service, sql, write } = yield* makeWorld()
      yield* write("connectors/iiko.yaml", original.replace("timeout: 60s", "timeout: 61s"))
      const locked = yield* Deferred.make<void>()
      const free = yield* Deferred.make<void>()
      const holding = yield* sql`lock table tributary.config_version`.pipe(
        Effect.andThen(Deferred.succeed(locked, undefined)),
        Effect.andThen(Deferred.await(free)),
        sql.withTransaction,
        Effect.forkChild
      )
      yield* Deferred.await(locked)
      const before = yield* registry.current
      const reloading = yield* Effect.forkChild(reload)
      // It has swapped, and waits to write so down.
      yield* eventually(Effect.map(registry.current, (now) => now !== before))
      const interrupting = yield* Effect.forkChild(Fiber.interrupt(reloading))
      yield* Effect.yieldNow
      yield* Deferred.succeed(free, undefined)
      yield* Effect.all([Fiber.join(holding), Fiber.join(interrupting)])
      const { hash } = yield* registry.current
      assert.strictEqual((yield* service.live).version.hash, hash)
      assert.deepInclude((yield* service.versions(undefined, 1))[0], { hash, status: "ok" })
    })
  )

  it.live("without a database swaps all the same, and says that the row is missing", () =>
    Effect.gen(function* () {
      const { original, registry, reload, sql, write } = yield* makeWorld()
      yield* sql`alter table tributary.config_version rename to elsewhere`
      yield* write("connectors/iiko.yaml", original.replace("timeout: 60s", "timeout: 61s"))
      const version = yield* reload
      assert.deepInclude(version, { id: null, status: "ok", hash: (yield* registry.current).hash })
    })
  )
})

describe("two hundred reloads while syncs run all the time", () => {
  it.live(
    "fail no run, and leave no session, connection, timer or socket behind",
    () =>
      Effect.gen(function* () {
        const { original, reload, sql, sync, vendor, write } = yield* makeWorld({ slots: 1 })
        const { counters } = vendor.state
        const connections = Effect.map(
          sql`select 1 from pg_stat_activity where datname = current_database()`,
          (rows) => rows.length
        )
        const load = Effect.forEach(["iiko.product", "iiko.store", "iiko.employee"], (id) => sync(id), {
          concurrency: 3
        })
        yield* load
        const [connectionsBefore, resourcesBefore] = [yield* connections, resources()]

        const statuses = yield* Ref.make<ReadonlyArray<string>>([])
        const once = Effect.flatMap(load, (results) =>
          Ref.update(statuses, (all) => [...all, ...results.flat().map(({ error, status }) => error ?? status)])
        )
        const running = yield* Effect.forkChild(Effect.forever(once))
        for (let turn = 0; turn < 200; turn++) {
          yield* write("connectors/iiko.yaml", original.replace("timeout: 60s", `timeout: ${61 + (turn % 2)}s`))
          const version = yield* reload
          assert.strictEqual(version.status, "ok", version.error ?? "")
        }
        yield* Fiber.interrupt(running)

        const all = yield* Ref.get(statuses)
        assert.isAbove(all.length, 20)
        assert.deepEqual([...new Set(all)], ["ok"])
        assert.deepInclude(counters, { logins: 1, refusedLogins: 0, logouts: 0 })
        assert.strictEqual(vendor.state.sessions.live(yield* Clock.currentTimeMillis).length, 1)
        yield* load
        assert.isAtMost(yield* connections, connectionsBefore)
        assert.isAtMost(resources(), resourcesBefore + 5)
        const [versions] = yield* sql`select count(*)::int from tributary.config_version where trigger = 'test'`
        assert.strictEqual(versions?.count, 200)
      }),
    60_000
  )
})

/** What keeps a process alive: sockets, timers, watchers. */
const resources = () => getActiveResourcesInfo().length
