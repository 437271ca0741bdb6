/**
 * The whole shipped configuration against far vendors and a far database: how near a full sync comes to the time that
 * the vendors alone take, and how many round trips to the database follow one another in it.
 */
import { PgConnection } from "@effect/sql-pg"
import { Duration, Effect, Redacted, Schedule, Schema } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { Registry } from "../../core/plugin/Registry.ts"
import * as Child from "./Child.ts"
import { layerEngine, sync } from "./Engine.ts"
import { Far, FarTraffic } from "./FarProtocol.ts"
import { type Figure, figure, type Pair, spread } from "./Figure.ts"
import type { Setup } from "./Setup.ts"
import * as Usual from "./Usual.ts"

const databaseRoundTripOf = ({ quick }: Setup) => (quick ? 10 : 400)
const vendorLatencyOf = ({ quick }: Setup) => (quick ? 5 : 150)
const allowedRounds = 3

const config = "config"

const startFar = (setup: Setup, latency: number) =>
  Child.start("far.ts", Far, {
    env: {
      FAR_DATABASE_URL: setup.databaseUrl,
      FAR_DATABASE_ROUND_TRIP: String(databaseRoundTripOf(setup)),
      FAR_VENDOR_LATENCY: String(latency)
    }
  })

const engineThrough = (setup: Setup, far: Far) => {
  const url = new URL(setup.databaseUrl)
  url.port = String(far.databasePort)
  return layerEngine(config, { ...far.environment, DATABASE_URL: url.href })
}

const traffic = (far: Far) => Effect.flatMap(HttpClient.get(far.control), HttpClientResponse.schemaBodyJson(FarTraffic))

const reset = (far: Far) =>
  Effect.forEach(
    [far.control, ...Object.values(far.vendors).map((url) => `${url}/_sandbox/requests`)],
    (url) => HttpClient.del(url),
    {
      discard: true
    }
  )

const Log = Schema.Array(Schema.Struct({ path: Schema.String, query: Schema.String }))

/** The fewest answers that must follow one another: logins first, then pages in order and no more at once than allowed. */
const shortestChain = (log: typeof Log.Type, concurrency: number): number => {
  const isLogin = ({ path }: { readonly path: string }) => /\/(?:auth|access_token|token)$/.test(path)
  const reads = log.filter((request) => !isLogin(request))
  const lists = Map.groupBy(reads, ({ path, query }) => path + query.replace(/[?&]page=\d+/, ""))
  const logins = log.length - reads.length
  return logins + Math.max(Math.ceil(reads.length / concurrency), ...[...lists.values()].map((pages) => pages.length))
}

/** The answers the slowest vendor must give one after the other, had the daemon no other limit than its concurrency. */
const slowestChain = Effect.fnUntraced(function* (far: Far) {
  const registry = yield* Registry.now
  const chains = yield* Effect.forEach(["iiko", "fintablo", "gsheet"] as const, (name) =>
    Effect.gen(function* () {
      const { limits } = yield* registry.declaration(name)
      const answer = yield* HttpClient.get(`${far.vendors[name]}/_sandbox/requests`)
      return shortestChain(yield* HttpClientResponse.schemaBodyJson(Log)(answer), limits.concurrency)
    })
  )
  return Math.max(...chains)
})

/**
 * Waits until the locks of the last run are back, which the next run would wait for itself. Asked over the short way, so
 * that the asking is not counted; then the answers to what gave them back are still on their way.
 */
const rested = Effect.fnUntraced(function* (setup: Setup) {
  const connection = yield* PgConnection.make({ url: Redacted.make(setup.databaseUrl) })
  const held = connection.query("select 1 from pg_locks where locktype = 'advisory'", [])
  yield* Effect.repeat(held, { schedule: Schedule.spaced("10 millis"), until: ({ rows }) => rows.length === 0 })
  yield* Effect.sleep(databaseRoundTripOf(setup))
}, Effect.scoped)

const secondsOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.timed(effect), ([duration]) => Duration.toSeconds(duration))

const elapsed = Effect.fnUntraced(function* (setup: Setup) {
  const databaseRoundTrip = databaseRoundTripOf(setup)
  const vendorLatency = vendorLatencyOf(setup)
  const far = yield* startFar(setup, vendorLatency)
  // The tables are made over the short way: here the warm daemon is measured.
  yield* sync([]).pipe(Effect.provide(layerEngine(config, { ...far.environment, DATABASE_URL: setup.databaseUrl })))
  return yield* Effect.gen(function* () {
    yield* sync([])
    const waited: Array<Pair> = []
    const ideal: Array<Pair> = []
    const usual: Array<Pair> = []
    for (let at = 0; at < setup.repeat; at++) {
      yield* rested(setup)
      yield* reset(far)
      const ours = yield* secondsOf(sync([]))
      const { fintablo, gsheet, iiko } = yield* traffic(far)
      const vendors = Math.max(iiko.elapsed, fintablo.elapsed, gsheet.elapsed)
      waited.push({ ours, reference: (vendors + databaseRoundTrip) / 1_000 })
      const chain = (yield* slowestChain(far)) * vendorLatency
      ideal.push({ ours, reference: (chain + databaseRoundTrip) / 1_000 })
    }
    if (setup.usual) {
      yield* rested(setup)
      const reference = yield* secondsOf(Usual.mirror([]))
      usual.push({ ours: yield* secondsOf(sync([])), reference })
    }
    return { waited, ideal, usual }
  }).pipe(Effect.provide(engineThrough(setup, far)))
}, Effect.scoped)

/** With vendors that answer at once, so that reads which end at different times do not look like waiting. */
const rounds = Effect.fnUntraced(function* (setup: Setup) {
  const far = yield* startFar(setup, 0)
  return yield* Effect.gen(function* () {
    yield* sync([])
    const results: Array<Pair> = []
    const released: Array<Pair> = []
    const connections: Array<number> = []
    for (let at = 0; at < setup.repeat; at++) {
      yield* rested(setup)
      yield* reset(far)
      yield* sync([])
      results.push({ ours: (yield* traffic(far)).database.rounds, reference: allowedRounds })
      yield* rested(setup)
      const { database } = yield* traffic(far)
      released.push({ ours: database.rounds, reference: allowedRounds })
      connections.push(database.connections)
    }
    return { results, released, connections: Math.max(...connections) }
  }).pipe(Effect.provide(engineThrough(setup, far)))
}, Effect.scoped)

export const figures = Effect.fn("bench.whole")(function* (setup: Setup) {
  const time = yield* elapsed(setup)
  const trips = yield* rounds(setup)
  const part = "a"
  const note = `the vendors' chain and ${spread(trips.results.map(({ ours }) => ours)).median} round trips in a row; ${trips.connections} connections were opened although the pool was warm`
  const all: ReadonlyArray<Figure> = [
    figure(
      { part, name: "full sync, to vendors' time + trip", unit: "s", target: { atMost: 1.3 }, notes: [note] },
      time.waited
    ),
    figure({ part, name: "full sync, to bare latency + trip", unit: "s" }, time.ideal),
    figure({ part, name: "trips in a row, to the results", unit: "", target: { atMost: 1 } }, trips.results),
    figure({ part, name: "trips in a row, to free locks", unit: "" }, trips.released),
    ...(setup.usual ? [figure({ part: "e", name: "full sync, to usual pattern", unit: "s" }, time.usual)] : [])
  ]
  return all
})
