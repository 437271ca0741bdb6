/**
 * Reads a source from the first request to the last, into the receivers of all entities that share the read. It is
 * whole if each of its requests was.
 */
import { Channel, Clock, Duration, Effect, Ref, Schedule } from "effect"
import type { SqlClient } from "effect/sql"
import type { ConnectorDeclaration } from "../../config/Connector.ts"
import { entityId } from "../../config/Entity.ts"
import type { Connector } from "../../plugin/Connector.ts"
import { reason } from "../../reason/Reason.ts"
import { PersonalAnswers } from "../../upstream/exchange/Failure.ts"
import { yieldTurn } from "../../upstream/exchange/YieldTurn.ts"
import { partial, type ReadEvent, type SourceRecord, type UpstreamError } from "../../upstream/Source.ts"
import type { SyncEvent } from "../Run.ts"
import { connectionLost, type RunFailure } from "../RunFailure.ts"
import type { ReadGroup } from "./ReadGroup.ts"
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
}

/** Reads everything into the sinks. If a body breaks off after records were passed on, the whole read starts again. */
export const read = Effect.fn("Read.read")(function* (
  plan: ReadPlan,
  sinks: ReadonlyArray<Receiver>,
  cost: Ref.Ref<ReadCost>
) {
  const { connector, declaration, group, limit, onEvent, wary = false } = plan
  const onRead = Effect.fnUntraced(function* (event: ReadEvent) {
    yield* Ref.update(cost, ({ bytes, requests }) => ({
      requests: requests + (event._tag === "Request" ? 1 : 0),
      bytes: bytes + (event._tag === "Answer" ? event.bytes : 0)
    }))
    for (const { entity } of group.targets) yield* onEvent({ _tag: "Reading", entity: entityId(entity), event })
  })
  const checkpoint = Effect.flatMap(Ref.get(cost), (spent) =>
    Effect.forEach(sinks, (sink) => sink.checkpoint?.(spent) ?? Effect.void, { discard: true })
  )
  const accept = Effect.fnUntraced(function* (
    records: ReadonlyArray<SourceRecord>,
    takers: ReadonlyArray<Receiver>,
    take: "add" | "fill"
  ) {
    for (const sink of takers) {
      const before = sink.mapped
      yield* sink[take]?.(records) ?? Effect.void
      yield* onEvent({ _tag: "Rows", entity: entityId(sink.target.entity), count: sink.mapped - before })
    }
    yield* checkpoint
    // A source faster than the mapping must not starve everything else, above all the HTTP API.
    yield* yieldTurn
  })
  const part = Effect.fnUntraced(function* (request: PartRequest, limited: ReturnType<typeof readLimit>) {
    yield* checkpoint
    const readAt = yield* Clock.currentTimeMillis
    for (const sink of sinks) sink.begin(request, readAt)
    const { params, since } = request
    const asked = { ...(params === undefined ? {} : { params }), ...(since === undefined ? {} : { since }) }
    const onCursor = (value: string) => {
      for (const sink of sinks) sink.given?.(value)
    }
    const options = { ...asked, marks: true, wary, onEvent: onRead }
    let arrived = 0
    const counted = (records: ReadonlyArray<SourceRecord>) => {
      arrived += records.length
      return accept(records, sinks, "add")
    }
    const first = Channel.runForEach(limited(connector.read(group.reader, { ...options, onCursor })), counted)
    const ended = yield* Effect.flatMap(first, (end) => {
      const lacking = sinks.filter((sink) => sink.mayLack?.(end) === true)
      if (lacking.length === 0) return Effect.succeed(end)
      // Rows that this read missed would be behind the cursor, and never requested again.
      const again = connector.read(group.reader, options)
      return Channel.runForEach(again, (records) => accept(records, lacking, "fill")).pipe(
        Effect.catchTag("UpstreamError", ({ reason: why }) => Effect.succeed(partial(reason("read.again", { why }))))
      )
    }).pipe(
      Effect.map((end): ReadParts.PartResult => ({ end })),
      Effect.catchIf(
        (error): error is UpstreamError => arrived === 0 && ReadParts.isPassedOver(group.reader, error),
        (error) => Effect.succeed(ReadParts.endWithout(group.reader, params, error))
      )
    )
    for (const sink of sinks) sink.end(ended.end)
    return ended
  })
  const once = Effect.flatMap(plan.reads, ({ parts, ...parents }) => {
    const limited = readLimit(limit)
    return Effect.flatMap(
      Effect.forEach(parts, (one) => part(one, limited)),
      (ended) => ReadParts.together(ended, parents)
    )
  })
  return yield* Effect.provideService(once, PersonalAnswers, group.reader.personal !== undefined).pipe(
    Effect.tapError(() => Effect.forEach(sinks, (sink) => sink.reset, { discard: true })),
    Effect.retry({
      times: declaration.retry.delays.length,
      schedule: Schedule.spaced(declaration.retry.delays[0] ?? Duration.seconds(1)).pipe(Schedule.jittered),
      while: (error) => (error._tag === "UpstreamError" ? error.midway === true : connectionLost(error))
    })
  )
})
