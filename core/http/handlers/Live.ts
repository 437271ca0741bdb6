import { Effect, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { BackgroundWork } from "../../control/BackgroundWork.ts"
import { Alerts } from "../../observe/Alerts.ts"
import { Api } from "../Api.ts"
import { EventStream } from "../EventStream.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "live",
  Effect.fn(function* (handlers) {
    const [{ open }, { frames }, { stopping }] = [yield* Alerts, yield* EventStream, yield* BackgroundWork]
    // A stopping server does not wait for clients that only watch.
    const body = Stream.encodeText(Stream.interruptWhen(frames, stopping))
    const response = HttpServerResponse.stream(body, {
      contentType: "text/event-stream",
      // Some proxies would buffer the stream.
      headers: { "x-accel-buffering": "no" }
    })
    return handlers.handleAll({
      alerts: () => Effect.map(open, (alerts) => ({ alerts })),
      events: () => Effect.succeed(response)
    })
  })
)
