/**
 * The second read before rows are deleted. Rows can slide across page boundaries while a list is read, so a row that
 * exists all the time can be missed. The list is read once more, and only rows that it misses again are gone. The
 * second read holds no rows: it looks for the keys in question.
 */
import { Deferred, Effect, Result, type Scope } from "effect"
import type { Column } from "../../config/Column.ts"
import type { Entity } from "../../config/Entity.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import type { Completeness, SourceRecord } from "../../upstream/Source.ts"
import type { KeyFilter } from "../map/KeyFilter.ts"
import type { Mapper } from "../map/Mapper.ts"
import type { Key } from "../map/RowCells.ts"
import { mapperOf } from "../map/SelectiveMapper.ts"
import { RunFailure } from "../RunFailure.ts"
import type { PartOfRead } from "./Cursor.ts"
import type { Receiver } from "./Receiver.ts"
import { keySeparator, RepeatedRows } from "./RepeatedRows.ts"
import type { Target } from "./Target.ts"

/** Keys as texts, in the order of the key's columns. */
type Keys = ReadonlyArray<ReadonlyArray<string>>

/** What the first read has found besides its rows. */
export interface FirstRead {
  /** Keys that the source says are gone: it may have brought them back meanwhile. */
  readonly tombstones: Keys
  /** The parents that were skipped. */
  readonly skippedParts: ReadonlySet<string>
  /** The records that lacked the list of their children. */
  readonly lackedLists: Pick<KeyFilter, "has">
}

/** The result of a second read. */
export interface SecondRead {
  /** The keys that exist after all, one array per key column. */
  readonly found: Keys
  /** Why it proves nothing; then nothing is deleted. */
  readonly doubt: Reason | undefined
  /** The number of rows that were looked for. */
  readonly missing: number
}

/** Warns if it proves nothing. PostgreSQL reports how many rows it found: only it knows which keys are equal. */
export const doubtOf = (second: SecondRead | undefined): ReadonlyArray<Reason> =>
  second?.doubt === undefined ? [] : [reason("confirm.kept", { count: second.missing, why: second.doubt })]

/** Fails a `replace` whose read is not whole, or whose second read proves nothing. */
export const checkReplaceable = (
  { mode }: Entity,
  completeness: Completeness,
  second: SecondRead | undefined
): Effect.Effect<void, RunFailure> => {
  if (mode !== "replace") return Effect.void
  if (completeness._tag === "Partial") {
    return new RunFailure({ reason: reason("run.replacePartial", { why: completeness.reason }) })
  }
  return second?.doubt === undefined
    ? Effect.void
    : new RunFailure({ reason: reason("confirm.replace", { why: second.doubt }) })
}

/** Types whose equal values have equal texts, except for spaces that some domain types drop. */
const comparable = new Set<Column["type"]>(["text", "uuid", "integer", "bigint", "boolean"])

/** Whether keys can be compared here: only PostgreSQL knows what a loose collation finds equal. */
const isComparable = ({ array, lookup, loose, type }: Column): boolean =>
  comparable.has(type) && !array && lookup === undefined && loose !== true

/** Maps texts that PostgreSQL might find equal to one text; PostgreSQL makes the final comparison. */
const coarse = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[\p{M}\p{C}\s]/gu, "")
    .toLowerCase()

/** Looks for some keys among the records of a read. */
export class Search implements Receiver {
  readonly target: Target
  readonly mapped = 0
  readonly #mapper: Mapper
  readonly #columns: ReadonlyArray<{ readonly name: string; readonly compare: boolean }>
  readonly #first: FirstRead
  readonly #lookedUp: boolean
  readonly #missing: Keys
  readonly #wanted = new Map<string, Array<ReadonlyArray<string>>>()
  readonly #repeats: RepeatedRows
  #found = new Map<string, ReadonlyArray<string>>()
  #records = 0
  #unreadableKeys = 0
  /** Whether a parent was skipped that the first read did not skip. */
  #isLeft = false
  /** Whether a record lacks its list that had one in the first read. */
  #isListLost = false

  /** `stored` is the target's entity with the types of its table. */
  constructor(target: Target, missing: Keys, stored: Entity, first: FirstRead) {
    this.target = target
    this.#mapper = mapperOf(target.entity, {
      within: [],
      ...(target.ancestors && { ancestors: target.ancestors }),
      ...(target.containerOf && { containerOf: target.containerOf })
    })
    this.#first = first
    this.#missing = missing
    this.#repeats = new RepeatedRows(target.entity)
    const columns = keyColumns(stored)
    this.#columns = columns.map((column) => ({ name: column.name, compare: isComparable(column) }))
    this.#lookedUp = columns.some(({ lookup }) => lookup !== undefined)
    for (const key of [...missing, ...first.tombstones]) {
      const rough = this.#rough(key)
      this.#wanted.set(rough, [...(this.#wanted.get(rough) ?? []), key])
    }
  }

  skip({ part }: PartOfRead): void {
    if (!this.#first.skippedParts.has(part)) this.#isLeft = true
  }

  begin(part: PartOfRead): void {
    this.#mapper.begin(part)
    this.#repeats.begin()
  }

  end(completeness: Completeness): void {
    this.#repeats.end(completeness)
  }

  readonly add = (records: ReadonlyArray<SourceRecord>): Effect.Effect<void> =>
    Effect.sync(() => {
      for (const record of records) {
        const keys = this.#mapper.keysOf(record)
        const leftOut = this.#mapper.keysLeftOut(record)
        if (this.#mapper.lacksList(record) && !this.#first.lackedLists.has(this.#mapper.containers.identify(record))) {
          this.#isListLost = true
        }
        if (keys.length > 0 || leftOut.length === 0) this.#records += 1
        for (const key of keys) this.#look(key)
        for (const key of leftOut) if (key !== undefined) this.#repeats.see(this.#textsOf(key).join(keySeparator))
      }
    })

  readonly reset = Effect.sync(() => {
    this.#found = new Map()
    this.#repeats.reset()
    this.#records = 0
    this.#unreadableKeys = 0
    this.#mapper.reset()
    this.#isLeft = false
    this.#isListLost = false
  })

  /** Returns the findings, once the read has ended. */
  ended(completeness: Completeness): SecondRead {
    const unreadable = this.#unreadableKeys + this.#mapper.rejections.unreadableKeys
    const doubt =
      completeness._tag === "Partial"
        ? reason("confirm.partial", { why: completeness.reason })
        : unreadable > 0
          ? reason("confirm.keyless", { count: unreadable })
          : this.#isLeft
            ? reason("confirm.skipped")
            : this.#areListsCut
              ? reason("confirm.lists")
              : this.#records === 0
                ? reason("confirm.empty")
                : this.#repeats.count > 0
                  ? reason("confirm.moving", { count: this.#repeats.count })
                  : undefined
    const keys = [...this.#found.values()]
    return {
      found: this.#columns.map((_, at) => keys.map((key) => key[at] ?? "")),
      doubt,
      missing: this.#missing.length
    }
  }

  failed(why: Reason): SecondRead {
    return {
      found: this.#columns.map(() => []),
      doubt: reason("confirm.failed", { why }),
      missing: this.#missing.length
    }
  }

  /** Whether a record shows fewer of its children than it has, as none did in the first read. */
  get #areListsCut(): boolean {
    const { continued, listError } = this.#mapper.rejections
    const isFailed = listError !== undefined && this.target.entity.fail !== "none"
    return continued || isFailed || this.#isListLost
  }

  #look(key: Key): void {
    if (key === undefined) {
      this.#unreadableKeys += 1
      return
    }
    const texts = this.#textsOf(key)
    this.#repeats.see(texts.join(keySeparator))
    const wanted = this.#wanted.get(this.#rough(texts))
    if (wanted === undefined) return
    // Only PostgreSQL knows a looked-up value, so every row that it could be is kept.
    for (const one of this.#lookedUp ? wanted : [texts]) this.#found.set(one.join(keySeparator), one)
  }

  #textsOf(key: NonNullable<Key>): ReadonlyArray<string> {
    return this.#columns.map(({ name }) => key[name] ?? "")
  }

  #rough(key: ReadonlyArray<string>): string {
    return this.#columns.map(({ compare }, at) => (compare ? coarse(key[at] ?? "") : "")).join(keySeparator)
  }
}

const keyColumns = ({ columns, key }: Entity): ReadonlyArray<Column> =>
  key.flatMap((name) => columns.filter((column) => column.name === name))

/** Reads again for all entities that ask, at the cost of at most one read. */
export const readAgain = <E, R>(
  searches: ReadonlyArray<Search>,
  read: (receivers: ReadonlyArray<Receiver>) => Effect.Effect<Completeness, E, R>,
  reasonOf: (error: E) => Reason
): Effect.Effect<ReadonlyMap<Target, SecondRead>, never, R> =>
  Effect.map(
    Effect.result(read(searches)),
    (end) =>
      new Map(
        searches.map((search) => [
          search.target,
          Result.isSuccess(end) ? search.ended(end.success) : search.failed(reasonOf(end.failure))
        ])
      )
  )

/**
 * One second read for the entities of a read that ask for it. It begins once each of them has asked or declined. Entities
 * that wait for others before they load are on a later step, with a second read of its own: in a shared one, all would wait.
 */
export interface Confirmation {
  readonly ask: (...search: ConstructorParameters<typeof Search>) => Effect.Effect<SecondRead>
  /** Declines, or has ended; a second call changes nothing. */
  readonly leave: (target: Target) => Effect.Effect<void>
}

export const makeConfirmation = Effect.fnUntraced(function* <R>(
  targets: ReadonlyArray<Target>,
  stepOf: (target: Target) => number,
  read: (searches: ReadonlyArray<Search>) => Effect.Effect<ReadonlyMap<Target, SecondRead>, never, R>
): Effect.fn.Return<Confirmation, never, R | Scope.Scope> {
  const scope = yield* Effect.scope
  const context = yield* Effect.context<R>()
  const undecided = new Set(targets)
  let asked: ReadonlyArray<{ readonly search: Search; readonly answer: Deferred.Deferred<SecondRead> }> = []

  const leave = (target: Target) =>
    Effect.suspend(() => {
      undecided.delete(target)
      const open = new Set([...undecided].map(stepOf))
      const waiting = asked.filter(({ search }) => !open.has(stepOf(search.target)))
      if (waiting.length === 0) return Effect.void
      asked = asked.filter((one) => !waiting.includes(one))
      return read(waiting.map(({ search }) => search)).pipe(
        Effect.flatMap((seconds) =>
          Effect.forEach(waiting, ({ answer, search }) =>
            Deferred.succeed(answer, seconds.get(search.target) ?? search.failed(reason("confirm.notMade")))
          )
        ),
        Effect.provide(context),
        Effect.forkIn(scope),
        Effect.asVoid
      )
    })

  const ask = Effect.fnUntraced(function* (...search: ConstructorParameters<typeof Search>) {
    const answer = yield* Deferred.make<SecondRead>()
    asked = [...asked, { search: new Search(...search), answer }]
    yield* leave(search[0])
    return yield* Deferred.await(answer)
  })
  return { ask, leave }
})
