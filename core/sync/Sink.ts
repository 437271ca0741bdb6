/** Where the records of one entity arrive during a read, and from where its rows are loaded when it has ended. */
import { Clock, Effect, type Schema } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { Entity } from "../config/Entity.ts"
import type { LoadVariant } from "../database/DiffSql.ts"
import * as Load from "../database/Load.ts"
import type { Ask } from "../database/PlanSql.ts"
import * as Refusals from "../database/Refusals.ts"
import { stage } from "../database/Staging.ts"
import type { Completeness, SourceRecord } from "../upstream/Source.ts"
import type { Checkpoints, LoadRun } from "./Checkpoint.ts"
import type { Second } from "./Confirm.ts"
import { CursorWatch, type PartOfRead } from "./Cursor.ts"
import * as Drift from "./Drift.ts"
import { type Ending, factsOf } from "./Facts.ts"
import type { FieldFindings } from "./FieldNames.ts"
import { type Failure, HeldRows, type Needs, type Overflow } from "./HeldRows.ts"
import { Mapper } from "./Mapper.ts"
import type { ReadCost, ReadSpent, Receiver, Target } from "./Receiver.ts"
import { Refused } from "./Refused.ts"
import { Repeats } from "./Repeats.ts"
import { defective, logDefect, RunFailure, reasonOf, retryWhileAway } from "./RunFailure.ts"
import { withoutRefused } from "./WithoutRefused.ts"

export interface SinkOptions {
  readonly overflow?: Overflow
  /** Rejected records do not hold the cursor. */
  readonly pastRejected?: boolean
  /** Absent: all is loaded when the read has ended. */
  readonly checkpoints?: Checkpoints | undefined
}

export class Sink implements Receiver {
  readonly target: Target
  readonly #mapper: Mapper
  readonly #rows: HeldRows
  #defect: RunFailure | undefined
  #refused: Refused | undefined
  /** Duplicates folded, rows loaded, and statements that loaded them, by checkpoints. */
  #folded = 0
  #before = 0
  #loads = 0
  /** When rows were loaded last, or the read began; milliseconds since 1970. */
  #loadedAt: number | undefined

  /** What the last load found changed about the fields of the source. */
  drift = Drift.nothing

  readonly #watch: CursorWatch | undefined
  /** Where a row that was missed would be lost, or taken for gone, and no second read is made for its sake. */
  readonly #repeats: Repeats | undefined
  /** Rows that a second read found. */
  #filled = 0
  readonly #pastRejected: boolean
  readonly #checkpoints: Checkpoints | undefined

  /** `runId` completes when the run has its lock. */
  constructor(
    target: Target,
    runId: Effect.Effect<bigint, RunFailure, SqlClient.SqlClient>,
    { checkpoints, overflow = "stage", pastRejected = false }: SinkOptions = {}
  ) {
    this.#checkpoints = checkpoints
    this.target = target
    this.#pastRejected = pastRejected
    const { cursor, entity } = target
    this.#watch = cursor === undefined ? undefined : new CursorWatch(cursor, entity)
    this.#repeats = cursor !== undefined || entity.guard.confirm === "next" ? new Repeats(entity) : undefined
    this.#mapper = new Mapper(entity, target, this.#repeats)
    const made = Effect.flatMap(runId, (id) => stage(entity, id))
    this.#rows = new HeldRows(this.#mapper, made, overflow)
  }

  get mapped(): number {
    return this.#mapper.mapped
  }

  /** What is added from now on is of that part of the read. */
  begin(part: PartOfRead, readAt: number): void {
    this.#loadedAt ??= readAt
    this.#mapper.begin(part)
    this.#repeats?.begin()
    this.#watch?.begin(part, readAt, this.#mapper.rejected)
  }

  given(cursor: string): void {
    this.#watch?.given(cursor)
  }

  end(completeness: Completeness): void {
    this.#repeats?.end(completeness)
    this.#watch?.end(completeness._tag === "Complete", this.#mapper.rejected)
  }

  mayLack(completeness: Completeness): boolean {
    return this.#watch !== undefined && (this.#repeats?.within(completeness) ?? 0) > 0
  }

  /** Others share the read, so a defect in the mapping is kept for the load of this entity to fail with. */
  add(records: ReadonlyArray<SourceRecord>): Effect.Effect<void, Failure, Needs> {
    return this.#map(() => {
      this.#watch?.see(records)
      for (const record of records) this.#mapper.add(record)
    })
  }

  /** The cursor stays where the first read takes it: the changes that came since are behind it. */
  fill(records: ReadonlyArray<SourceRecord>): Effect.Effect<void, Failure, Needs> {
    return this.#map(() => {
      const { fetched, mapped } = this.#mapper
      for (const record of records) this.#mapper.fill(record)
      this.#filled += this.#mapper.mapped - mapped
      if (this.#mapper.fetched > fetched) this.#watch?.missed()
    })
  }

  #map(take: () => void): Effect.Effect<void, Failure, Needs> {
    if (this.#defect !== undefined) return Effect.void
    try {
      take()
    } catch (defect) {
      this.#defect = defective(defect)
      return logDefect(defect)
    }
    return this.#rows.gather
  }

  /** Forgets what was read and not loaded, for a read that begins again. */
  readonly reset = Effect.suspend(() => {
    this.#mapper.reset()
    this.#watch?.reset()
    this.#repeats?.reset()
    this.#filled = 0
    this.#defect = undefined
    this.#refused = undefined
    return this.#rows.reset
  })

  /** Of the records that were read: declared fields that none of them has, and fields that are not declared. */
  get fields(): FieldFindings {
    return this.#mapper.findings
  }

  /** What went wrong in the mapping, if anything did. */
  get defect(): RunFailure | undefined {
    return this.#defect
  }

  /** The read as the load statement, or a failed run's audit row, is told of it. */
  facts(ending: Ending, cost: ReadSpent, second?: Second): Load.ReadFacts {
    this.#mapper.settle()
    return factsOf(
      {
        entity: this.target.entity,
        mapper: this.#mapper,
        refused: this.#refused,
        watch: this.#watch,
        pastRejected: this.#pastRejected,
        folded: this.#folded,
        before: this.#before,
        loads: this.#loads,
        repeats: this.#repeats?.count ?? 0,
        filled: this.#filled
      },
      { ending, cost, second }
    )
  }

  /** The form of the statement that fits this read. */
  variant(ending: Ending, second?: Second): LoadVariant {
    const { cursor, entity, misses, within } = this.target
    return {
      fold: this.#mapper.duplicatesPossible && this.#refused === undefined,
      within,
      cursor,
      confirm:
        second === undefined && entity.guard.confirm === "again" && ending?._tag === "Complete" && ending.pages > 1,
      misses,
      absent: ending?._tag === "Complete" ? this.#absent : []
    }
  }

  /** Columns that are judged, once the read is whole, because no record had their field. */
  get #absent(): ReadonlyArray<string> {
    const { cursor, entity } = this.target
    const { absent, mapped } = this.#mapper
    return cursor !== undefined || entity.mode === "append" || mapped === 0 ? [] : absent
  }

  /** The one statement that writes, or asks first what it would delete; a `replace` refuses anything but a whole read. */
  readonly load = (completeness: Completeness, cost: ReadSpent, run: LoadRun, second?: Second) =>
    Effect.suspend(() => this.#defect ?? this.#write(Load.load, completeness, cost, run, second))

  /**
   * Loads what was read so far, where it is time. What fails then fails this entity, not those that share its read. A
   * field that no record had yet is judged by the whole read, so rows that lack it wait.
   */
  readonly checkpoint = Effect.fnUntraced({ self: this }, function* (this: Sink, cost: ReadCost): Effect.fn.Return<
    void,
    RunFailure,
    Needs
  > {
    const rule = this.#checkpoints
    const now = yield* Clock.currentTimeMillis
    if (rule === undefined || this.#defect !== undefined) return
    if (now - (this.#loadedAt ?? now) < rule.every && this.#watch?.isAstray !== true) return
    if (!rule.isReady() || this.#absent.length > 0) return
    this.#watch?.pause(this.#mapper.rejected)
    const spent = { ...cost, lastRequests: [] }
    const { cursors, rejects, rows } = this.facts(undefined, spent)
    if (rows + rejects.length + cursors.length === 0) return
    const failed = (error: RunFailure) => {
      this.#defect = error
      return rule.isAlone ? Effect.fail(error) : Effect.void
    }
    yield* this.#checkpoint(rule, spent).pipe(
      Effect.mapError((error) => new RunFailure({ reason: reasonOf(error) })),
      Effect.catch(failed)
    )
  })

  readonly #checkpoint = Effect.fnUntraced({ self: this }, function* (this: Sink, rule: Checkpoints, cost: ReadSpent) {
    const run = yield* rule.run
    if (run.skipped) return
    yield* retryWhileAway(this.#write(Load.checkpoint, undefined, cost, run))
    this.#before += this.facts(undefined, cost).rows
    this.#loads += 1
    this.#folded += this.#refused?.folded ?? 0
    this.#watch?.checkpoint(this.#pastRejected)
    this.#mapper.checkpoint(this.#refused?.rejects ?? [])
    this.#refused = undefined
    yield* this.#rows.reset
    this.#loadedAt = yield* Clock.currentTimeMillis
    yield* Effect.logInfo(`${this.#before} rows are loaded so far, and the read goes on`)
  })

  #write<A>(
    write: Load.Write<A>,
    ending: Ending,
    cost: ReadSpent,
    run: LoadRun,
    second?: Second
  ): Effect.Effect<A, Failure | Load.LoadFailure | Schema.SchemaError, Needs> {
    const once = this.#send(write, ending, cost, run, second)
    return this.#withoutRefused(once, run.stored, ["removing", "keeping"], ending, cost, second)
  }

  /** What `ask` says of the rows; those that the table's types do not hold are rejected, as a load would do it. */
  plan<A, E>(ask: Ask<A, E>, stored: Entity, ending: Ending, cost: ReadSpent, second?: Second) {
    const once = Effect.gen({ self: this }, function* () {
      this.#mapper.settle()
      const staging = yield* this.#rows.arrived
      const [facts, variant] = [this.facts(ending, cost, second), this.variant(ending, second)]
      return yield* staging === undefined
        ? ask(facts, this.#rows.inMemory(), variant)
        : ask(facts, undefined, { ...variant, staging })
    })
    return this.#withoutRefused(once, stored, ["reading"], ending, cost, second)
  }

  #send<A>(write: Load.Write<A>, ending: Ending, cost: ReadSpent, run: LoadRun, second?: Second) {
    return Effect.gen({ self: this }, function* () {
      // Rows that were held back for their keys are to be staged with the others.
      this.#mapper.settle()
      const staging = yield* this.#rows.arrived
      const usual = this.variant(ending, second)
      const known = { fields: run.fields, isPartOnly: this.#watch?.since === true }
      this.drift = Drift.ofRead(known, this.target, this.#mapper, ending, yield* Clock.currentTimeMillis)
      const variant = { ...usual, fields: this.drift.next !== undefined }
      const facts = {
        ...Drift.withDrift(this.facts(ending, cost, second), this.drift, usual.absent),
        deadline: run.deadline
      }
      return yield* staging === undefined
        ? write(run.stored, run.id, facts, this.#rows.inMemory(), variant)
        : write(run.stored, run.id, facts, undefined, { ...variant, staging })
    })
  }

  /** PostgreSQL may refuse the whole for the sake of some rows: they are rejected by its words, and the rest is loaded. */
  #withoutRefused<A, E, R>(
    once: Effect.Effect<A, E, R>,
    stored: Entity,
    attempts: ReadonlyArray<Refusals.Attempt>,
    ending: Ending,
    cost: ReadSpent,
    second: Second | undefined
  ) {
    const sought = Effect.fnUntraced({ self: this }, function* (this: Sink, error: SqlError.SqlError) {
      const { duplicatesPossible, loaded } = this.#mapper
      const staging = yield* this.#rows.inStaging
      this.#refused ??= new Refused(yield* Refusals.arrange(stored, staging, duplicatesPossible), loaded.fetched)
      return yield* withoutRefused(once, error, {
        entity: this.target.entity,
        stored,
        staging,
        attempts,
        refused: this.#refused,
        facts: () => this.facts(ending, cost, second),
        variant: () => this.variant(ending, second),
        onRefused: () => this.#watch?.refuse()
      })
    })
    return Effect.catch(once, (error) => (Refusals.refused(error) ? sought(error) : Effect.fail(error)))
  }
}
