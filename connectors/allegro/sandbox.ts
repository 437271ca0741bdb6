/**
 * A local Allegro: its authorization with the page where a person confirms the code, and the orders and events of sellers
 * whose buyers buy, pay, cancel and return as time passes by the Clock. `state` holds the sellers, the switches and what
 * was granted. Other processes edit it through `POST /_sandbox/data`: fields of orders (an unknown id is bought now), the
 * one row of `switches`, and `sellers` by `login`, whose sessions end.
 */
import { Clock, Effect } from "effect"
import { draw, type Sandbox, type SandboxOptions, serve } from "../../core/sdk-sandbox.ts"
import { makeHandler, refusalsOf } from "./sandbox/Api.ts"
import { demoAccounts } from "./sandbox/Demo.ts"
import { makeEdit } from "./sandbox/Edits.ts"
import { makeGranted, open } from "./sandbox/Granted.ts"
import { day, hour } from "./sandbox/Model.ts"
import { makeSeller } from "./sandbox/Sellers.ts"
import type { AllegroState } from "./sandbox/State.ts"

export interface AllegroSandboxOptions extends SandboxOptions {
  /** Default: 3. */
  readonly sellers?: number
  /** Of each seller. Default: 24. */
  readonly ordersPerDay?: number
  /** For how many days before the start there are orders. Default: 30. */
  readonly days?: number
}

/** So few orders that a first read of them takes seconds. */
const demoSize = { days: 6, ordersPerDay: 3, sellers: 5 }

const makeState = Effect.fnUntraced(function* (options: AllegroSandboxOptions) {
  const { demo: isDemo = false, seed = 1 } = options
  const { days = 30, ordersPerDay = 24, sellers = 3 } = { ...(isDemo ? demoSize : {}), ...options }
  const now = yield* Clock.currentTimeMillis
  const from = Math.max(0, Math.floor(now / day) - days) * day
  const state: AllegroState = {
    seed,
    // The sandboxes of a demo that follow one another agree on the time.
    startedAt: isDemo ? 0 : now,
    stepMillis: isDemo ? hour : hour / 12,
    isDemo,
    sellers: Array.from({ length: sellers }, (_, number) => makeSeller(number, ordersPerDay, from)),
    switches: {
      requestsPerMinute: 9_000,
      maxResult: 10_000,
      blockSeconds: 60,
      blockBody: "json",
      rotates: true,
      graceSeconds: 60,
      maxSessions: 20,
      scope: "allegro:api:orders:read allegro:api:profile:read",
      application: "",
      extraTotal: 0
    },
    granted: makeGranted(seed),
    edits: new Map(),
    draw: yield* draw(seed),
    budget: { minute: 0, count: 0, blockedUntil: 0 },
    traces: 0
  }
  return state
})

export const sandbox: Sandbox<AllegroState, AllegroSandboxOptions> = {
  type: "allegro",
  start: Effect.fn("AllegroSandbox.start")(function* (options = {}) {
    const state = yield* makeState(options)
    const vendor = { handler: makeHandler(state), edit: makeEdit(state), refusals: refusalsOf(state) }
    const server = yield* serve(vendor, options)
    const { id, secret } = state.granted.client
    const environment = {
      ALLEGRO_URL: server.url,
      ALLEGRO_AUTH_URL: `${server.url}/auth/oauth`,
      ALLEGRO_CLIENT_ID: id,
      ALLEGRO_CLIENT_SECRET: secret,
      ALLEGRO_USER_AGENT: "ExampleBackup/1.0 (+https://example.test/about)"
    }
    if (!state.isDemo) return { ...server, environment, state }
    return { ...server, environment, state, accounts: demoAccounts(state, yield* Clock.currentTimeMillis) }
  })
}

/** A session of a seller, as after a confirmed code. */
export const grant = ({ draw, granted, sellers, switches }: AllegroState, login?: string) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const seller = login === undefined ? sellers[0] : sellers.find((one) => one.login === login)
    if (seller === undefined) return Effect.die(`the sandbox has no seller ${login}`)
    return Effect.succeed(open(granted, draw, switches, seller, now))
  })
