/** The figures sampled every few seconds: the process from outside and inside, its database, and the disk. */
import { once } from "node:events"
import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Heap } from "./Inside.ts"
import type { Place } from "./Place.ts"

const megabyte = 1024 * 1024

/** `/proc/PID/status` uses kilobytes. */
const memoryOf = async (pid: number): Promise<number> => {
  const [, kilobytes = ""] = /^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? []
  return Number(kilobytes) / 1024
}

/** Returns seconds; the kernel counts hundredths. */
export const processorTimeOf = async (pid: number): Promise<number> => {
  const after = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ") ?? []
  return (Number(after[11]) + Number(after[12])) / 100
}

/** Files may appear and disappear during the count. */
const sizeOf = async (path: string): Promise<number> => {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  const sizes = await Promise.all(
    entries.map((entry) =>
      entry.isDirectory()
        ? sizeOf(join(path, entry.name))
        : stat(join(path, entry.name)).then(
            ({ size }) => size,
            () => 0
          )
    )
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

const heapOf = async ({ daemon }: Place): Promise<Heap> => {
  const answer = once(daemon, "message", { signal: AbortSignal.timeout(20_000) })
  daemon.send({})
  const [heap]: ReadonlyArray<Heap> = await answer
  return heap ?? { used: Number.NaN, external: Number.NaN }
}

const catalogue = `
select
  (select count(*)::int from pg_class) as relations,
  (select count(*)::int from pg_attribute) as attributes,
  ((pg_total_relation_size('pg_class') + pg_total_relation_size('pg_attribute') + pg_total_relation_size('pg_type')
    + pg_total_relation_size('pg_depend')) / 1048576.0)::float8 as catalogue,
  (pg_database_size(current_database()) / 1048576.0)::float8 as database,
  (select count(*)::int from pg_stat_activity where backend_type = 'client backend' and application_name = 'tributary')
    as connections`

interface Catalogue {
  readonly relations: number
  readonly attributes: number
  readonly catalogue: number
  readonly database: number
  readonly connections: number
}

/** Returns the figures by name, with their units. */
export const take = Effect.fnUntraced(function* (place: Place) {
  const sql = yield* SqlClient.SqlClient
  const pid = place.daemon.pid ?? 0
  const heap = yield* Effect.promise(() => heapOf(place))
  const [rss, descriptors, processor] = yield* Effect.promise(() =>
    Promise.all([memoryOf(pid), readdir(`/proc/${pid}/fd`).then(({ length }) => length), processorTimeOf(pid)])
  )
  const [disk, wal, logs] = yield* Effect.promise(() =>
    Promise.all(["postgres", "postgres/pg_wal", "logs"].map((name) => sizeOf(join(place.directory, "data", name))))
  )
  const [stored] = yield* sql.unsafe<Catalogue>(catalogue)
  return {
    processor,
    figures: {
      "rss MB": rss,
      "heap MB": heap.used / megabyte,
      "outside the heap MB": heap.external / megabyte,
      descriptors,
      connections: stored?.connections ?? Number.NaN,
      "pg_class rows": stored?.relations ?? Number.NaN,
      "pg_attribute rows": stored?.attributes ?? Number.NaN,
      "catalogue MB": stored?.catalogue ?? Number.NaN,
      "database MB": stored?.database ?? Number.NaN,
      "disk without WAL MB": ((disk ?? 0) - (wal ?? 0)) / megabyte,
      "log MB": (logs ?? 0) / megabyte
    }
  }
})

/** Counts the rows of each of the daemon's own tables. */
export const tables = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql.unsafe<{ name: string }>(
    `select relname as name from pg_class
    where relnamespace = 'tributary'::regnamespace and relkind = 'r' and relname not like 'staging\\_%' order by 1`
  )
  const counts: Record<string, number> = {}
  for (const { name } of found) {
    const [row] = yield* sql.unsafe<{ rows: number }>(`select count(*)::int as rows from tributary.${name}`)
    counts[name] = row?.rows ?? Number.NaN
  }
  return counts
})
