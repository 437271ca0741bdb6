/** A burst of deliveries for two daemons, of which one is killed in the middle of its work. */
import { spawn } from "node:child_process"
import { randomInt } from "node:crypto"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Random, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import * as Database from "../../core/database/connection/Database.ts"
import * as InboxStore from "../../core/inbox/InboxStore.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"

const program = fileURLToPath(new URL("WorkerProcess.ts", import.meta.url))

const startWorker = (url: string) =>
  Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [program, url], { stdio: "inherit" })),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

/** In `PROOF_SEED` of a failed test, to repeat it. */
const seed = process.env.PROOF_SEED ?? String(randomInt(1_000_000))
/** `PROOF_DELIVERIES=5000` is a burst of a minute. */
const count = Number(process.env.PROOF_DELIVERIES ?? 1_000)
const keys = 100

describe(`a burst of ${count} deliveries, some of them twice (PROOF_SEED=${seed})`, () => {
  it.live("loses none and keeps the order of each key when a daemon is killed on the way", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create table public.worked (at serial, delivery bigint not null, process int not null)`
        const doomed = yield* startWorker(Redacted.value(url))
        yield* startWorker(Redacted.value(url))
        const store = Effect.fnUntraced(function* (n: number) {
          const delivery = {
            connector: "fake",
            source: "orders",
            key: `k${yield* Random.nextIntBetween(0, keys)}`,
            id: `d${n}`
          }
          const times = (yield* Random.nextBoolean) ? 1 : 2
          for (let at = 0; at < times; at++) yield* InboxStore.store({ ...delivery, body: { n } })
        })
        const numbers = Array.from({ length: count }, (_, n) => n)
        const burst = Effect.forEach(numbers, store, { concurrency: 16, discard: true })
        const workedBy = Effect.map(
          sql<{ n: number }>`select count(*)::int as n from public.worked where process = ${doomed.pid ?? 0}`,
          ([row]) => row?.n ?? 0
        )
        const kill = Effect.andThen(
          eventually(Effect.map(workedBy, (n) => n > 100)),
          Effect.sync(() => doomed.kill("SIGKILL"))
        )
        yield* Effect.all([burst, kill], { concurrency: 2 })
        const left = sql<{ n: number }>`select count(*)::int as n from tributary.inbox where state <> 'done'`
        yield* eventually(Effect.map(left, ([row]) => row?.n === 0))
        const [figures] = yield* sql`
          select (select count(*) from tributary.inbox)::int as stored, count(distinct delivery)::int as worked,
            (count(*) - count(distinct delivery) <= 8) as few_twice, count(distinct process)::int as processes from public.worked`
        assert.deepEqual(figures, { stored: count, worked: count, few_twice: true, processes: 2 })
        const wrong = yield* sql`
          select key from (
            select i.key, first.delivery, lag(first.delivery) over (partition by i.key order by first.at) as before
            from (select delivery, min(at) as at from public.worked group by 1) as first
            join tributary.inbox as i on i.id = first.delivery
          ) as ordered where before > delivery`
        assert.deepEqual(wrong, [])
      }).pipe(
        Effect.provide(Database.layer({ declaration: declaration(url), dataDirectory: "" })),
        Random.withSeed(seed)
      )
    })
  )
})
