/**
 * What goes on in this daemon, as server-sent events for everybody who watches. It is put together and written as text
 * once, several times a second at most, whoever watches; who reads too slowly misses some of it and holds nothing up.
 */
import { Context, Effect, Layer, PubSub, Stream } from "effect"
import { Sse } from "effect/encoding"
import { JobEvents } from "../jobs/JobEvents.ts"
import { Alerts } from "../observe/Alerts.ts"
import { Reload } from "../plugin/Reload.ts"
import { type RunEvent, Sync } from "../sync/Sync.ts"
import type { LiveEvent, LiveRun } from "./api/Live.ts"
import * as Progress from "./Progress.ts"

export class EventStream extends Context.Service<
  EventStream,
  {
    /** Text as it is sent. */
    readonly frames: Stream.Stream<string>
  }
>()("tributary/core/http/EventStream") {
  static readonly layer = Layer.effect(
    EventStream,
    Effect.gen(function* () {
      const [alerts, jobs, reload, sync] = [yield* Alerts, yield* JobEvents, yield* Reload, yield* Sync]
      const frames = yield* PubSub.sliding<string>(kept)
      const runs = new Map<string, LiveRun>()
      yield* sync.events.pipe(
        Stream.runForEachArray((events) =>
          Effect.andThen(PubSub.publish(frames, told(runs, events)), Effect.sleep(pause))
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
      yield* others.pipe(
        Stream.runForEach((text) => PubSub.publish(frames, text)),
        Effect.forkScoped({ startImmediately: true })
      )
      return EventStream.of({
        frames: Stream.merge(Stream.fromPubSub(frames), Stream.as(Stream.tick(heartbeat), comment))
      })
    })
  )
}

/** Between two times that runs are told of. */
const pause = "200 millis"
/** For one who reads slowly; some minutes of a busy daemon. */
const kept = 1024
/** Proxies close connections on which nothing is sent. */
const heartbeat = "15 seconds"
/** The first goes out at once, so that the browser knows it is connected. */
const comment = ":\n\n"

/** The runs that these events tell of, each once and as it stands after them. */
const told = (runs: Map<string, LiveRun>, events: ReadonlyArray<RunEvent>): string => {
  const changed = new Set<string>()
  for (const { trigger, ...event } of events) {
    const { entity } = event
    const before = event._tag === "Started" ? undefined : runs.get(entity)
    runs.set(entity, { ...Progress.after(before ?? Progress.begun(entity), event), trigger })
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
