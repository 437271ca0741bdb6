/** The command line as a user meets it: exit codes, what is printed where, and what it leaves in the database. */
import { assert, describe } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Diagnostic } from "../../core/config/Diagnostic.ts"
import { Plan } from "../../core/sync/plan/Plan.ts"
import { eventually } from "../support/eventually.ts"
import { documentOf, Runs, runsOf, scenario, shop, size } from "./Shop.ts"

describe("the command line", () => {
  scenario("mirrors, and tells how that went in one document or in plain words", ({ rows, run, start }) =>
    Effect.gen(function* () {
      const first = yield* run("sync", "--json")
      const { runs } = yield* documentOf(Runs, first)
      assert.strictEqual(first.code, 0)
      assert.deepEqual(
        runs.map(({ durationMs, ...result }): unknown => result),
        ["item", "tag"].map((entity) => ({
          connector: "shop",
          entity,
          account: null,
          status: "ok",
          fetched: size,
          inserted: size,
          updated: 0,
          unchanged: 0,
          deleted: 0,
          rejected: 0,
          warnings: [],
          reasons: [],
          notes: [],
          noteReasons: [],
          error: null,
          errorReason: null
        }))
      )
      assert.lengthOf(yield* rows, size)

      const again = yield* run("sync", "shop.*", "!shop.tag")
      assert.strictEqual(again.code, 0)
      assert.match(again.stdout, /shop\.item .*120/)
      assert.notInclude(again.stdout, "shop.tag")
      assert.notInclude(again.stdout + again.stderr, "\u001b")

      const log = yield* run("log", "--limit", "1", "--json")
      const audited = yield* documentOf(Schema.Struct({ runs: Schema.Array(Schema.Unknown) }), log)
      assert.lengthOf(audited.runs, 1)
      assert.nestedInclude(audited.runs[0], { entity: "item", status: "ok", unchanged: size, trigger: "cli" })

      const plain = yield* start(["status"], { FORCE_COLOR: "1", NO_COLOR: "1" })
      const status = yield* plain.ended
      assert.match(status.stdout, /shop\.item/)
      assert.notInclude(status.stdout, "\u001b")
    })
  )

  scenario("repeats what was typed, and names of files, without what would move a cursor", ({ run }) =>
    Effect.gen(function* () {
      for (const args of [
        ["sync", "\u001b[31mshop.x"],
        ["check", "--config", "\u001b]0;title\u0007none"]
      ]) {
        const { code, stderr, stdout } = yield* run(...args)
        assert.notStrictEqual(code, 0)
        assert.notInclude(stderr + stdout, "\u001b")
        assert.include(stderr, "\\u001b")
      }
    })
  )

  scenario("holds declarations against the sources when asked to, and writes nothing", ({ run, sql, vendor, write }) =>
    Effect.gen(function* () {
      const Looks = Schema.Struct({ live: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)) })
      yield* write("config/connectors/shop.yaml", shop.replace("amount: decimal", "amount: decimal, colour: text"))
      const looked = yield* run("check", "--live", "shop.item", "--json")
      assert.strictEqual(looked.code, 0, looked.stderr)
      const { live } = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Looks))(looked.stdout)
      assert.lengthOf(live, 1)
      const [item] = live
      assert.deepInclude(item, { connector: "shop", entity: "item", records: size, absent: ["colour"], error: null })
      assert.include(item?.undeclared, "tags")
      assert.deepEqual(yield* sql`select to_regnamespace('tributary') is null as untouched`, [{ untouched: true }])

      const output = yield* run("check", "--live")
      assert.match(output.stdout, /^The configuration is valid: .*\n\n✓ shop\.item {2}120 records of the first page\n/)
      assert.include(output.stdout, "Declared, but in no record:\n  shop.item: colour\n")
      assert.match(output.stdout, /In the source, but not declared:\n {2}shop\.item: .*tags.*\n {2}shop\.tag: .*name/)

      yield* write("config/connectors/shop.yaml", shop.replace("text[]", "bigint[]"))
      const misfit = yield* run("check", "--live", "shop.tag")
      assert.strictEqual(misfit.code, 1)
      assert.match(
        misfit.stdout,
        /✗ shop\.tag {2}120 records .*, \d+ would be rejected; the first: tags is not a whole/
      )
      assert.notInclude(misfit.stdout, "all declared ones were seen")
      yield* write("config/connectors/shop.yaml", shop)

      yield* vendor.fault({ path: "/items", mode: "html" })
      const failed = yield* run("check", "--live")
      assert.strictEqual(failed.code, 1)
      assert.match(failed.stdout, /✗ shop\.item {2}.*\n(?:.*\n)*✓ shop\.tag {3}120 records/)
      const unasked = yield* run("check", "shop.item")
      assert.deepEqual([unasked.code, unasked.stdout], [2, ""])
    })
  )

  scenario("carries out a saved plan to the letter, and only while it holds", ({ edit, rows, run }) =>
    Effect.gen(function* () {
      yield* run("sync", "shop.item")
      const before = yield* rows
      yield* edit({
        put: [
          { id: 3, name: "renamed" },
          { id: 500, name: "new" }
        ],
        remove: [{ id: 7 }]
      })
      const planned = yield* run("plan", "shop.item", "--save", "plan.json", "--json")
      assert.strictEqual(planned.code, 0)
      const [plan] = (yield* documentOf(Plan, planned)).entities
      assert.deepEqual(
        [plan?.inserts.map(({ id }) => id), plan?.updates.map(({ key }) => key.id), plan?.deletes.map(({ id }) => id)],
        [["500"], ["3"], ["7"]]
      )
      assert.deepEqual(yield* rows, before)

      yield* edit({ put: [{ id: 4, name: "renamed since" }] })
      const applied = yield* run("apply", "plan.json", "--json")
      assert.strictEqual(applied.code, 0, applied.stderr)
      const [result] = (yield* documentOf(Runs, applied)).runs
      assert.deepInclude(result, { status: "ok", inserted: 1, updated: 1, deleted: 1 })
      const kept = before
        .filter(({ id }) => id !== "7")
        .map((row) => (row.id === "3" ? { ...row, name: "renamed" } : row))
      const after = [...kept, { id: "500", name: "new" }]
      assert.deepEqual(yield* rows, after)

      const refused = yield* run("apply", "plan.json")
      assert.strictEqual(refused.code, 1)
      assert.match(refused.stdout + refused.stderr, /plan again/)
      assert.include(refused.stdout, "again: tributary plan --save plan.json shop.item")
      assert.deepEqual(yield* rows, after)
    })
  )

  scenario("asks before it deletes more than the guard allows, and takes an answer once", ({ rows, run, vendor }) =>
    Effect.gen(function* () {
      yield* run("sync", "shop.item")
      yield* vendor.fault({ path: "/items", mode: "empty" })
      const held = yield* run("sync", "shop.item", "--json")
      assert.deepEqual([held.code, yield* runsOf(held)], [0, ["item warning"]])
      assert.lengthOf(yield* rows, size)

      const Pending = Schema.Struct({ pending: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)) })
      const { pending } = yield* documentOf(Pending, yield* run("deletes", "--json"))
      assert.deepEqual(
        pending.map((each) => each.rows),
        [size]
      )
      const id = String(pending[0]?.id)
      const applied = yield* run("deletes", "apply", id)
      assert.deepEqual([applied.code, applied.stdout], [0, `Deleted ${size} rows.\n`])
      assert.lengthOf(yield* rows, 0)
      const twice = yield* run("deletes", "drop", id)
      assert.strictEqual(twice.code, 1)
      assert.include(twice.stderr, "decided already")
      const never = yield* run("deletes", "apply", "999")
      assert.deepEqual([never.code, never.stderr], [2, "there is no pending delete 999, and there never was\n"])
    })
  )

  scenario("starts nothing on a broken configuration, and says where it is broken", ({ run, sql, vendor, write }) =>
    Effect.gen(function* () {
      const fine = yield* run("check")
      assert.deepEqual(fine, {
        code: 0,
        stdout: "The configuration is valid: 1 connector, 2 entities, 1 example passed.\n",
        stderr: ""
      })
      yield* write("config/connectors/shop.yaml", shop.replace("ndjson\n    key: id", "ndjson\n    kye: id"))
      const checked = yield* run("check")
      assert.strictEqual(checked.code, 78)
      assert.strictEqual(checked.stdout, "")
      assert.match(checked.stderr, /^config\/connectors\/shop\.yaml:\d+:5: .*key/m)
      assert.match(checked.stderr, /\n +\d+ \| {5}kye: id\n +\| {5}\^\^\^/)

      const Invalid = Schema.Struct({ error: Schema.String, diagnostics: Schema.NonEmptyArray(Diagnostic) })
      const synced = yield* run("sync", "--json")
      assert.strictEqual(synced.code, 78)
      const { diagnostics } = yield* documentOf(Invalid, synced)
      assert.strictEqual(diagnostics[0].sourceLine, "    kye: id")
      assert.deepEqual(yield* vendor.requests, [])
      assert.deepEqual(yield* sql`select 1 from pg_namespace where nspname = 'tributary'`, [])
    })
  )

  scenario("tells how things stand while a file is broken, by the others", ({ run, write }) =>
    Effect.gen(function* () {
      yield* run("sync", "shop.item")
      yield* write("config/connectors/extra.yaml", shop.replace("type: rest", "type: rset"))
      const partly = yield* run("status")
      assert.deepEqual([partly.code, /shop\.item +.*120/.test(partly.stdout)], [0, true], partly.stdout)
      assert.match(partly.stderr, /the broken files are left out here.*\n {2}config\/connectors\/extra\.yaml:2:7: /)
    })
  )

  scenario("tells how things stand while all files are broken, by what was live last", ({ run, sql, start, write }) =>
    Effect.gen(function* () {
      yield* run("sync", "shop.item")
      const daemon = yield* start(["start"])
      yield* eventually(
        Effect.map(sql`select 1 from tributary.config_version where status = 'ok'`, ({ length }) => length > 0)
      )
      yield* Effect.sync(() => process.kill(Number(daemon.pid), "SIGTERM"))
      yield* daemon.ended
      yield* write("config/connectors/shop.yaml", shop.replaceAll("key: id", "kye: id"))
      yield* write("config/daemon.yaml", "databsae: 1\ndatabase: { url: { secret: DATABASE_URL } }")
      for (const command of ["status", "log", "jobs", "deletes", "actions"]) {
        const output = yield* run(command)
        assert.strictEqual(output.code, 0, `${command}: ${output.stderr}`)
        assert.match(output.stderr, /in place of the broken files stands what was live since 2/, command)
        if (command === "status" || command === "log") assert.include(output.stdout, "shop.item")
      }
      const doctor = yield* run("doctor")
      assert.deepEqual([doctor.code, /✗ configuration +\d problems/.test(doctor.stdout)], [1, true], doctor.stdout)
      assert.match(doctor.stdout, /✓ database/)
      assert.strictEqual((yield* run("plan")).code, 78)
    })
  )

  scenario("tells wrong usage from failure", ({ run, vendor }) =>
    Effect.gen(function* () {
      const help = yield* run("--help")
      assert.strictEqual(help.code, 0)
      for (const name of ["start", "check", "doctor", "plan", "apply", "sync", "discover", "status", "log", "schema"]) {
        assert.match(help.stdout, new RegExp(`^ +${name} `, "m"))
      }
      const unknown = yield* run("sync", "--nonsense")
      assert.deepEqual([unknown.code, unknown.stdout], [2, ""])
      assert.strictEqual(unknown.stderr.split("\n")[0], "There is no flag --nonsense.")
      assert.notMatch(help.stdout, /wizard|log-level|completions/)
      const mistyped = yield* run("sync", "shop.itme")
      assert.deepEqual([mistyped.code, mistyped.stdout], [2, ""])
      assert.include(mistyped.stderr, 'did you mean "shop.item"?')
      const everything = yield* run("sync", "--past-rejected")
      assert.deepEqual([everything.code, everything.stdout], [2, ""])
      assert.include(everything.stderr, "sync --past-rejected crm.deal")
      yield* vendor.fault({ path: "/items", mode: "html" })
      const failed = yield* run("sync", "--json")
      assert.deepEqual([failed.code, yield* runsOf(failed)], [1, ["item failed", "tag ok"]])
    })
  )

  scenario("tells what it can reach, and what it would make of a list it finds", ({ run, vendor, write }) =>
    Effect.gen(function* () {
      const schemas = yield* run("schema", "--json")
      const { files } = yield* documentOf(Schema.Struct({ files: Schema.Array(Schema.String) }), schemas)
      assert.include(files, "config/schemas/connector.schema.json")

      for (const records of [[], ["--records", "items"]]) {
        const discovered = yield* run("discover", "shop", "--path", "/items?limit=30&offset=0", ...records)
        assert.strictEqual(discovered.code, 0, discovered.stderr)
        assert.match(discovered.stdout, /amount: decimal/)
        yield* write("config/connectors/shop.yaml", `${shop}${discovered.stdout}`)
        const checked = yield* run("check")
        assert.include(checked.stdout, "1 connector, 3 entities", checked.stderr + discovered.stdout)
      }
      const nowhere = yield* run("discover", "shop", "--path", "/items", "--records", "data")
      assert.strictEqual(nowhere.code, 1)
      assert.match(nowhere.stderr, /without records at \/data; its lists are \/items \(\d+ records\)/)

      vendor.state.access.auth = "basic"
      const doctor = yield* run("doctor")
      assert.strictEqual(doctor.code, 1)
      assert.match(doctor.stdout, /✓ database +PostgreSQL/)
      assert.match(doctor.stdout, /✗ shop +.*401.*credentials/)
    })
  )
})
