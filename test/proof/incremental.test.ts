import { assert, it } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { foreignText } from "../../core/reason/Reason.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { complete, completeIn, partial, type ReadOptions, UpstreamError } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, connectorOf, layerSync } from "../support/source.ts"
import {
  answered,
  type ChangingCase,
  changingCaseOf,
  type Item,
  isFuture,
  partOf,
  recordOf,
  type Step,
  sinceOf
} from "./Changing.ts"
import { all, explain } from "./Check.ts"
import { options } from "./Options.ts"

/** The outcome of one request. */
interface Asked {
  readonly part: string
  readonly since: string | undefined
  readonly end: "whole" | "partial" | "broken" | "moved"
}

/** The test's knowledge of one part of a read. */
interface Known {
  /** The highest time in a whole read, at which the next one starts. */
  cursor: number | undefined
  /** Records that a person gave up, by number: they may stay away until they get a new time. */
  readonly given: Map<number, number>
}

const broken = (partialBody: boolean) =>
  new UpstreamError({ kind: "Unreachable", reason: foreignText("broke off"), partialBody })

/** The vendor of one step. The accident hits the last requested part; a break-off can hit any part. */
const vendorOf = ({ accident, world }: Step, log: Array<Asked>) => {
  const victim = [...world.keys()].at(-1)
  let spoilt = false
  const moved = new Set<string>()
  return (options: ReadOptions | undefined): Answer => {
    const part = partOf(options)
    const sent = answered(world, options)
    const records = sent.map((item) => recordOf(part, item))
    const isHighest = ({ at }: Item) => sent.every(([, item]) => isFuture(item) || item.at <= at)
    const [one, , ...others] = records
    const gap = sent[1]?.[1]
    if (accident === "moves" && one !== undefined && gap !== undefined && others.length > 0 && !isHighest(gap)) {
      const isAgain = moved.has(part)
      moved.add(part)
      log.push({ part, since: options?.since, end: isAgain ? "whole" : "moved" })
      return { records: isAgain ? records : [one, one, ...others], pageSize: 2, end: completeIn(2) }
    }
    const hit = part === victim && (accident === "fatal" || accident === "partial" || !spoilt)
    const end =
      !hit || accident === "none" || accident === "moves" ? "whole" : accident === "partial" ? "partial" : "broken"
    log.push({ part, since: options?.since, end })
    if (end === "whole") return { records, pageSize: 2, end: complete }
    spoilt = true
    const some = records.slice(0, Math.ceil(records.length / 2))
    return end === "partial"
      ? { records: some, pageSize: 2, end: partial(foreignText("page cap of 3 reached")) }
      : { records: some, pageSize: 1, error: broken(accident === "midway") }
  }
}

for (const [what, checkpoint] of [
  ["in one load", Duration.minutes(5)],
  ["in a load for every page", Duration.zero]
] as const) {
  it.live(
    `a read of what has changed loses nothing, ${what}`,
    () =>
      Effect.gen(function* () {
        const { cases, seed } = yield* options(75)
        const drawn = yield* Effect.forEach(
          Array.from({ length: cases }, (_, at) => seed + at),
          changingCaseOf
        )
        const vendors = new Map<string, (options: ReadOptions | undefined) => Answer>()
        const prove = Effect.fnUntraced(function* (one: ChangingCase) {
          const sql = yield* SqlClient.SqlClient
          yield* Effect.forEach(one.setup, (statement) => sql.unsafe(statement))
          const known = new Map<string, Known>()
          for (const [at, step] of one.steps.entries()) {
            yield* Effect.forEach(step.before, (statement) => sql.unsafe(statement))
            if (step.anew) known.clear()
            const log: Array<Asked> = []
            vendors.set(step.entity.name, vendorOf(step, log))
            const sync = yield* Sync
            const { full, pastRejected } = step
            const [result] = yield* sync.run([step.entity], { trigger: "test", actor: null, full, pastRejected })
            const rows = yield* sql.unsafe<Stored>(
              `select part, id::integer as id, name, ${step.entity.columns.some(({ name }) => name === "more") ? "more" : "null as more"} from ${step.entity.table.name}`
            )
            yield* Effect.try({
              try: () => check(step, log, result?.status, rows, known, Duration.isZero(checkpoint)),
              catch: (cause) => new Error(explain(one.seed, at + 1, { step, log, known, result, rows }), { cause })
            })
          }
        })
        const { limits } = connectorOf([])
        const entities = drawn.flatMap(({ steps }) => steps.slice(0, 1).map(({ entity }) => entity))
        const layer = layerSync(entities, ({ name }, options) => vendors.get(name)?.(options) ?? {}, {
          limits: { ...limits, checkpoint }
        })
        yield* all(drawn, prove).pipe(Effect.provide(layer.pipe(Layer.provideMerge(layerDatabase))))
      }),
    600_000
  )
}

type Stored = { readonly part: string; readonly id: number; readonly name: string; readonly more: string | null }

const check = (
  { accident, anew, entity, full, pastRejected, world }: Step,
  log: ReadonlyArray<Asked>,
  status: string | undefined,
  rows: ReadonlyArray<Stored>,
  known: Map<string, Known>,
  inParts: boolean
) => {
  const hasMore = entity.columns.some(({ name }) => name === "more")
  const inTable = new Map(rows.map((row) => [`${row.part}/${row.id}`, row]))
  if (accident === "fatal") assert.strictEqual(status, "failed", "status")
  else assert.include(["ok", "warning"], status, "status")
  const first = new Set<string>()
  for (const { end, part, since } of log) {
    const items = world.get(part) ?? new Map<number, Item>()
    const past = [...items.values()].filter((item) => !isFuture(item)).map(({ at }) => at)
    const { cursor, given } = known.get(part) ?? { cursor: undefined, given: new Map<number, number>() }
    // An attempt after one that broke off may continue after the loaded rows.
    if (!first.has(part)) {
      // Rows loaded before a read failed have moved the cursor too, or set it back.
      const unsure = (inParts || entity.incremental?.ordered === true) && !anew && !full
      if (!unsure) asksWell(part, since, full ? undefined : cursor, Math.max(...past, cursor ?? 0))
    }
    first.add(part)
    if (inParts && pastRejected) {
      // Given up with the loaded part of a run, even if that fails later.
      for (const [id, item] of items) if (item.bad) given.set(id, item.at)
      known.set(part, { cursor, given })
    }
    if (end !== "whole" || status === "failed") continue
    const from = since === undefined ? Number.NEGATIVE_INFINITY : sinceOf(since)
    let rejected = 0
    for (const [id, item] of items) {
      if (item.bad) {
        if (item.at >= from) rejected += 1
        continue
      }
      if (given.get(id) === item.at) continue
      const row = inTable.get(`${part}/${id}`)
      assert.strictEqual(row?.name, item.name, `${status}, and row ${part}/${id} is not as the vendor has it`)
      if (hasMore) assert.strictEqual(row?.more, `${item.name} more`, `the new column of row ${part}/${id}`)
    }
    if (rejected > 0) assert.strictEqual(status, "warning", "rejected records are told")
    if (rejected > 0 && !pastRejected) continue
    for (const [id, item] of items) if (item.bad) given.set(id, item.at)
    // The item with the highest time may have moved into the future since; the cursor stays.
    const highest = [...past, ...(cursor === undefined ? [] : [cursor])]
    known.set(part, { cursor: highest.length === 0 ? undefined : Math.max(...highest), given })
  }
  // An empty table is filled by a whole read, whatever its cursors say.
  if (rows.length === 0) known.clear()
}

/** Checks that a read starts at the end of the last whole one, within the vendor's precision, or is whole if due. */
const asksWell = (part: string, since: string | undefined, cursor: number | undefined, latest: number) => {
  if (cursor === undefined) {
    assert.isUndefined(since, `part ${part} has to be read whole`)
    return
  }
  assert.isDefined(since, `part ${part} goes on from its cursor`)
  const from = sinceOf(since ?? "")
  assert.isAtMost(from, latest, `part ${part} is asked for from a time that it has`)
  assert.isAtLeast(from, Math.floor(cursor / 1_000) * 1_000, `part ${part} is asked for again and again`)
}
