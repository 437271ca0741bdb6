/**
 * A day of poll forms: two daemons make deals of them while the portal fails, answers are lost, Redis goes away and daemons are
 * killed. The clock belongs to the test; the databases and HTTP are real.
 */
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Context, DateTime, Duration, Effect, Exit, Fiber, Layer, Logger, Scope } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { connectorType } from "../../../connectors/bitrix24/index.ts"
import { chosenProgrammes, kinds, type Row } from "../../../connectors/bitrix24/sandbox/Model.ts"
import { sandbox } from "../../../connectors/bitrix24/sandbox.ts"
import { load } from "../../../core/config/Configuration.ts"
import { pluginTypes } from "../../../core/control/PluginDiscovery.ts"
import * as InboxRows from "../../../core/inbox/InboxRows.ts"
import { connectorTypes } from "../../../core/plugin/Discovery.ts"
import { type Draw, draw } from "../../../core/plugin/SandboxDraw.ts"
import { isInstalled, startRedis } from "../../cache/Redis.ts"
import { freshDatabase } from "../../support/database.ts"
import { environment as exampleEnvironment } from "../../support/exampleEnvironment.ts"
import { layerOf } from "../month/Daemon.ts"
import { begin, type Daemon, tick, ticking } from "./Daemon.ts"
import { drawTrouble } from "./Trouble.ts"

export interface DayOptions {
  readonly seed: number
  readonly forms: number
}

export interface Form {
  readonly id: number
  /** As it names them; some are not in the portal. */
  readonly programmes: ReadonlyArray<string>
  readonly phone: string
}

const noon = Date.UTC(2026, 5, 15, 12)
const day = 86_400_000
const unknownProgramme = "Право будущего"

/** A person writes the same phone in several ways. */
const writings = (digits: string) =>
  [`+7${digits}`, `8${digits}`, `8 (${digits.slice(0, 3)}) ${digits.slice(3)}`] as const

const makeForms = (random: Draw, count: number, names: ReadonlyArray<string>): ReadonlyArray<Form> => {
  const people = Array.from({ length: Math.ceil(count / 3) }, (_, at) => `999${String(at).padStart(7, "0")}`)
  return Array.from({ length: count }, (_, at) => {
    const some = names.filter(() => random.chance(0.4))
    const chosen = some.length === 0 ? [random.pick(names as readonly [string, ...Array<string>])] : some
    return {
      id: 500_000_000 + at,
      programmes: random.chance(0.03) ? [...chosen, unknownProgramme] : chosen,
      phone: random.pick(people as [string, ...Array<string>])
    }
  })
}

/** The shipped configuration, against this portal. */
const declare = Effect.fnUntraced(
  function* (environment: Readonly<Record<string, string>>) {
    const directory = fileURLToPath(new URL("../../../config", import.meta.url))
    const all = { ...(yield* exampleEnvironment), ...environment }
    const types = yield* connectorTypes
    const { connectors } = yield* load({ directory, types, plugins: yield* pluginTypes, environment: all })
    const declared = yield* Effect.fromNullishOr(connectors.find(({ type }) => type === connectorType.type))
    // Shorter than what the vendor takes: it may apply what was given up.
    const redis = declared.cache?.redis && { ...declared.cache.redis, timeout: Duration.seconds(5) }
    return {
      ...declared,
      limits: { ...declared.limits, timeout: Duration.seconds(30) },
      // The clock is faster than the work.
      ...(declared.cache === undefined
        ? {}
        : { cache: { ...declared.cache, ...(redis === undefined ? {} : { redis }) } })
    }
  },
  Effect.provide(NodeServices.layer),
  Effect.orDie
)

/** A Redis that can be away; where none is installed, memory alone is tried. */
const makeRedis = Effect.gen(function* () {
  if (!isInstalled) return { environment: {}, turn: () => Effect.void }
  const scope = yield* Effect.scope
  const start = (port?: number) => TestClock.withLive(Scope.provide(startRedis(port), scope))
  let running = yield* start()
  let isUp = true
  const { port } = running
  return {
    environment: { REDIS_ENABLED: "True", REDIS_HOST: "127.0.0.1", REDIS_PORT: String(port) },
    turn: Effect.fnUntraced(function* (up: boolean) {
      if (up === isUp) return
      isUp = up
      if (up) running = yield* start(port)
      else yield* TestClock.withLive(running.stop)
    })
  }
})

const byHand = { trigger: "test", actor: null } as const

const queue = (sql: SqlClient.SqlClient) =>
  Effect.map(
    sql<{ busy: number; waiting: number; due: Date | null }>`
      select count(claimed_by)::int as busy, count(*)::int as waiting, min(next_try) as due
      from tributary.inbox where state = 'waiting'`,
    ([row]) => row ?? { busy: 0, waiting: 0, due: null }
  )

export const simulate = Effect.fnUntraced(
  function* ({ forms: count, seed }: DayOptions) {
    yield* TestClock.setTime(noon)
    const random = yield* draw(seed)
    const portal = yield* sandbox.start({ seed, deals: 20, contacts: 20 })
    const redis = yield* makeRedis
    const declaration = yield* declare({ ...portal.environment, ...redis.environment })
    const { elements } = portal.state
    const names = (elements.get(kinds.programme) ?? []).map(({ title }) => String(title))
    const forms = makeForms(random, count, names)
    elements.set(
      kinds.pollForm,
      forms.map(({ id, programmes }): Row => ({ id, title: `Анкета ${id}`, [chosenProgrammes]: programmes.join("; ") }))
    )
    const url = yield* TestClock.withLive(freshDatabase)
    const sql = Context.get(yield* TestClock.withLive(Layer.build(layerOf(url))), SqlClient.SqlClient)
    const start = begin(url, declaration, portal.environment.BITRIX24_FORMS_TOKEN ?? "")
    const daemons: [Daemon, Daemon] = [yield* start, yield* start]
    const counts = { deliveries: 0, repeated: 0, kills: 0, redisAway: 0, troubles: {} as Record<string, number> }
    const now = Effect.map(DateTime.now, DateTime.toEpochMillis)
    let quietAt = noon

    /** Kills a daemon at the worst time; another one takes its place at once. */
    const kill = Effect.gen(function* () {
      const at = random.pick([0, 1] as const)
      counts.kills += 1
      yield* daemons[at].kill
      daemons[at] = yield* start
    })

    /** Until then; as long as nothing is worked on, the time passes at once. `killIn`: ticks of work until a kill. */
    const moveTo = Effect.fnUntraced(function* (time: number, killIn = Number.POSITIVE_INFINITY) {
      for (let worked = 0; ; ) {
        const at = yield* now
        if (at >= quietAt) {
          yield* portal.clearFaults
          yield* redis.turn(true)
        }
        if (at >= time) return
        const { busy, due } = yield* queue(sql)
        if (busy > 0) {
          for (let ticks = 4; ticks > 0; ticks--) {
            worked += 1
            if (worked === killIn) yield* kill
            yield* tick
          }
          continue
        }
        // Workers look for what others stored every few seconds.
        const next = Math.max(due?.getTime() ?? time, at + 5_000)
        yield* TestClock.adjust(Math.min(next, time) - at)
        for (let ticks = 4; ticks > 0; ticks--) yield* tick
      }
    })

    const payload = ({ id, phone }: Form) => ({ form_id: String(id), phone: random.pick(writings(phone)), name: "Ада" })

    /** The sender posts until it is answered: a daemon may be killed while it stores. */
    const send = Effect.fnUntraced(function* (form: Form) {
      counts.deliveries += 1
      const body = payload(form)
      for (;;) {
        const isDoomed = random.chance(0.01)
        const at = random.pick([0, 1] as const)
        const fiber = yield* ticking(daemons[at].receive(body), isDoomed ? random.int(0, 2) : 4_000)
        const exit = fiber.pollUnsafe()
        if (exit !== undefined && Exit.isSuccess(exit)) {
          if (exit.value.repeated) counts.repeated += 1
          return
        }
        counts.kills += 1
        yield* daemons[at].kill
        daemons[at] = yield* start
        yield* Fiber.interrupt(fiber)
      }
    })

    /** People answer in clumps, and senders repeat what they have sent. */
    const posts = forms
      .flatMap((form) => {
        const first = random.int(0, day / 300_000) * 300_000 + random.int(0, 3_000)
        const again = random.chance(0.3) ? [first + random.int(0, 2) * 1_000, first + random.int(1, 3) * 3_600_000] : []
        return [first, ...again].map((at) => ({ at: noon + at, form }))
      })
      .toSorted((one, other) => one.at - other.at)

    for (const { at, form } of posts) {
      yield* moveTo(at, random.chance(0.05) ? random.int(1, 60) : undefined)
      if ((yield* now) >= quietAt && random.chance(0.3)) {
        const trouble = drawTrouble(random, portal)
        counts.troubles[trouble.name] = (counts.troubles[trouble.name] ?? 0) + 1
        quietAt = (yield* now) + trouble.millis
        yield* trouble.begin
        if (random.chance(0.2)) {
          counts.redisAway += 1
          yield* redis.turn(false)
        }
      }
      yield* send(form)
    }
    yield* portal.clearFaults
    portal.state.refusals.length = 0
    const settle = Effect.gen(function* () {
      for (let { waiting } = yield* queue(sql); waiting > 0; { waiting } = yield* queue(sql)) {
        yield* moveTo((yield* now) + 60_000)
      }
    })
    yield* settle
    // Whose attempts all fell into outages: somebody replays them when the portal is well.
    const unlucky = yield* sql<{ id: string; reason: string }>`
      select id::text, reason::text from tributary.inbox
      where state = 'dead' and reason->>'code' is distinct from 'bitrix24.missingProgrammes'`
    for (const { id } of unlucky) {
      yield* Effect.provideService(InboxRows.replay(Number(id), byHand), SqlClient.SqlClient, sql)
    }
    yield* settle
    return { counts, unlucky, forms, portal, sql, hours: ((yield* now) - noon) / 3_600_000 }
  },
  Effect.provide(Logger.layer([]))
)
