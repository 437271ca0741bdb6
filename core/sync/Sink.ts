/**
 * Where the rows of one entity gather during a read: in memory while they are few, in a staging table when they are
 * many, batches going there pipelined while the source is still being read. Memory stays bounded either way.
 */
import { Effect, Fiber, type Scope } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import { type Entity, entityId } from "../config/Entity.ts"
import * as Load from "../database/Load.ts"
import type { LoadVariant } from "../database/LoadSql.ts"
import * as Refusals from "../database/Refusals.ts"
import { concat } from "../database/TextColumn.ts"
import { reason } from "../reason/Reason.ts"
import type { Completeness, SourceRecord } from "../upstream/Source.ts"
import type { Second } from "./Confirm.ts"
import { type CursorRule, CursorWatch, type PartOfRead } from "./Cursor.ts"
import { Mapper } from "./Mapper.ts"
import type { ReadyRun } from "./Reads.ts"
import { Refused } from "./Refused.ts"
import { defective, logDefect, RunFailure, reasonOf, retryWhileAway } from "./RunFailure.ts"

/** Text in one batch, and how much of it may wait in memory before rows are staged. */
const batchSize = 1_000_000
const directSize = 8_000_000
/** Batches that may wait, read ahead, while others are on their way to the staging table. */
const ahead = 6

export interface Target {
  readonly entity: Entity
  /** See `LoadVariant.within`. */
  readonly within: ReadonlyArray<string>
  /** Of an incremental read. */
  readonly cursor?: CursorRule | undefined
}

/** A plan keeps its rows in memory: it is a document about rows anyway, and it must not write, not even to a staging table. */
export type Overflow = "stage" | "keep"

/** What the read cost, counted by the pipeline for all targets of a read. */
export interface ReadCost {
  readonly requests: number
  readonly bytes: number
}

export interface SinkOptions {
  readonly overflow?: Overflow
  /** Rejected records do not hold the cursor. */
  readonly pastRejected?: boolean
}

/** Whoever takes the records of a read. */
export interface Receiver {
  readonly target: Target
  /** Rows so far. */
  readonly mapped: number
  readonly begin: (part: PartOfRead, readAt: number) => void
  /** The source gave a cursor. */
  readonly given?: (cursor: string) => void
  readonly end: (completeness: Completeness) => void
  readonly add: (records: ReadonlyArray<SourceRecord>) => Effect.Effect<void, Failure, Needs>
  /** Forgets what was read, for a read that begins again. */
  readonly reset: Effect.Effect<void, Failure, Needs>
}

export interface LoadRun extends Pick<ReadyRun, "id" | "stored"> {
  /** See `ReadFacts.deadline`. */
  readonly deadline: number
}

type Failure = Load.StagingError | RunFailure
type Needs = SqlClient.SqlClient | Scope.Scope

export class Sink implements Receiver {
  readonly target: Target
  readonly #mapper: Mapper
  /** Completes when the run has its lock. */
  readonly #runId: Effect.Effect<bigint, RunFailure, SqlClient.SqlClient>
  #held: Array<Load.RowBatch> = []
  #heldSize = 0
  #staging: Load.Staging | undefined
  #staged = 0
  #waiting: Array<{ readonly batch: Load.RowBatch; readonly from: number }> = []
  #sending: Fiber.Fiber<void, Failure> | undefined

  #defect: RunFailure | undefined
  #refused: Refused | undefined

  readonly #overflow: Overflow
  readonly #watch: CursorWatch | undefined
  readonly #pastRejected: boolean

  constructor(
    target: Target,
    runId: Effect.Effect<bigint, RunFailure, SqlClient.SqlClient>,
    { overflow = "stage", pastRejected = false }: SinkOptions = {}
  ) {
    this.target = target
    this.#overflow = overflow
    this.#pastRejected = pastRejected
    this.#watch = target.cursor === undefined ? undefined : new CursorWatch(target.cursor, target.entity)
    this.#mapper = new Mapper(target.entity, target.within)
    this.#runId = runId
  }

  get mapped(): number {
    return this.#mapper.mapped
  }

  /** What is added from now on is of that part of the read. */
  begin(part: PartOfRead, readAt: number): void {
    this.#watch?.begin(part, readAt, this.#mapper.rejected)
  }

  /** The source gave a cursor. */
  given(cursor: string): void {
    this.#watch?.given(cursor)
  }

  end({ _tag }: Completeness): void {
    this.#watch?.end(_tag === "Complete", this.#mapper.rejected)
  }

  /** Others share the read, so a defect in the mapping is kept for the load of this entity to fail with. */
  add(records: ReadonlyArray<SourceRecord>): Effect.Effect<void, Failure, Needs> {
    if (this.#defect !== undefined) return Effect.void
    try {
      this.#watch?.see(records)
      for (const record of records) this.#mapper.add(record)
    } catch (defect) {
      this.#defect = defective(defect)
      return logDefect(defect)
    }
    return this.#mapper.size < batchSize ? Effect.void : this.#flush()
  }

  /** Forgets what was read, for a read that begins again. A batch on its way arrives all the same: it is waited for. */
  readonly reset = Effect.suspend(() => {
    this.#mapper.reset()
    this.#watch?.reset()
    this.#defect = undefined
    this.#refused = undefined
    this.#held = []
    this.#heldSize = 0
    this.#staged = 0
    this.#waiting = []
    const sent = this.#sending === undefined ? Effect.void : Fiber.await(this.#sending)
    this.#sending = undefined
    return Effect.andThen(sent, retryWhileAway(this.#staging?.clear ?? Effect.void))
  })

  /** The rows that wait in memory. They stay: a load whose connection breaks is tried again with the same rows. */
  rows(): Load.RowBatch {
    const rows = joined([...this.#held, this.#mapper.take()])
    this.#held = [rows]
    return rows
  }

  /** What went wrong in the mapping, if anything did. */
  get defect(): RunFailure | undefined {
    return this.#defect
  }

  /** The read as the load statement, or a failed run's audit row, is told of it. */
  facts(completeness: Completeness, cost: ReadCost, second?: Second): Load.ReadFacts {
    const { entity } = this.target
    const { fetched, mapped, parents, repaired } = this.#mapper
    const { folded = 0, gone = 0 } = this.#refused ?? {}
    const { keptKeys, keysLost, rejected, rejects } = this.#refused?.with(this.#mapper) ?? this.#mapper
    const deletes = entity.mode === "mirror" || entity.mode === "replace"
    const warnings = [
      ...(completeness._tag === "Partial"
        ? [reason(deletes ? "run.partialKept" : "run.partial", { why: completeness.reason })]
        : []),
      ...(second?.doubt === undefined ? [] : [reason("confirm.kept", { count: second.missing, why: second.doubt })]),
      ...(rejected > 0 ? [reason("run.rejected", { rejected, fetched, why: reasons(rejects) })] : []),
      ...(keysLost > 0 && deletes ? [reason("run.keyless", { count: keysLost })] : []),
      ...(repaired > 0 ? [reason("run.repaired", { count: repaired })] : []),
      ...(folded > 0 ? [reason("run.folded", { count: folded })] : []),
      ...(this.#watch?.warnings(entityId(entity), this.#pastRejected) ?? [])
    ]
    return {
      complete: completeness._tag === "Complete" && second?.doubt === undefined,
      keysLost,
      rows: mapped - folded - gone,
      fetched,
      rejected,
      ...cost,
      warnings,
      since: this.#watch?.since ?? false,
      // Which part a refused row came in is not known.
      cursors: gone > 0 && !this.#pastRejected ? [] : (this.#watch?.moves(this.#pastRejected) ?? []),
      rejects,
      keptKeys: second === undefined ? keptKeys : keptKeys.map((keys, at) => [...keys, ...(second.found[at] ?? [])]),
      parents
    }
  }

  /** The form of the statement that fits this read. */
  variant(completeness: Completeness, second?: Second): LoadVariant {
    const { cursor, entity, within } = this.target
    const { absent, mapped } = this.#mapper
    const judged = completeness._tag === "Complete" && cursor === undefined && entity.mode !== "append" && mapped > 0
    const emptied = new Set(judged ? absent : [])
    return {
      fold: this.#mapper.duplicatesPossible && this.#refused === undefined,
      within,
      cursor,
      confirm:
        second === undefined &&
        entity.guard.confirm === "again" &&
        completeness._tag === "Complete" &&
        completeness.pages > 1,
      absent: entity.columns.flatMap(({ name, optional }) =>
        emptied.has(name) && optional !== true && !entity.key.includes(name) ? [name] : []
      )
    }
  }

  /** The one statement that writes, or asks first what it would delete; a `replace` refuses anything but a whole read. */
  readonly load = (completeness: Completeness, cost: ReadCost, run: LoadRun, second?: Second) =>
    Effect.suspend(() => {
      if (this.#defect !== undefined) return this.#defect
      const once = Effect.suspend(() => this.#load(completeness, cost, run, second))
      return Effect.catchIf(once, Refusals.refused, (error) =>
        this.#withoutRefused(completeness, cost, run, second, error)
      )
    })

  readonly #load = Effect.fnUntraced(
    { self: this },
    function* (
      this: Sink,
      completeness: Completeness,
      cost: ReadCost,
      { deadline, id, stored }: LoadRun,
      second?: Second
    ) {
      const staging = this.#staging
      if (staging !== undefined) {
        yield* this.#flush()
        yield* this.#send(staging)
        yield* this.#sent
      }
      const facts = { ...this.facts(completeness, cost, second), deadline }
      const variant = this.variant(completeness, second)
      return yield* staging === undefined
        ? Load.load(stored, id, facts, this.rows(), variant)
        : Load.load(stored, id, facts, undefined, { ...variant, staging: staging.table })
    }
  )

  /**
   * PostgreSQL refused the whole for the sake of some rows: they are rejected by its words, and the rest is loaded. A
   * second time it may be that the deletes, which went first when the rows were sought, are withheld now.
   */
  readonly #withoutRefused = Effect.fnUntraced(
    { self: this },
    function* (
      this: Sink,
      completeness: Completeness,
      cost: ReadCost,
      run: LoadRun,
      second: Second | undefined,
      error: SqlError.SqlError
    ) {
      if (this.#staging === undefined) {
        this.#staging = yield* Load.stage(run.stored, run.id)
        const rows = this.rows()
        this.#held = []
        yield* this.#staging.add(rows, 0)
      }
      const staging = this.#staging
      this.#refused ??= new Refused(yield* Refusals.arrange(run.stored, staging, this.#mapper.duplicatesPossible))
      for (const removing of [true, false]) {
        const facts = this.facts(completeness, cost, second)
        const rows = yield* Refusals.takeOut(run.stored, facts, staging, this.variant(completeness, second), removing)
        if (rows.length === 0) continue
        if (rows.some(({ taken }) => taken)) break
        this.#refused.add(this.target.entity, rows, facts.rejects)
        if (rows.length > Refusals.mostRefused) {
          return yield* new RunFailure({
            reason: reason("run.refusedMany", { most: Refusals.mostRefused, why: reasonOf(error) })
          })
        }
        const loaded = yield* Effect.result(this.#load(completeness, cost, run, second))
        if (loaded._tag === "Success") return loaded.success
        if (!Refusals.refused(loaded.failure)) return yield* Effect.fail(loaded.failure)
      }
      return yield* error
    }
  )

  #flush(): Effect.Effect<void, Failure, Needs> {
    const size = this.#mapper.size
    this.#held.push(this.#mapper.take())
    this.#heldSize += size
    if (this.#overflow === "keep" || (this.#staging === undefined && this.#heldSize < directSize)) return Effect.void
    return Effect.gen({ self: this }, function* () {
      this.#staging ??= yield* Load.stage(this.target.entity, yield* this.#runId)
      const staging = this.#staging
      for (const batch of this.#held.splice(0)) {
        this.#waiting.push({ batch, from: this.#staged })
        this.#staged += batch.rows
      }
      const idle = this.#sending === undefined || this.#sending.pollUnsafe() !== undefined
      if (idle || this.#waiting.length >= ahead) yield* this.#send(staging)
    })
  }

  /**
   * Sends all that waits in one go, after what was sent before has arrived: the driver keeps the parameters of a
   * pipeline until it is empty, so one that never is would hold a whole load.
   */
  readonly #send = Effect.fnUntraced({ self: this }, function* (this: Sink, staging: Load.Staging) {
    yield* this.#sent
    const batches = this.#waiting.splice(0)
    const sending = Effect.forEach(batches, ({ batch, from }) => staging.add(batch, from), {
      concurrency: "unbounded",
      discard: true
    })
    this.#sending = yield* Effect.forkScoped(sending)
  })

  /** Fails once if they did not arrive; the load then finds rows missing. */
  readonly #sent = Effect.suspend(() => {
    const sending = this.#sending
    this.#sending = undefined
    return sending === undefined ? Effect.void : Fiber.join(sending)
  })
}

const joined = (batches: ReadonlyArray<Load.RowBatch>): Load.RowBatch => ({
  columns: (batches[0]?.columns ?? []).map((_, at) => concat(batches.flatMap((batch) => batch.columns[at] ?? []))),
  rows: batches.reduce((sum, batch) => sum + batch.rows, 0)
})

/** The commonest reasons with their fields, so that the warning itself says what is wrong. */
const reasons = (rejects: ReadonlyArray<Load.RejectedRecord>): string => {
  const counts = new Map<string, number>()
  for (const { field, reason } of rejects) {
    const name = `${field ?? "record"} is ${reason}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const common = [...counts].toSorted((left, right) => right[1] - left[1])
  return common
    .slice(0, 3)
    .map(([name, count]) => `${name} (${count})`)
    .join(", ")
}
