/** The client of the sandbox's own tests over real HTTP, and a clock that is set to a known noon. */
import { createHash } from "node:crypto"
import { DateTime, Effect } from "effect"
import { TestClock } from "effect/testing"
import { sandbox } from "../sandbox.ts"
import type { CloudBehaviour } from "./cloud/CloudModel.ts"
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

export const start = Effect.fnUntraced(function* (
  behaviour: Partial<Behaviour> = {},
  cloud: Partial<CloudBehaviour> = {}
) {
  yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe(`${today}T10:00:00Z`)))
  const running = yield* sandbox.start({ behaviour, cloud })
  const base = running.environment.IIKO_URL ?? ""
  const request = (path: string, init: RequestInit = {}): Effect.Effect<Answer> =>
    Effect.promise(async () => {
      const response = await fetch(base + path, init)
      const { status, headers } = response
      return { status, headers, type: headers.get("content-type") ?? "", text: await response.text() }
    })
  const login = request(`/auth?login=chain-api&pass=${sha1("iiko-sandbox")}`)
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

/** A sandbox, and a write-off and a transfer of one product between its first two stores. */
export const prepareDocuments = Effect.fnUntraced(function* (behaviour: Partial<Behaviour> = {}) {
  const running = yield* startAndLogIn(behaviour)
  const { state } = running
  const [from, to] = state.corporateItems.filter(({ type }) => type === "STORE")
  const product = state.balances.find(({ store }) => store === from?.id)?.product ?? ""
  const account = state.accounts.find(({ name }) => name === "Списание бар")?.id ?? ""
  const common = { dateIncoming: `${today}T12:00`, documentNumber: "X-1", status: "PROCESSED" }
  const items = [{ productId: product, amount: 1.5 }]
  const balance = (store: string | undefined) =>
    state.balances.find((row) => row.store === store && row.product === product)?.amount ?? 0
  return {
    ...running,
    balance,
    from: from?.id,
    to: to?.id,
    writeoff: { ...common, storeId: from?.id ?? "", accountId: account, items },
    transfer: { ...common, storeFromId: from?.id, storeToId: to?.id, items },
    product: state.products.find(({ id }) => id === product)
  }
})

interface CloudAnswer {
  readonly status: number
  // The test decides what it looks for, as with `JSON.parse`.
  readonly body: ReturnType<typeof JSON.parse>
}

/** A running sandbox and requests to its iikoCloud, below `/api/1` or `/api/v2`; `ask` carries a token. */
export const startCloud = Effect.fnUntraced(function* (cloud: Partial<CloudBehaviour> = {}) {
  const running = yield* start({}, cloud)
  const { apiKey, appId, clientSecret } = running.state.cloud.behaviour
  const send = (path: string, body: unknown, headers: Record<string, string> = {}): Effect.Effect<CloudAnswer> =>
    Effect.promise(async () => {
      const init = { method: "POST", body: JSON.stringify(body), headers }
      const response = await fetch(
        `${running.environment.IIKO_CLOUD_URL}/api/${path.startsWith("v2/") ? path : `1/${path}`}`,
        init
      )
      return { status: response.status, body: await response.json() }
    })
  const { body } = yield* send("v2/access_token", { apiKey, appId, clientSecret })
  const ask = (path: string, request: unknown, headers: Record<string, string> = {}) =>
    send(path, request, { authorization: `Bearer ${body.token}`, ...headers })
  const [first = "", second = ""] = running.state.cloud.organizations.map(({ id }) => id)
  return { ...running, cloud: running.state.cloud, send, ask, first, second }
})

/** The sandbox's controls over HTTP, as another process uses them. */
export const control = (url: string, method: string, path: string, body?: unknown) =>
  Effect.promise(async () => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    return (await fetch(`${url}/_sandbox/${path}`, init)).json()
  })

export const count = (text: string, part: string) => text.split(part).length - 1
export const pluck = (rows: ReadonlyArray<Record<string, unknown>>, name: string) => rows.map((row) => row[name])
