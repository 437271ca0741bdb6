/**
 * The activity of this daemon, as server-sent events for all clients. The text is built once, at most several times a
 * second, however many clients there are. A client that reads too slowly misses some events and delays nothing.
 */
import { Context, Effect, Layer, Stream } from "effect"
import { Sse } from "effect/encoding"
import { JobEvents } from "../jobs/JobEvents.ts"
import { Alerts } from "../observe/Alerts.ts"
import * as EventBus from "../observe/EventBus.ts"
import { Reload } from "../plugin/Reload.ts"
import { type RunEvent, Sync } from "../sync/Sync.ts"
import type { LiveEvent, LiveRun } from "./api/Live.ts"
import * as SyncProgress from "./SyncProgress.ts"

export class EventStream extends Context.Service<
  EventStream,
  {
    /** The text as it is sent. */
    readonly frames: Stream.Stream<string>
  }
>()("tributary/core/http/EventStream") {
  static readonly layer = Layer.effect(
    EventStream,
    Effect.gen(function* () {
      const [alerts, jobs, reload, sync] = [yield* Alerts, yield* JobEvents, yield* Reload, yield* Sync]
      const frames = yield* EventBus.make<string>(bufferSize)
      const runs = new Map<string, LiveRun>()
      yield* sync.events.pipe(
        Stream.runForEachArray((events) =>
          Effect.andThen(frames.publish(changesOf(runs, events)), Effect.sleep(pause))
        ),
        Effect.forkScoped({ startImmediately: true })
      )
      const others = Stream.mergeAll(
        [
          Stream.map(jobs.events, (data) => frame({ event: "job", data })),
          Stream.map(reload.events, (data) => frame({ event: "reload", data })),
          Stream.map(alerts.changes, ({ alert, text, what }) => frame({ event: "alert", data: { what, alert, text } }))
        ],
        { concurrency: "unbounded" }
      )
      yield* others.pipe(Stream.runForEach(frames.publish), Effect.forkScoped({ startImmediately: true }))
      return EventStream.of({
        frames: Stream.merge(frames.events, Stream.as(Stream.tick(heartbeat), comment))
      })
    })
  )
}

/** The pause between two reports of runs. */
const pause = "200 millis"
/** The buffer for a slow reader: some minutes of a busy daemon. */
const bufferSize = 1024
/** Proxies close idle connections. */
const heartbeat = "15 seconds"
/** The first one is sent at once, so that the browser knows it is connected. */
const comment = ":\n\n"

/** Formats the runs that these events change, each once and in its latest state. */
const changesOf = (runs: Map<string, LiveRun>, events: ReadonlyArray<RunEvent>): string => {
  const changed = new Set<string>()
  for (const { trigger, ...event } of events) {
    const { entity } = event
    const before = event._tag === "Started" ? undefined : runs.get(entity)
    runs.set(entity, { ...SyncProgress.nextProgress(before ?? SyncProgress.initialProgress(entity), event), trigger })
    changed.add(entity)
  }
  const text = [...changed].flatMap((entity) => {
    const run = runs.get(entity)
    return run === undefined ? [] : frame({ event: "run", data: run })
  })
  for (const [entity, { phase }] of runs) if (phase === "ended") runs.delete(entity)
  return text.join("")
}

const frame = ({ data, event }: LiveEvent): string =>
  Sse.encoder.write({ _tag: "Event", event, id: undefined, data: JSON.stringify(data) })
