/** The command line on a database that takes no writes, as hosts set one that is full. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { makePlace } from "../support/program.ts"

const connector = `
type: rest
baseUrl: http://127.0.0.1:1
entities: { thing: { path: /things, records: "", key: id, fields: { id: bigint } } }`

it.live("commands that look go on, and those that write say in PostgreSQL's words why they do not", () =>
  Effect.gen(function* () {
    const { run, sql } = yield* makePlace({ files: { "config/connectors/shop.yaml": connector }, secrets: {} })
    assert.strictEqual((yield* run("status")).code, 0)
    yield* sql`
      do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$`
    const status = yield* run("status")
    assert.strictEqual(status.code, 0, status.stderr)
    assert.include(status.stdout, "shop.thing")
    const sync = yield* run("sync")
    assert.strictEqual(sync.code, 1)
    assert.include(sync.stdout + sync.stderr, "read-only transaction")
  }).pipe(Effect.provide(NodeServices.layer))
)
