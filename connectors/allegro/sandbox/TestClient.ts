/** A sandbox at a noon of June 2026, with the calls that its tests make. */
import { assert } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import { type AllegroSandboxOptions, grant, sandbox } from "../sandbox.ts"
import { makeEdit } from "./Edits.ts"

export const noon = Date.UTC(2026, 5, 15, 12)

/** What is deeper is compared, not decoded: that would take longer than the requests. */
const Answer = Schema.Record(Schema.String, Schema.Unknown)
const decodeAnswer = Schema.decodeUnknownSync(Schema.fromJsonString(Answer))

const OrderList = Schema.Struct({ checkoutForms: Schema.Array(Answer), count: Schema.Int, totalCount: Schema.Int })
const decodeOrders = Schema.decodeUnknownSync(OrderList)

const Event = Schema.Struct({
  id: Schema.String,
  type: Schema.String,
  occurredAt: Schema.String,
  order: Schema.Struct({
    checkoutForm: Schema.Struct({ id: Schema.String, revision: Schema.String }),
    lineItems: Schema.Array(Answer)
  })
})
export type Event = typeof Event.Type
const decodeEvents = Schema.decodeUnknownSync(Schema.Struct({ events: Schema.Array(Event) }))

export interface Call {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string>>
}

export const ownHeaders = {
  accept: "application/vnd.allegro.public.v1+json",
  "user-agent": "ExampleBackup/1.0 (+https://example.test/about)"
}

export const start = Effect.fnUntraced(function* (options: AllegroSandboxOptions = {}) {
  yield* TestClock.setTime(noon)
  const running = yield* sandbox.start({ seed: 7, sellers: 2, ordersPerDay: 10, days: 20, ...options })
  const { state, url } = running
  const { id, secret } = state.granted.client
  const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`

  const call = (path: string, { form, headers = {}, method = form === undefined ? "GET" : "POST" }: Call = {}) =>
    Effect.promise(async () => {
      const body = form === undefined ? null : new URLSearchParams(form)
      const response = await fetch(`${url}${path}`, { method, headers, body })
      const text = await response.text()
      return { status: response.status, headers: response.headers, text }
    })
  const answered = (path: string, call_: Call) =>
    Effect.map(call(path, call_), ({ status, text }) => ({ status, answer: decodeAnswer(text) }))

  /** As the application, to the authorization. */
  const auth = (path: "/device" | "/token", form: Readonly<Record<string, string>>, authorization = basic) =>
    answered(`/auth/oauth${path}`, { form, headers: { authorization } })
  const seller = (accessToken: string) => ({
    get: (path: string, headers: Readonly<Record<string, string>> = {}) =>
      answered(path, { headers: { ...ownHeaders, authorization: `Bearer ${accessToken}`, ...headers } })
  })
  /** As the first seller. */
  const { accessToken } = yield* grant(state)
  const { get } = seller(accessToken)
  const orders = (query = "") => Effect.map(get(`/order/checkout-forms${query}`), ({ answer }) => decodeOrders(answer))
  const events = (query = "") => Effect.map(get(`/order/events${query}`), ({ answer }) => decodeEvents(answer).events)
  const edit = makeEdit(state)
  return { ...running, call, auth, seller, get, orders, events, edit, accessToken }
})

export const textOf = (value: unknown): string =>
  typeof value === "string" ? value : assert.fail(`no text: ${JSON.stringify(value)}`)
