/** A sandbox with the calls that its tests make. */
import { assert } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { sandbox } from "../sandbox.ts"

const Item = Schema.Record(Schema.String, Schema.MutableJson)
const Envelope = Schema.Struct({ status: Schema.Int, items: Schema.Array(Item) })
export const decodeEnvelope = Schema.decodeUnknownSync(Envelope)

/** The first match; without one the test fails. */
export const firstOf = <A>(all: ReadonlyArray<A>, fits: (each: A) => boolean = () => true): A =>
  all.find(fits) ?? assert.fail("nothing fits")

/** A running sandbox and the calls that a client makes to it. */
export const start = Effect.gen(function* () {
  const running = yield* sandbox.start({ seed: 7 })
  const call = (method: string, path: string, body?: unknown, token = running.environment.FINTABLO_TOKEN) =>
    Effect.promise(async () => {
      const response = await fetch(`${running.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
      const answer: unknown = await response.json()
      return { http: response.status, headers: response.headers, answer }
    })
  const items = (path: string) => Effect.map(call("GET", path), ({ answer }) => decodeEnvelope(answer).items)
  const stored = (method: string, path: string, body?: unknown) =>
    Effect.map(call(method, path, body), ({ answer }) => firstOf(decodeEnvelope(answer).items))
  const refusal = (method: string, path: string, body?: unknown) =>
    Effect.map(call(method, path, body), ({ http, answer }) => ({ http, answer }))
  return { ...running, call, items, stored, refusal }
})

export const refusalOf = (statusText: string, status: number, http = status) => ({
  http,
  answer: { status, statusText }
})
