/**
 * The rows of one run between mapping and load: in memory while they are few, in a staging table when they are many.
 * Batches go there pipelined while the source is still being read. Memory stays bounded either way.
 */
import { Effect, Fiber, type Scope } from "effect"
import type { SqlClient } from "effect/sql"
import type { RowBatch } from "../../database/load/Load.ts"
import type { Staging, StagingError } from "../../database/load/Staging.ts"
import { concat } from "../../database/tables/TextColumn.ts"
import type { Mapper } from "../map/Mapper.ts"
import { type RunFailure, retryWhileAway } from "../RunFailure.ts"

/** The characters of one batch, and of all rows that may wait in memory before they are staged. */
const batchSize = 1_000_000
const directSize = 8_000_000
/** The number of batches that may wait while others are on their way to the staging table. */
const ahead = 6

/** A plan keeps its rows in memory, as a document about rows anyway. It stages them only to find refused ones. */
export type Overflow = "stage" | "keep"

export type Failure = StagingError | RunFailure
export type BufferServices = SqlClient.SqlClient | Scope.Scope

export class BufferedRows {
  readonly #mapper: Pick<Mapper, "size" | "take">
  readonly #stage: Effect.Effect<Staging, Failure, BufferServices>
  readonly #overflow: Overflow
  #held: Array<RowBatch> = []
  #heldSize = 0
  #staging: Staging | undefined
  #staged = 0
  #waiting: Array<{ readonly batch: RowBatch; readonly from: number }> = []
  #sending: Fiber.Fiber<void, Failure> | undefined

  /** `stage` creates the staging table; a run has at most one. */
  constructor(
    mapper: Pick<Mapper, "size" | "take">,
    stage: Effect.Effect<Staging, Failure, BufferServices>,
    overflow: Overflow
  ) {
    this.#mapper = mapper
    this.#stage = stage
    this.#overflow = overflow
  }

  /** Takes the mapped rows once they are enough for a batch. */
  readonly gather: Effect.Effect<void, Failure, BufferServices> = Effect.suspend(() =>
    this.#mapper.size < batchSize ? Effect.void : this.#flush()
  )

  /** The rows that wait in memory. They are kept: a load whose connection breaks is tried again with the same rows. */
  inMemory(): RowBatch {
    const rows = joined([...this.#held, this.#mapper.take()])
    this.#held = [rows]
    return rows
  }

  /** The staging table with every row in it; nothing if there is no staging table. */
  readonly arrived: Effect.Effect<Staging | undefined, Failure, BufferServices> = Effect.suspend(() =>
    this.#staging === undefined ? Effect.undefined : this.inStaging
  )

  /** Puts every row into a staging table, however few they are. */
  readonly inStaging: Effect.Effect<Staging, Failure, BufferServices> = Effect.gen({ self: this }, function* () {
    const staging = yield* this.#opened
    this.#hold()
    this.#queue()
    yield* this.#send(staging)
    yield* this.#sent
    return staging
  })

  /** Discards the rows, for a read that starts again. A batch on its way still arrives, so it is awaited. */
  readonly reset: Effect.Effect<void, Failure, BufferServices> = Effect.suspend(() => {
    this.#held = []
    this.#heldSize = 0
    this.#staged = 0
    this.#waiting = []
    const sent = this.#sending === undefined ? Effect.void : Fiber.await(this.#sending)
    this.#sending = undefined
    return Effect.andThen(sent, retryWhileAway(this.#staging?.clear ?? Effect.void))
  })

  readonly #opened: Effect.Effect<Staging, Failure, BufferServices> = Effect.gen({ self: this }, function* () {
    this.#staging ??= yield* this.#stage
    return this.#staging
  })

  #hold(): void {
    this.#heldSize += this.#mapper.size
    this.#held.push(this.#mapper.take())
  }

  #queue(): void {
    for (const batch of this.#held.splice(0)) {
      if (batch.rows === 0) continue
      this.#waiting.push({ batch, from: this.#staged })
      this.#staged += batch.rows
    }
  }

  #flush(): Effect.Effect<void, Failure, BufferServices> {
    this.#hold()
    if (this.#overflow === "keep" || (this.#staging === undefined && this.#heldSize < directSize)) return Effect.void
    return Effect.gen({ self: this }, function* () {
      const staging = yield* this.#opened
      this.#queue()
      const idle = this.#sending === undefined || this.#sending.pollUnsafe() !== undefined
      if (idle || this.#waiting.length >= ahead) yield* this.#send(staging)
    })
  }

  /**
   * Sends all waiting batches at once, after the previous ones have arrived. The driver keeps the parameters of a
   * pipeline until it is empty, so one that never empties would hold a whole load.
   */
  readonly #send = Effect.fnUntraced({ self: this }, function* (this: BufferedRows, staging: Staging) {
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

const joined = (batches: ReadonlyArray<RowBatch>): RowBatch => ({
  columns: (batches[0]?.columns ?? []).map((_, at) => concat(batches.flatMap((batch) => batch.columns[at] ?? []))),
  rows: batches.reduce((sum, batch) => sum + batch.rows, 0)
})
