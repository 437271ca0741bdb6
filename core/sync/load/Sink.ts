/** Loads the arrived rows of one entity, or finds out what a load of them would do. Long reads are loaded in parts. */
import { Clock, Effect, type Schema } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { Entity } from "../../config/Entity.ts"
import type { LoadVariant } from "../../database/load/DiffSql.ts"
import * as Load from "../../database/load/Load.ts"
import type { PlanRows } from "../../database/load/PlanSql.ts"
import type { ReadFacts } from "../../database/load/ReadFacts.ts"
import * as RowRefusals from "../../database/load/RowRefusals.ts"
import type { KnownFields } from "../../database/load/SourceFields.ts"
import type { Trial } from "../../database/load/Trial.ts"
import type { Completeness } from "../../upstream/Source.ts"
import * as FieldDrift from "../map/FieldDrift.ts"
import { RunFailure, reasonOf, retryWhileAway } from "../RunFailure.ts"
import type { Checkpoints, LoadRun } from "../read/Checkpoint.ts"
import type { SecondRead } from "../read/DeleteConfirmation.ts"
import { EntityReceiver } from "../read/EntityReceiver.ts"
import type { ReadParents } from "../read/ReadParents.ts"
import type { ReadCost, ReadSpent } from "../read/Receiver.ts"
import type { Target } from "../read/Target.ts"
import type { BufferServices, Failure, Overflow } from "./BufferedRows.ts"
import { absentColumns, type ReadEnd, readStatsOf, variantOf } from "./ReadStats.ts"
import { RefusedRows } from "./RefusedRows.ts"
import { retryWithoutRefused, withoutReplaced } from "./RetryWithoutRefused.ts"
import { type WithheldReport, withheldFrom } from "./Withheld.ts"

export interface SinkOptions {
  readonly overflow?: Overflow
  /** Whether the cursor moves past rejected records. */
  readonly pastRejected?: boolean
  /** Whether the read stops early, so that nothing is deleted. */
  readonly isLimited?: boolean
  /** Absent if everything is loaded when the read has ended. */
  readonly checkpoints?: Checkpoints | undefined
}

export class Sink extends EntityReceiver {
  #refused: RefusedRows | undefined
  /** Duplicates folded, rows loaded, and statements that loaded them, by checkpoints. */
  #folded = 0
  #before = 0
  #loads = 0
  readonly #pastRejected: boolean
  readonly #isLimited: boolean
  readonly #checkpoints: Checkpoints | undefined

  /** The fields of the source at the last whole read of the same request. */
  #known: KnownFields | null = null

  /** The changes in the source's fields that the last load found. */
  drift = FieldDrift.noDrift

  /** `runId` completes when the run has its lock. */
  constructor(
    target: Target,
    runId: Effect.Effect<bigint, RunFailure, SqlClient.SqlClient>,
    { checkpoints, isLimited = false, overflow = "stage", pastRejected = false }: SinkOptions = {}
  ) {
    super(target, runId, overflow)
    this.#checkpoints = checkpoints
    this.#pastRejected = pastRejected
    this.#isLimited = isLimited
  }

  override get reset(): Effect.Effect<void, Failure, BufferServices> {
    return Effect.suspend(() => {
      this.#refused = undefined
      return super.reset
    })
  }

  /** The keys that the source says are gone. */
  get tombstones(): ReadonlyArray<ReadonlyArray<string>> {
    const columns = this.mapper.tombstones.slice(0, this.target.entity.key.length)
    return (columns[0] ?? []).map((_, at) => columns.map((column) => column[at] ?? ""))
  }

  /** The facts about the read for the load statement, or for a failed run's audit row. */
  facts(ending: ReadEnd, cost: ReadSpent, second?: SecondRead): ReadFacts {
    this.mapper.settle()
    const kept = this.#kept
    const stats = readStatsOf(
      {
        entity: this.target.entity,
        mapper: this.mapper,
        refused: this.#refused,
        watch: this.watch,
        pastRejected: this.#pastRejected,
        personal: this.#withheld,
        isLimited: this.#isLimited,
        folded: this.#folded,
        before: this.#before,
        loads: this.#loads,
        repeats: this.repeats?.count ?? 0,
        filled: this.filled
      },
      { ending, cost, second }
    )
    return {
      ...stats,
      ...(kept === undefined ? {} : { skipped: kept.values }),
      ...(this.#hasGone(ending) ? { gone: this.goneKeys.columns } : {})
    }
  }

  /** Selects the form of the statement that fits this read. */
  variant(ending: ReadEnd, second?: SecondRead): LoadVariant {
    const duplicates =
      this.#refused === undefined ? this.mapper.duplicatesPossible : this.#refused.replaced && this.#refused.folded > 0
    const variant = variantOf(this.target, this.mapper, duplicates, ending, second, this.isPartOnly, this.#withheld)
    const kept = this.#kept
    return {
      ...variant,
      ...(kept === undefined ? {} : { skipped: kept.names }),
      ...(this.#hasGone(ending) ? { gone: true } : {})
    }
  }

  /** The parents whose rows stay: those that were skipped, and those without the list of their children. */
  get #kept(): Pick<ReadParents, "names" | "values"> | undefined {
    const { containers, fetched } = this.mapper
    const { lacking } = containers
    if (lacking.isEmpty || fetched === 0) return this.skipped.isEmpty ? undefined : this.skipped
    if (this.skipped.isEmpty) return lacking
    const { names, values } = this.skipped
    return { names, values: values.map((column, at) => [...column, ...(lacking.values[at] ?? [])]) }
  }

  /** Keys that are gone go with the last load of the run. */
  #hasGone(ending: ReadEnd): boolean {
    return ending !== undefined && !this.goneKeys.isEmpty
  }

  /** Sets what is known of the source's fields, by which a read is judged. */
  know(fields: KnownFields | null): void {
    this.#known = fields?.source === this.target.source ? fields : null
  }

  /** Places of which every run reports that something is withheld for them. */
  get #reported(): ReadonlyArray<string> {
    const { columns = [], places = [] } = this.#withheld ?? {}
    return columns.length === 0 ? [] : places
  }

  /** So far. */
  get #withheld(): WithheldReport | undefined {
    const known = { fields: this.#known, isPartOnly: this.isPartOnly }
    return withheldFrom(this.target.entity, this.mapper.fields, known)
  }

  /** The one statement that writes, or first returns what it would delete. A `replace` accepts only a whole read. */
  readonly load = (completeness: Completeness, cost: ReadSpent, run: LoadRun, second?: SecondRead) =>
    Effect.suspend(() => this.defect ?? this.#write(Load.load, completeness, cost, run, second))

  /**
   * Loads the rows read so far, if it is time. A failure then fails this entity, not those that share its read. A field
   * that no record had yet is judged by the whole read, so rows that lack it wait.
   */
  readonly checkpoint = Effect.fnUntraced({ self: this }, function* (this: Sink, cost: ReadCost): Effect.fn.Return<
    void,
    RunFailure,
    BufferServices
  > {
    const rule = this.#checkpoints
    const now = yield* Clock.currentTimeMillis
    if (rule === undefined || this.defect !== undefined) return
    if (now - (this.loadedAt ?? now) < rule.every && this.watch?.isAstray !== true) return
    if (!(yield* rule.isReady) || (this.watch === undefined && this.#awaited.length > 0)) return
    this.watch?.pause(this.mapper.rejected)
    const spent = { ...cost, lastRequests: [] }
    const { cursors, rejects, rows } = this.facts(undefined, spent)
    if (rows + rejects.length + cursors.length === 0) return
    const failed = (error: RunFailure) => {
      this.defect = error
      return rule.isAlone ? Effect.fail(error) : Effect.void
    }
    yield* this.#checkpoint(rule, spent).pipe(
      Effect.mapError((error) => new RunFailure({ reason: reasonOf(error) })),
      Effect.catch(failed)
    )
  })

  /**
   * Columns whose field has been in no record so far; only the whole read shows whether it is in none. A read of changes
   * does not wait for them.
   */
  get #awaited(): ReadonlyArray<string> {
    return this.isPartOnly ? [] : absentColumns(this.target, this.mapper, false)
  }

  readonly #checkpoint = Effect.fnUntraced({ self: this }, function* (this: Sink, rule: Checkpoints, cost: ReadSpent) {
    const run = yield* rule.run
    this.know(run.fields)
    // A record that has the personal place may follow.
    if (this.#withheld !== undefined) return
    if (run.skipped || this.#awaited.some((name) => FieldDrift.wasSeen(run.fields, name))) return
    yield* retryWhileAway(this.#write(Load.checkpoint, undefined, cost, run))
    this.#before += this.facts(undefined, cost).rows
    this.#loads += 1
    this.#folded += this.#refused?.folded ?? 0
    this.watch?.checkpoint(this.#pastRejected)
    this.mapper.checkpoint(this.#refused?.rejects ?? [])
    this.mapper.windows?.checkpoint()
    this.#refused = undefined
    yield* this.rows.reset
    this.loadedAt = yield* Clock.currentTimeMillis
    yield* Effect.logInfo(`${this.#before} rows are loaded so far, and the read goes on`)
  })

  #write<A>(
    write: Load.LoadFunction<A>,
    ending: ReadEnd,
    cost: ReadSpent,
    run: LoadRun,
    second?: SecondRead
  ): Effect.Effect<A, Failure | Load.LoadFailure | Schema.SchemaError, BufferServices> {
    const once = this.#send(write, ending, cost, run, second)
    return this.#withoutRefused(once, run.stored, ["removing", "keeping"], ending, cost, second)
  }

  /**
   * Plans the rows with `ask`; rows that PostgreSQL refuses are rejected, as in a load. `written` says how the rows can
   * be written and rolled back. Without it, their values are only read as the types of their columns.
   */
  plan<A, E>(
    ask: PlanRows<A, E>,
    stored: Entity,
    written: Trial | undefined,
    ending: ReadEnd,
    cost: ReadSpent,
    second?: SecondRead
  ) {
    const once = Effect.gen({ self: this }, function* () {
      const staging = yield* this.rows.arrived
      const [facts, variant] = [this.facts(ending, cost, second), this.variant(ending, second)]
      return yield* staging === undefined
        ? ask(facts, this.rows.inMemory(), variant)
        : ask(facts, undefined, { ...variant, staging })
    })
    const attempts: ReadonlyArray<RowRefusals.TrialMode> = written === undefined ? ["reading"] : ["removing", "keeping"]
    const before = [RowRefusals.shortLockTimeout, ...new Set(written?.before)].join("; ")
    return this.#withoutRefused(once, written?.entity ?? stored, attempts, ending, cost, second, `${before}; `)
  }

  #send<A>(write: Load.LoadFunction<A>, ending: ReadEnd, cost: ReadSpent, run: LoadRun, second?: SecondRead) {
    return Effect.gen({ self: this }, function* () {
      // Rows that were held back because of their keys have to be staged with the others.
      this.mapper.settle()
      const staging = yield* this.rows.arrived
      this.know(run.fields)
      const usual = this.variant(ending, second)
      const known = { fields: run.fields, isPartOnly: this.isPartOnly }
      this.drift = FieldDrift.driftOfRead(known, this.target, this.mapper, ending, yield* Clock.currentTimeMillis)
      const variant = { ...usual, fields: this.drift.next !== undefined }
      const facts = {
        ...FieldDrift.withDrift(this.facts(ending, cost, second), this.drift, [...usual.absent, ...this.#reported]),
        deadline: run.deadline
      }
      return yield* staging === undefined
        ? write(run.stored, run.id, facts, this.rows.inMemory(), variant)
        : write(run.stored, run.id, facts, undefined, { ...variant, staging })
    })
  }

  /** Runs `once`; rows because of which PostgreSQL refuses it are rejected with its words, and the rest is loaded. */
  #withoutRefused<A, E, R>(
    once: Effect.Effect<A, E, R>,
    stored: Entity,
    attempts: ReadonlyArray<RowRefusals.TrialMode>,
    ending: ReadEnd,
    cost: ReadSpent,
    second: SecondRead | undefined,
    before = ""
  ) {
    const sought = Effect.fnUntraced({ self: this }, function* (this: Sink, error: SqlError.SqlError) {
      const { duplicatesPossible, loaded } = this.mapper
      const staging = yield* this.rows.inStaging
      this.#refused ??= new RefusedRows(
        yield* RowRefusals.prepareStaged(stored, staging, duplicatesPossible),
        loaded.fetched,
        stored.versions !== undefined
      )
      return yield* retryWithoutRefused(withoutReplaced(once, staging, this.#refused), error, {
        entity: this.target.entity,
        stored,
        staging,
        attempts,
        before,
        refused: this.#refused,
        facts: () => this.facts(ending, cost, second),
        variant: () => this.variant(ending, second),
        onRefused: () => this.watch?.refuse()
      })
    })
    return Effect.catch(once, (error) => (RowRefusals.isRefusal(error) ? sought(error) : Effect.fail(error)))
  }
}
