/** Where the records of one entity arrive during a read, and from where its rows are loaded when it has ended. */
import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import { type Entity, entityId } from "../config/Entity.ts"
import type { LoadVariant } from "../database/DiffSql.ts"
import * as Load from "../database/Load.ts"
import * as Refusals from "../database/Refusals.ts"
import { stage } from "../database/Staging.ts"
import type { LastRequest } from "../observe/LastRequest.ts"
import { reason } from "../reason/Reason.ts"
import type { Completeness, SourceRecord } from "../upstream/Source.ts"
import { type Second, toldOf } from "./Confirm.ts"
import { type CursorRule, CursorWatch, type PartOfRead } from "./Cursor.ts"
import type { FieldFindings } from "./FieldNames.ts"
import { type Failure, HeldRows, type Needs, type Overflow } from "./HeldRows.ts"
import { Mapper } from "./Mapper.ts"
import type { ReadyRun } from "./Reads.ts"
import { Refused } from "./Refused.ts"
import { defective, logDefect, RunFailure, reasonOf } from "./RunFailure.ts"

export interface Target {
  readonly entity: Entity
  /** See `LoadVariant.within`. */
  readonly within: ReadonlyArray<string>
  /** Of an incremental read. */
  readonly cursor?: CursorRule | undefined
  /** What children of the entity take from its records. */
  readonly taken?: ReadonlyArray<ReadonlyArray<string>>
}

/** What the read cost, counted by the pipeline for all targets of a read. */
export interface ReadCost {
  readonly requests: number
  readonly bytes: number
}

/** The same with what an audit row is told of a read that did not go as it should. */
export interface ReadSpent extends ReadCost {
  readonly lastRequests: ReadonlyArray<LastRequest>
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

export class Sink implements Receiver {
  readonly target: Target
  readonly #mapper: Mapper
  readonly #rows: HeldRows
  #defect: RunFailure | undefined
  #refused: Refused | undefined

  readonly #watch: CursorWatch | undefined
  readonly #pastRejected: boolean

  /** `runId` completes when the run has its lock. */
  constructor(
    target: Target,
    runId: Effect.Effect<bigint, RunFailure, SqlClient.SqlClient>,
    { overflow = "stage", pastRejected = false }: SinkOptions = {}
  ) {
    this.target = target
    this.#pastRejected = pastRejected
    this.#watch = target.cursor === undefined ? undefined : new CursorWatch(target.cursor, target.entity)
    this.#mapper = new Mapper(target.entity, target.within, target.taken)
    const made = Effect.flatMap(runId, (id) => stage(target.entity, id))
    this.#rows = new HeldRows(this.#mapper, made, overflow)
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
    return this.#rows.gather
  }

  /** Forgets what was read, for a read that begins again. */
  readonly reset = Effect.suspend(() => {
    this.#mapper.reset()
    this.#watch?.reset()
    this.#defect = undefined
    this.#refused = undefined
    return this.#rows.reset
  })

  /** The rows of a plan. */
  rows(): Load.RowBatch {
    return this.#rows.inMemory()
  }

  /** Of the records that were read: declared fields that none of them has, and fields that are not declared. */
  get fields(): FieldFindings {
    const { absent, fetched, fields } = this.#mapper
    return { absent: fetched === 0 ? [] : absent, undeclared: fields.undeclared }
  }

  /** What went wrong in the mapping, if anything did. */
  get defect(): RunFailure | undefined {
    return this.#defect
  }

  /** The read as the load statement, or a failed run's audit row, is told of it. */
  facts(completeness: Completeness, cost: ReadSpent, second?: Second): Load.ReadFacts {
    const { entity } = this.target
    const { fetched, mapped, parents, repaired } = this.#mapper
    const { folded = 0, gone = 0 } = this.#refused ?? {}
    const { keptKeys, keysLost, rejected, rejects } = this.#refused?.with(this.#mapper) ?? this.#mapper
    const deletes = entity.mode === "mirror" || entity.mode === "replace"
    const warnings = [
      ...(completeness._tag === "Partial"
        ? [reason(deletes ? "run.partialKept" : "run.partial", { why: completeness.reason })]
        : []),
      ...toldOf(second),
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
    return {
      fold: this.#mapper.duplicatesPossible && this.#refused === undefined,
      within,
      cursor,
      confirm:
        second === undefined &&
        entity.guard.confirm === "again" &&
        completeness._tag === "Complete" &&
        completeness.pages > 1,
      absent: judged ? absent : []
    }
  }

  /** The one statement that writes, or asks first what it would delete; a `replace` refuses anything but a whole read. */
  readonly load = (completeness: Completeness, cost: ReadSpent, run: LoadRun, second?: Second) =>
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
      cost: ReadSpent,
      { deadline, id, stored }: LoadRun,
      second?: Second
    ) {
      const staging = yield* this.#rows.arrived
      const facts = { ...this.facts(completeness, cost, second), deadline }
      const variant = this.variant(completeness, second)
      return yield* staging === undefined
        ? Load.load(stored, id, facts, this.#rows.inMemory(), variant)
        : Load.load(stored, id, facts, undefined, { ...variant, staging })
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
      cost: ReadSpent,
      run: LoadRun,
      second: Second | undefined,
      error: SqlError.SqlError
    ) {
      const staging = yield* this.#rows.inStaging
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
}

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
