/** What the sandbox's own tests talk to it with: a client over real HTTP, and a clock that stands at a known noon. */
import { createHash } from "node:crypto"
import { DateTime, Effect } from "effect"
import { TestClock } from "effect/testing"
import { sandbox } from "../sandbox.ts"
import type { Behaviour } from "./Model.ts"

/** The sandbox's day; it is 12:00 there. */
export const today = "2026-03-05"
export const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex")

interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly headers: Headers
}

export const start = Effect.fnUntraced(function* (behaviour: Partial<Behaviour> = {}) {
  yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe(`${today}T10:00:00Z`)))
  const running = yield* sandbox.start({ behaviour })
  const base = running.environment.IIKO_URL ?? ""
  const request = (path: string, init: RequestInit = {}): Effect.Effect<Answer> =>
    Effect.promise(async () => {
      const response = await fetch(base + path, init)
      const { status, headers } = response
      return { status, headers, type: headers.get("content-type") ?? "", text: await response.text() }
    })
  const login = request(`/auth?login=tributary&pass=${sha1("iiko-sandbox")}`)
  return { ...running, base, request, login }
})

/** A running sandbox and requests that carry a token. */
export const startAndLogIn = Effect.fnUntraced(function* (behaviour: Partial<Behaviour> = {}) {
  const running = yield* start(behaviour)
  const { text: token } = yield* running.login
  const withKey = (path: string) => `${path}${path.includes("?") ? "&" : "?"}key=${token}`
  const get = (path: string) => running.request(withKey(path))
  const post = (path: string, body: string, type = "application/json;charset=UTF-8") =>
    running.request(withKey(path), { method: "POST", body, headers: { "content-type": type } })
  const rows = (path: string): Effect.Effect<ReadonlyArray<Record<string, unknown>>> =>
    Effect.map(get(path), ({ text }) => JSON.parse(text))
  const json = (path: string, body?: unknown) =>
    Effect.map(body === undefined ? get(path) : post(path, JSON.stringify(body)), ({ text }) => JSON.parse(text))
  return { ...running, token, get, post, rows, json }
})

export const count = (text: string, part: string) => text.split(part).length - 1
export const pluck = (rows: ReadonlyArray<Record<string, unknown>>, name: string) => rows.map((row) => row[name])
