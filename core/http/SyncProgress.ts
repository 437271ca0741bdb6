/**
 * The progress of a sync, as server-sent events. Each event holds the whole progress of one entity, so a client that
 * reads slowly gets fewer events and never delays the sync.
 */
import { type Cause, Effect, Queue, Schema, Stream } from "effect"
import { HttpApiSchema } from "effect/http-api"
import { RunResult, type SyncEvent } from "../sync/RunResult.ts"
import type { ReadEvent } from "../upstream/Source.ts"
import { Missing, Unavailable } from "./ApiErrors.ts"

export const Progress = Schema.Struct({
  entity: Schema.String,
  phase: Schema.Literals(["reading", "loading", "ended"]),
  requests: Schema.Int,
  bytes: Schema.Int,
  rows: Schema.Int,
  waitingFor: Schema.NullOr(Schema.Literals(["rate", "concurrency", "vendor", "retry"])),
  result: Schema.NullOr(RunResult)
}).annotate({ identifier: "Progress", description: "How far the run of one entity is; `rows` are mapped so far." })
export type Progress = typeof Progress.Type

/** `progress` whenever something changes, and at the end `done` with the plain answer, or `failed` with the problem. */
export const sseOf = <S extends Schema.Top>(done: S) =>
  HttpApiSchema.StreamSse({
    events: Schema.Union([
      Schema.Struct({ event: Schema.Literal("progress"), data: Schema.fromJsonString(Progress) }),
      Schema.Struct({ event: Schema.Literal("done"), data: Schema.fromJsonString(Schema.toCodecJson(done)) }),
      Schema.Struct({
        event: Schema.Literal("failed"),
        data: Schema.fromJsonString(Schema.Union([Missing, Unavailable]))
      })
    ])
  })

export const initialProgress = (entity: string): Progress => ({
  entity,
  phase: "reading",
  requests: 0,
  bytes: 0,
  rows: 0,
  waitingFor: null,
  result: null
})

const afterRead = (before: Progress, event: ReadEvent): Progress => {
  switch (event._tag) {
    case "Request":
      return { ...before, requests: before.requests + 1, waitingFor: null }
    case "Answer":
      return { ...before, bytes: before.bytes + event.bytes }
    case "Waiting":
      return { ...before, waitingFor: event.why }
  }
}

export const nextProgress = (before: Progress, event: SyncEvent): Progress => {
  switch (event._tag) {
    case "Started":
      return before
    case "Reading":
      return afterRead(before, event.event)
    case "Rows":
      return { ...before, rows: before.rows + event.count }
    case "Loading":
      return { ...before, phase: "loading", waitingFor: null }
    case "Finished":
      return { ...before, phase: "ended", waitingFor: null, result: event.result }
  }
}

/** The receiver of a sync's events, and the stream of them, which ends after `end`. */
export const make = Effect.gen(function* () {
  const entities = new Map<string, Progress>()
  const pending = new Set<string>()
  const changed = yield* Queue.unbounded<string, Cause.Done>()
  const onEvent = (event: SyncEvent) =>
    Effect.sync(() => {
      entities.set(event.entity, nextProgress(entities.get(event.entity) ?? initialProgress(event.entity), event))
      if (pending.has(event.entity)) return
      pending.add(event.entity)
      Queue.offerUnsafe(changed, event.entity)
    })
  const stream = Stream.map(Stream.fromQueue(changed), (entity) => {
    pending.delete(entity)
    return { event: "progress" as const, data: entities.get(entity) ?? initialProgress(entity) }
  })
  return { onEvent, stream, end: Queue.end(changed) }
})
