/** Many records from HTTP to a table, against PostgreSQL's own COPY of the same rows from a file of the server. */
import { createWriteStream } from "node:fs"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { Clock, Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { Registry } from "../../core/plugin/Registry.ts"
import { group } from "../../core/sync/read/ReadGroup.ts"
import * as Child from "./Child.ts"
import { layerEngine, rowsOf, sync } from "./Engine.ts"
import { Source } from "./FarProtocol.ts"
import { figure, type Pair, spread } from "./Figure.ts"
import { fields, toCopy } from "./Records.ts"
import { type Setup, writeConfig } from "./Setup.ts"
import * as Usual from "./Usual.ts"

const columns = fields.map(({ column }) => column).join(", ")

const writeCopyFile = (path: string, rows: number) =>
  Effect.promise(() => {
    const lines = function* () {
      for (let at = 0; at < rows; at += 1_000) {
        yield Array.from({ length: Math.min(1_000, rows - at) }, (_, n) => toCopy(at + n)).join("")
      }
    }
    return pipeline(Readable.from(lines()), createWriteStream(path))
  })

/** Empty, and the server's own writing of earlier work done: every measurement begins alike. */
export const fresh = Effect.fnUntraced(function* (table: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(`truncate ${table}`)
  yield* sql.unsafe("checkpoint")
})

/** As autovacuum leaves a table soon after a load: otherwise the first to read it afterwards writes all of its pages. */
const settle = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe("vacuum analyze bench_json")
  yield* sql.unsafe("checkpoint")
})

const seconds = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.timed(effect), ([duration]) => Duration.toSeconds(duration))

interface Timed {
  readonly total: number
  /** Of it, the time from the last record to the end. */
  readonly load: number
}

/** Seconds of a run that must have written, or found unchanged, every row. */
export const timedSync = Effect.fnUntraced(function* (
  entity: string,
  expected: { readonly inserted: number; readonly unchanged: number }
) {
  let loading = 0
  const started = yield* Clock.currentTimeMillis
  const results = yield* sync([`bench.${entity}`], (event) =>
    event._tag === "Loading"
      ? Effect.map(Clock.currentTimeMillis, (now) => {
          loading = now
        })
      : Effect.void
  )
  const ended = yield* Clock.currentTimeMillis
  const { inserted, unchanged } = rowsOf(results)
  if (inserted !== expected.inserted || unchanged !== expected.unchanged) {
    return yield* Effect.die(`bench.${entity}: ${inserted} rows were new and ${unchanged} unchanged`)
  }
  const timed: Timed = { total: (ended - started) / 1_000, load: (ended - loading) / 1_000 }
  return timed
})

/** The same body with nobody to look at it. */
const bareFetch = (url: string) =>
  Effect.promise(async () => {
    const { body } = await fetch(url)
    for await (const _ of body ?? []);
  })

/** What the engine could reach if the database cost nothing. */
const readAndMap = Effect.gen(function* () {
  const { entities } = yield* Registry.now
  const chosen = entities.filter(({ name }) => name === "json")
  for (const reads of group(chosen, entities)) {
    yield* Usual.read(reads, (mappers) => {
      for (const mapper of mappers) if (mapper.size > 1_000_000) mapper.take()
    })
  }
}).pipe(Effect.scoped)

const sameRows = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const differing = yield* sql.unsafe(
    `(select ${columns} from bench_json except all select ${columns} from bench_copy) union all
    (select ${columns} from bench_copy except all select ${columns} from bench_json) limit 1`
  )
  if (differing.length > 0) return yield* Effect.die("the rows differ from those that COPY wrote")
})

const measure = Effect.fnUntraced(function* ({ directory, repeat, rows, usual }: Setup, url: string) {
  const sql = yield* SqlClient.SqlClient
  const file = `${directory}/rows.copy`
  yield* writeCopyFile(file, rows)
  const allNew = { inserted: rows, unchanged: 0 }
  const allKnown = { inserted: 0, unchanged: rows }

  // Once for nothing: makes the tables, and the daemon's code is warm as it is in a daemon.
  yield* timedSync("json", allNew)
  yield* timedSync("xml", allNew)
  yield* sql.unsafe("create table bench_copy (like bench_json including all)")

  const copy = Effect.andThen(fresh("bench_copy"), seconds(sql.unsafe(`copy bench_copy (${columns}) from '${file}'`)))
  const pairs: Record<"new" | "unchanged" | "xml" | "fetch" | "read" | "usualNew" | "usualUnchanged", Array<Pair>> = {
    new: [],
    unchanged: [],
    xml: [],
    fetch: [],
    read: [],
    usualNew: [],
    usualUnchanged: []
  }
  const loads: Record<"new" | "unchanged" | "xml", Array<number>> = { new: [], unchanged: [], xml: [] }
  const rate = (took: number) => rows / took / 1_000

  for (let at = 0; at < repeat; at++) {
    let reference = rate(yield* copy)
    yield* fresh("bench_json")
    const created = yield* timedSync("json", allNew)
    pairs.new.push({ ours: rate(created.total), reference })
    loads.new.push(created.load)
    if (at === 0) yield* sameRows

    reference = rate(yield* copy)
    yield* settle
    const known = yield* timedSync("json", allKnown)
    pairs.unchanged.push({ ours: rate(known.total), reference })
    loads.unchanged.push(known.load)

    reference = rate(yield* copy)
    yield* fresh("bench_xml")
    const xml = yield* timedSync("xml", allNew)
    pairs.xml.push({ ours: rate(xml.total), reference })
    loads.xml.push(xml.load)

    pairs.read.push({ ours: rate(yield* seconds(readAndMap)), reference })
    pairs.fetch.push({ ours: rate(yield* seconds(bareFetch(`${url}/json?rows=${rows}`))), reference })

    if (!usual) continue
    yield* fresh("bench_json")
    pairs.usualNew.push({ ours: rate(created.total), reference: rate(yield* seconds(Usual.mirror(["bench.json"]))) })
    yield* settle
    pairs.usualUnchanged.push({
      ours: rate(known.total),
      reference: rate(yield* seconds(Usual.mirror(["bench.json"])))
    })
  }
  return { pairs, loads }
})

export const figures = Effect.fn("bench.rows")(function* (setup: Setup) {
  const { databaseUrl, directory, rows } = setup
  const { url } = yield* Child.start("source.ts", Source, { args: [String(rows), String(rows)] })
  const config = `${directory}/rows`
  yield* writeConfig(config, { json: { format: "json", rows }, xml: { format: "xml", rows } })
  const { loads, pairs } = yield* measure(setup, url).pipe(
    Effect.provide(layerEngine(config, { DATABASE_URL: databaseUrl, BENCH_URL: url }))
  )
  const took = (all: ReadonlyArray<Pair>) => rows / 1_000 / spread(all.map(({ ours }) => ours)).median
  const notes = (load: ReadonlyArray<number>, all: ReadonlyArray<Pair>) => {
    const loaded = spread(load).median
    const read = (took(all) - loaded).toFixed(2)
    const alone = took(pairs.read).toFixed(2)
    return [
      `${read} s to the last record, mapped and staged (${alone} s for JSON without a database), then ${loaded.toFixed(2)} s to the commit`
    ]
  }
  const about = { part: "b", unit: "k rows/s" } as const
  const count = rows.toLocaleString("en").replaceAll(",", " ")
  const usual = [
    ["new", pairs.usualNew],
    ["unchanged", pairs.usualUnchanged]
  ] as const
  return [
    figure(
      {
        ...about,
        name: `JSON, ${count} new, to COPY`,
        target: { atLeast: 0.35 },
        notes: notes(loads.new, pairs.new)
      },
      pairs.new
    ),
    figure(
      {
        ...about,
        name: `JSON, ${count} unchanged, to COPY`,
        target: { atLeast: 0.45 },
        notes: notes(loads.unchanged, pairs.unchanged)
      },
      pairs.unchanged
    ),
    figure(
      {
        ...about,
        name: `XML, ${count} new, to COPY`,
        target: { atLeast: 0.25 },
        notes: notes(loads.xml, pairs.xml)
      },
      pairs.xml
    ),
    figure({ ...about, name: "JSON read and mapped only, to COPY" }, pairs.read),
    figure({ ...about, name: "JSON fetched only, to COPY" }, pairs.fetch),
    ...usual
      .filter(([, found]) => found.length > 0)
      .map(([what, found]) => figure({ part: "e", unit: "k rows/s", name: `JSON, ${what}, to usual pattern` }, found))
  ]
}, Effect.scoped)
