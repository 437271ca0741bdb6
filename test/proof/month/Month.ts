/**
 * A month of many sellers: two daemons read their orders while the vendor fails, answers are lost and daemons are killed.
 * The clock belongs to the test; the database and HTTP are real.
 */
import { Context, DateTime, Duration, Effect, Fiber, Layer, Logger, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { connectorType } from "../../../connectors/allegro/index.ts"
import { day, hour } from "../../../connectors/allegro/sandbox/Model.ts"
import { worldTime } from "../../../connectors/allegro/sandbox/State.ts"
import { noon } from "../../../connectors/allegro/sandbox/TestClient.ts"
import { grant, sandbox } from "../../../connectors/allegro/sandbox.ts"
import type { ConnectorDeclaration } from "../../../core/config/Declarations.ts"
import { lastPeriod } from "../../../core/config/PeriodEntity.ts"
import type { Fault } from "../../../core/plugin/Sandbox.ts"
import { type Draw, draw } from "../../../core/plugin/SandboxDraw.ts"
import type { RunResult } from "../../../core/sync/RunResult.ts"
import type { SyncOptions } from "../../../core/sync/Sync.ts"
import { freshDatabase } from "../../support/database.ts"
import { declareSample, entityOf } from "../../support/sample.ts"
import { begin, type Daemon, forever, layerOf, tick, ticking } from "./Daemon.ts"
import { type Ledger, makeLedger, type Reading } from "./Ledger.ts"

export interface MonthOptions {
  readonly seed: number
  readonly sellers: number
  readonly days: number
  /** Of each seller. */
  readonly ordersPerDay: number
}

type Mode = Fault["mode"]

const apart = 1_000

/** The clock is faster than the work, so nothing may be given up because of it. */
const patient = (declaration: ConnectorDeclaration): ConnectorDeclaration => ({
  ...declaration,
  limits: { ...declaration.limits, deadline: forever, timeout: forever }
})

/** Something that goes wrong during one poll. Less than what the vendor still repeats an answer for. */
const drawFault = (random: Draw): Fault | undefined => {
  const times = random.int(1, 12)
  const some = (path: string, ...modes: readonly [Mode, ...ReadonlyArray<Mode>]): Fault => ({
    path,
    mode: random.pick(modes),
    status: 503,
    times,
    after: random.int(0, 5)
  })
  return random.pick([
    undefined,
    undefined,
    undefined,
    some("/order/events", "status", "disconnect", "unauthorized", "truncated"),
    some("/order/checkout-forms/*", "status", "disconnect", "disconnectAfter", "truncated", "html"),
    { ...some("/auth/oauth/token", "disconnectAfter", "disconnect", "status"), times: random.int(1, 3), after: 0 },
    { path: "/order/events", mode: "rateLimited", retryAfter: random.int(1, 5), times: 1 },
    { path: "/order/*", mode: "status", status: 500 }
  ])
}

export const simulate = Effect.fnUntraced(
  function* ({ days, ordersPerDay, seed, sellers }: MonthOptions) {
    yield* TestClock.setTime(noon)
    const random = yield* draw(seed)
    const vendor = yield* sandbox.start({ seed, sellers, ordersPerDay, days: 2 })
    const { state } = vendor
    const { stepMillis } = state
    const declaration = patient(yield* declareSample(connectorType, vendor.environment))
    const url = yield* TestClock.withLive(freshDatabase)
    const sql = Context.get(yield* TestClock.withLive(Layer.build(layerOf(url))), SqlClient.SqlClient)
    const daemons: Array<Daemon> = []
    for (let count = 0; count < 2; count++) daemons.push(yield* begin(url, declaration))
    const counts = { polls: 0, sweeps: 0, failed: 0, kills: 0 }

    const now = Effect.map(DateTime.now, DateTime.toEpochMillis)
    const world = Effect.map(now, (at) => worldTime(state, at))

    const ledgers = new Map<string, Ledger>()
    const [first] = daemons
    if (first === undefined) return yield* Effect.die("no daemon")
    const { operations, traits } = yield* first.vendor
    for (const seller of state.sellers) {
      const { accessEndsAt, accessToken, refreshToken } = yield* grant(state, seller.login)
      const granted = {
        credentials: { accessToken: Redacted.make(accessToken), refreshToken: Redacted.make(refreshToken) },
        expiresAt: DateTime.makeUnsafe(accessEndsAt)
      }
      const added = { connector: "allegro", owner: seller.login, name: "shop", perOwner: traits.perOwner }
      const adding = first.accounts.add(added, granted, { operations }, { trigger: "test", actor: null })
      const { id } = yield* Fiber.join(yield* ticking(adding))
      ledgers.set(id, makeLedger(state, seller))
    }

    /** Kills a daemon at the worst time; another one takes its place at once. */
    const kill = Effect.fnUntraced(function* (at: number) {
      counts.kills += 1
      yield* daemons[at]?.kill ?? Effect.void
      daemons[at] = yield* begin(url, declaration)
    })

    /** One sync of every seller by some of the daemons; `ticks` until one of them is killed. */
    const synced = Effect.fnUntraced(function* (
      name: string,
      by: ReadonlyArray<number>,
      more: Partial<SyncOptions> = {},
      ticks?: number
    ) {
      const begun = yield* world
      const running = by.flatMap((at) => daemons[at] ?? [])
      const run = ({ sync }: Daemon) => sync([entityOf(declaration, name)], { trigger: "job", actor: null, ...more })
      const fiber = yield* ticking(Effect.forEach(running, run, { concurrency: "unbounded" }), ticks)
      if (fiber.pollUnsafe() === undefined) {
        for (const at of by) yield* kill(at)
        yield* Fiber.interrupt(fiber)
        return []
      }
      const reading: Reading = { begun, ended: yield* world }
      const results = (yield* Fiber.join(fiber)).flat()
      for (const { account, entity, error, status } of results) {
        const ledger = ledgers.get(account ?? "")
        if (status === "failed") counts.failed += 1
        if (status !== "ok" && status !== "warning") continue
        if (error !== null || ledger === undefined) return yield* Effect.die(`${entity} ended ${status}: ${error}`)
        if (name === "order_event") ledger.polled(reading)
        if (name === "order") ledger.swept(reading, more.period === undefined ? 365 : 3)
      }
      return results
    })

    const refreshing = sql`select from tributary.account where refresh_asked_at is not null`

    /** Moves to a time; the vault refreshes on the way. */
    const moveTo = Effect.fnUntraced(function* (time: number) {
      for (;;) {
        // The vendor repeats its answer for a minute only.
        while ((yield* refreshing).length > 0) yield* tick
        const left = time - (yield* now)
        if (left <= 0) return
        yield* TestClock.adjust(Math.min(hour, left))
        for (let ticks = random.int(2, 10); ticks > 0; ticks--) yield* tick
        if (random.chance(0.004)) yield* kill(random.int(0, 1))
      }
    })

    const both = [0, 1]
    const period = lastPeriod({ offset: Duration.days(3) })
    // Each is read whole before its events are.
    yield* synced("order", [0])
    yield* synced("order_event", [0])
    const ends = state.startedAt + days * day
    let next = state.startedAt
    while (next < ends) {
      next += random.int(1, 20) * stepMillis * 6
      yield* moveTo(next + apart)
      const fault = drawFault(random)
      if (fault !== undefined) yield* vendor.fault(fault)
      const by = random.pick([[0], [1], both])
      const ticks = random.chance(0.08) ? random.int(1, 60) : undefined
      counts.polls += 1
      yield* synced("order_event", by, {}, ticks)
      if (random.chance(0.2)) {
        counts.sweeps += 1
        yield* synced("order", by, { period })
      }
      if (random.chance(0.2)) yield* synced("order_to_send", by)
      yield* vendor.clearFaults
    }
    yield* moveTo(next + stepMillis + apart)
    const last = yield* world
    const results = []
    for (const name of ["order", "order_event", "order_to_send"]) {
      // After failures of the vendor one request is tried first, and others are not asked meanwhile.
      const isRead = (some: ReadonlyArray<RunResult>) => some.every(({ status }) => status !== "failed")
      results.push(...(yield* Effect.repeat(synced(name, [0]), { until: isRead, times: 2 })))
    }
    return { counts, last, ended: yield* world, ledgers, results, sql, state }
  },
  Effect.provide(Logger.layer([]))
)
