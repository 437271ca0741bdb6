/**
 * How many requests the API answers, and how fast, while the same process loads rows: `GET /api/v1/runs` from a client in
 * a process of its own, for as long as whole syncs follow one another, and beside it the same with nothing else to do.
 */
import { fileURLToPath } from "node:url"
import { Effect, Fiber, Layer, Redacted, Schema, Stream } from "effect"
import { HttpServer } from "effect/http"
import { ChildProcess } from "effect/process"
import { SqlClient } from "effect/sql"
import { Actions } from "../../core/actions/Actions.ts"
import * as Configuration from "../../core/config/Configuration.ts"
import { Plugins } from "../../core/control/Plugins.ts"
import * as Server from "../../core/http/Server.ts"
import { Inbox } from "../../core/inbox/Inbox.ts"
import { Jobs } from "../../core/jobs/Jobs.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import { Reload } from "../../core/plugin/Reload.ts"
import { layerVault } from "../support/vault.ts"
import * as Child from "./Child.ts"
import { layerEngine } from "./Engine.ts"
import { Source } from "./FarProtocol.ts"
import { figure, type Pair, spread } from "./Figure.ts"
import { fresh, timedSync } from "./Rows.ts"
import { type Setup, writeConfig } from "./Setup.ts"

const wantedRate = 2_000
const allowedLatency = 50
/** Of the client, which sends the next request on each when the answer is there. */
const connections = 32
/** Of a measurement with nothing else to do. */
const quietSecondsOf = ({ quick }: Setup) => (quick ? 1 : 5)
/** Rows that the audit holds besides: a page is as full as it is in a daemon that has run for a while. */
const auditRows = 10_000

const token = "bench"
export const adminToken = Redacted.make(token)

const cannon = fileURLToPath(new URL("../../node_modules/autocannon/autocannon.js", import.meta.url))

const Shot = Schema.fromJsonString(
  Schema.Struct({
    duration: Schema.Finite,
    errors: Schema.Int,
    non2xx: Schema.Int,
    "2xx": Schema.Int,
    latency: Schema.Struct({ p50: Schema.Finite, p99: Schema.Finite, max: Schema.Finite })
  })
)

const urlOf = Effect.fnUntraced(function* (path: string) {
  return `${yield* HttpServer.addressFormattedWith(Effect.succeed)}/api/v1/${path}`
})

/** Of one answer's body. */
export const bytesOf = Effect.fnUntraced(function* (path: string) {
  const url = yield* urlOf(path)
  const answer = yield* Effect.promise(() => fetch(url, { headers: { authorization: `Bearer ${token}` } }))
  return (yield* Effect.promise(() => answer.arrayBuffer())).byteLength
})

/** Asks for so many seconds; an answer that is no success is no figure. */
export const fire = Effect.fnUntraced(function* (path: string, seconds: number) {
  const url = yield* urlOf(path)
  const options = ["-c", String(connections), "-d", String(seconds), "-H", `authorization=Bearer ${token}`, "-j", "-n"]
  const handle = yield* ChildProcess.make(process.execPath, [cannon, ...options, url], { stderr: "ignore" })
  const output = yield* handle.stdout.pipe(Stream.decodeText(), Stream.mkString)
  const shot = yield* Schema.decodeUnknownEffect(Shot)(output)
  if (shot.errors > 0 || shot.non2xx > 0) {
    return yield* Effect.die(`${shot.errors} requests failed and ${shot.non2xx} were refused`)
  }
  return { rate: shot["2xx"] / shot.duration, ...shot.latency }
}, Effect.scoped)

const load = Effect.fnUntraced(function* (rows: number) {
  yield* fresh("bench_json")
  return yield* timedSync("json", { inserted: rows, unchanged: 0 })
})

const fillAudit = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`insert into tributary.sync_log (connector, entity, trigger, status, finished_at, fetched, unchanged)
    select 'bench', 'earlier', 'bench', 'ok', now(), 1000, 1000 from generate_series(1, ${auditRows})`
})

const measure = Effect.fnUntraced(function* (setup: Setup) {
  const { repeat, rows } = setup
  const quietSeconds = quietSecondsOf(setup)
  yield* fillAudit
  // Once for nothing: makes the table, and the daemon's code is warm as it is in a daemon.
  const sql = yield* SqlClient.SqlClient
  yield* sql`drop table if exists bench_json`
  yield* timedSync("json", { inserted: rows, unchanged: 0 })
  yield* fire("runs", 1)
  const pairs: Record<"rate" | "latency" | "quiet" | "slowed", Array<Pair>> = {
    rate: [],
    latency: [],
    quiet: [],
    slowed: []
  }
  for (let at = 0; at < repeat; at++) {
    const alone = yield* load(rows)
    const quiet = yield* fire("runs", quietSeconds)
    const seconds = Math.max(quietSeconds, Math.ceil(alone.total * 3))
    const syncing = yield* Effect.forkChild(Effect.forever(load(rows)))
    const busy = yield* fire("runs", seconds)
    yield* Fiber.interrupt(syncing)
    const beside = yield* Effect.forkChild(fire("runs", seconds))
    const slowed = yield* load(rows)
    yield* Fiber.join(beside)
    pairs.rate.push({ ours: busy.rate, reference: wantedRate })
    pairs.latency.push({ ours: busy.p99, reference: allowedLatency })
    pairs.quiet.push({ ours: busy.rate, reference: quiet.rate })
    pairs.slowed.push({ ours: slowed.total, reference: alone.total })
  }
  return pairs
})

const layerServer = (config: string, environment: Readonly<Record<string, string>>) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const loaded = yield* Configuration.load({ directory: config, types: yield* connectorTypes, environment })
      return Server.layer({
        host: "127.0.0.1",
        port: 0,
        adminToken,
        anonymous: "none"
      }).pipe(
        Layer.provide([
          Actions.layer,
          Inbox.layer,
          Jobs.layer,
          Plugins.layer([]),
          Reload.layer(loaded, Effect.succeed(loaded))
        ]),
        Layer.provide([Alerts.layer, layerVault]),
        Layer.provideMerge(layerEngine(config, environment))
      )
    })
  )

export const figures = Effect.fn("bench.api")(function* (setup: Setup) {
  const { databaseUrl, directory, rows } = setup
  const { url } = yield* Child.start("source.ts", Source, { args: [String(rows)] })
  const config = `${directory}/api`
  yield* writeConfig(config, { json: { format: "json", rows } })
  const pairs = yield* measure(setup).pipe(
    Effect.provide(layerServer(config, { DATABASE_URL: databaseUrl, BENCH_URL: url }))
  )
  const part = "f"
  const count = rows.toLocaleString("en").replaceAll(",", " ")
  const without = Math.round(spread(pairs.quiet.map(({ reference }) => reference)).median)
  const notes = [`${connections} connections, pages of 50 runs; without a sync ${without} requests/s`]
  return [
    figure(
      { part, name: `GET runs in a sync of ${count}, to 2 000/s`, unit: "/s", target: { atLeast: 1 }, notes },
      pairs.rate
    ),
    figure({ part, name: "p99 of its latency, to 50 ms", unit: "ms", target: { atMost: 1 }, notes }, pairs.latency),
    figure({ part, name: "GET runs during it, to without it", unit: "/s" }, pairs.quiet),
    figure({ part, name: "that sync, to without requests", unit: "s" }, pairs.slowed)
  ]
}, Effect.scoped)
