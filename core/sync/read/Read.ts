/**
 * Reads a source from the first request to the last, into the receivers of all entities that share the read. It is
 * whole if each of its requests was. A body that breaks off after records were passed on starts the whole read again.
 */
import { Channel, Clock, Duration, Effect, Ref, Schedule } from "effect"
import type { SqlClient } from "effect/sql"
import type { ConnectorDeclaration } from "../../config/Declarations.ts"
import type { Entity } from "../../config/Entity.ts"
import { targetName } from "../../config/RunTarget.ts"
import { boundText } from "../../config/schema/WindowsYaml.ts"
import type { Connector } from "../../plugin/Connector.ts"
import { combineReasons, type Reason, reason } from "../../reason/Reason.ts"
import { PersonalAnswers } from "../../upstream/exchange/Failure.ts"
import { yieldTurn } from "../../upstream/exchange/YieldTurn.ts"
import {
  type Completeness,
  partial,
  type ReadEvent,
  type ReadOptions,
  type Source,
  type SourceRecord,
  type UpstreamError
} from "../../upstream/Source.ts"
import type { Pause } from "../RunDeadline.ts"
import { connectionLost, type RunFailure } from "../RunFailure.ts"
import type { SyncEvent } from "../RunResult.ts"
import { bookmarked } from "./Bookmark.ts"
import type { Leading, PageWatch } from "./Leads.ts"
import type { ReadGroup } from "./ReadGroup.ts"
import { type Arrived, endByKey, readKeys } from "./ReadKeys.ts"
import { readLimit } from "./ReadLimit.ts"
import * as ReadParts from "./ReadParts.ts"
import type { ReadCost, Receiver } from "./Receiver.ts"
import type { PartRequest, RequestParents } from "./RequestPlan.ts"

export interface ReadPlan {
  readonly group: ReadGroup
  readonly declaration: ConnectorDeclaration
  readonly connector: Connector["Service"]
  /** The requests to make, one set of options each; known late when they depend on a cursor or another table. */
  readonly reads: Effect.Effect<RequestParents, RunFailure, SqlClient.SqlClient>
  readonly onEvent: (event: SyncEvent) => Effect.Effect<void>
  /** See `ReadOptions.wary`. */
  readonly wary?: boolean
  /** The most records that are read; the read then is partial. */
  readonly limit?: number | undefined
  /** What its records lead to, if they do. */
  readonly leads?: Leading | undefined
  /** Sees what the list of an entity that leads to nothing has. */
  readonly list?: PageWatch | undefined
  /** Whether a read without a cursor begins at the latest record, where the entity says so. */
  readonly begins?: boolean
  /** Runs what does not count for the deadline of the read. Absent: all counts. */
  readonly pause?: Pause
}

/** One attempt at a read. */
interface ReadAttempt {
  readonly plan: ReadPlan
  readonly receivers: ReadonlyArray<Receiver>
  readonly cost: Ref.Ref<ReadCost>
  /** Where parts began that had no cursor. */
  readonly begun: Array<Reason>
  /** Ends a source where the limit of the whole read is reached. */
  readonly limited: (source: Source) => Source
}

export const read = Effect.fn("Read.read")(function* (
  plan: ReadPlan,
  receivers: ReadonlyArray<Receiver>,
  cost: Ref.Ref<ReadCost>
) {
  const { delays } = plan.declaration.retry
  const once = Effect.flatMap(plan.reads, ({ parts, ...parents }) => {
    const reading = { plan, receivers, cost, begun: [], limited: readLimit(plan.limit) }
    return Effect.flatMap(readParts(reading, parts), (ended) =>
      Effect.map(ReadParts.combineParts(ended, parents), (end) => {
        const { reader } = plan.group
        const known =
          reader.single === true ? endByKey(end, { reader, receivers, parts, ended }) : withPeriod(reader, end)
        const noted = withNotes(reading.begun, known)
        return watchOf(plan)?.noted(noted) ?? noted
      })
    )
  })
  return yield* Effect.provideService(once, PersonalAnswers, plan.group.reader.personal !== undefined).pipe(
    Effect.tapError(() => Effect.forEach(receivers, (receiver) => receiver.reset, { discard: true })),
    Effect.retry({
      times: delays.length,
      schedule: Schedule.spaced(delays[0] ?? Duration.seconds(1)).pipe(Schedule.jittered),
      while: (error) => (error._tag === "UpstreamError" ? error.partialBody === true : connectionLost(error))
    })
  )
})

const watchOf = ({ leads, list }: ReadPlan): PageWatch | undefined => leads ?? list

const eachPageOf = (watch: PageWatch | undefined) => (watch === undefined ? {} : { eachPage: watch.eachPage })

const withNotes = (notes: ReadonlyArray<Reason>, end: Completeness): Completeness =>
  notes.length === 0 || end._tag === "Partial"
    ? end
    : { ...end, note: combineReasons([...notes, ...(end.note === undefined ? [] : [end.note])]) }

/** Notes the period of a read that is of one. */
const withPeriod = ({ declared, windows }: Entity, end: Completeness): Completeness => {
  if (declared === undefined || windows === undefined || end._tag === "Partial") return end
  return withNotes([reason("read.period", { from: boundText(windows.from), to: boundText(windows.to) })], end)
}

const readParts = (reading: ReadAttempt, parts: ReadonlyArray<PartRequest>) => {
  const { connector, declaration, group } = reading.plan
  const { reader } = group
  if (reader.single !== true) return Effect.forEach(parts, (request) => readPart(reading, request))
  return readKeys(parts, {
    reader,
    concurrency: declaration.limits.concurrency,
    sourceOf: (request, onRequest) => connector.read(reader, optionsOf(reading, request, onRequest)),
    take: (request, arrived) => readPart(reading, request, arrived)
  })
}

/** `arrived`: the answer, if it is there already. */
const readPart = Effect.fnUntraced(function* (reading: ReadAttempt, asked: PartRequest, arrived?: Arrived) {
  const { limited, plan, receivers } = reading
  const { connector, group } = plan
  yield* checkpoint(reading)
  const request = yield* begunAt(reading, asked)
  const readAt = arrived?.readAt ?? (yield* Clock.currentTimeMillis)
  for (const receiver of receivers) receiver.begin(request, readAt)
  const options = optionsOf(reading, request)
  const onCursor = (value: string) => {
    for (const receiver of receivers) receiver.given?.(value)
  }
  const onWindow = () => {
    for (const receiver of receivers) receiver.window?.()
  }
  let count = 0
  const counted = (records: ReadonlyArray<SourceRecord>) => {
    count += records.length
    return handOn(reading, records, receivers, "add")
  }
  const ended = yield* Channel.runForEach(
    limited(arrived?.source ?? connector.read(group.reader, { ...options, onCursor, onWindow })),
    counted
  ).pipe(
    Effect.flatMap((end) => refilled(reading, options, end)),
    Effect.map((end): ReadParts.PartResult => ({ end })),
    Effect.catchIf(
      (error): error is UpstreamError => ReadParts.isPassedOver(group.reader, error, count),
      (error) => Effect.succeed(ReadParts.endWithout(group, request.params, error))
    )
  )
  for (const receiver of receivers) {
    if (ended.isKept === true) receiver.skip?.(request)
    receiver.end(ended.end)
  }
  return { ...ended, readAt }
})

/** A part without a cursor, with the one that the source gives. */
const begunAt = Effect.fnUntraced(function* (reading: ReadAttempt, request: PartRequest) {
  const { begun, plan } = reading
  if (request.begins === undefined || plan.begins !== true) return request
  const { connector, group, leads, pause = (effect) => effect } = plan
  const { note, part } = yield* bookmarked(group.reader, request, {
    read: (entity) => connector.read(entity, optionsOf(reading, request)),
    leads,
    pause
  })
  if (note !== undefined) begun.push(note)
  return part
})

/** What records are added next answers the last request. */
const toReceivers =
  ({ receivers }: ReadAttempt) =>
  (at: number) => {
    for (const receiver of receivers) receiver.requested?.(at)
  }

/** `onRequest`: takes the time of each request. */
const optionsOf = (reading: ReadAttempt, { params, since }: PartRequest, onRequest = toReceivers(reading)) => ({
  ...(params === undefined ? {} : { params }),
  ...(since === undefined ? {} : { since }),
  marks: true,
  wary: reading.plan.wary ?? false,
  ...eachPageOf(watchOf(reading.plan)),
  onEvent: onRead(reading, onRequest)
})

/** Counts the cost, and reports the progress of each entity. */
const onRead = ({ cost, plan: { group, onEvent } }: ReadAttempt, onRequest: (at: number) => void) =>
  Effect.fnUntraced(function* (event: ReadEvent) {
    if (event._tag === "Request") onRequest(yield* Clock.currentTimeMillis)
    yield* Ref.update(cost, ({ bytes, requests }) => ({
      requests: requests + (event._tag === "Request" ? 1 : 0),
      bytes: bytes + (event._tag === "Answer" ? event.bytes : 0)
    }))
    for (const { entity } of group.targets) yield* onEvent({ _tag: "Reading", entity: targetName(entity), event })
  })

/** Reads a part again for receivers that may lack rows of it: they would be behind the cursor, and never requested again. */
const refilled = (reading: ReadAttempt, options: ReadOptions, end: Completeness) => {
  const { connector, group } = reading.plan
  const lacking = reading.receivers.filter((receiver) => receiver.mayLack?.(end) === true)
  if (lacking.length === 0) return Effect.succeed(end)
  return Channel.runForEach(connector.read(group.reader, options), (records) =>
    handOn(reading, records, lacking, "fill")
  ).pipe(Effect.catchTag("UpstreamError", ({ reason: why }) => Effect.succeed(partial(reason("read.again", { why })))))
}

/** Lets the receivers load what they have so far, if it is time. */
const checkpoint = ({ cost, receivers }: Pick<ReadAttempt, "cost" | "receivers">) =>
  Effect.flatMap(Ref.get(cost), (spent) =>
    Effect.forEach(receivers, (receiver) => receiver.checkpoint?.(spent) ?? Effect.void, { discard: true })
  )

const handOn = Effect.fnUntraced(function* (
  reading: ReadAttempt,
  records: ReadonlyArray<SourceRecord>,
  takers: ReadonlyArray<Receiver>,
  take: "add" | "fill"
) {
  for (const taker of takers) {
    const before = taker.mapped
    yield* taker[take]?.(records) ?? Effect.void
    yield* reading.plan.onEvent({
      _tag: "Rows",
      entity: targetName(taker.target.entity),
      count: taker.mapped - before
    })
  }
  yield* checkpoint(reading)
  // A source faster than the mapping must not starve everything else, above all the HTTP API.
  yield* yieldTurn
})
