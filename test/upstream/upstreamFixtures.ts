/** What tests of requests share. */
import { Effect } from "effect"
import { HttpClientRequest } from "effect/http"
import type { ReadEvent } from "../../core/upstream/Source.ts"
import { json } from "./vendor.ts"

export const get = HttpClientRequest.get("/deals")

export const status =
  (code: number, headers: Record<string, string> = {}, body = "no") =>
  () =>
    new Response(body, { status: code, headers })

export const ok = () => json({ items: [] })

export const listen = () => {
  const events: Array<ReadEvent> = []
  return { events, onEvent: (event: ReadEvent) => Effect.sync(() => void events.push(event)) }
}
