/**
 * What an Allegro seller costs the daemon in a day, with ten sellers and with a thousand: 480 polls of events, each with
 * one changed order, as 100 orders with five changes each make them, and four sweeps. A part of the day is measured. Then
 * how many lists of orders the API answers while everything is synced.
 */
import { Duration, Effect, Fiber, FileSystem, Layer, Redacted, Ref } from "effect"
import { HttpBody, HttpClient } from "effect/http"
import { SqlClient } from "effect/sql"
import { Accounts } from "../../core/accounts/Accounts.ts"
import { AccountVendors } from "../../core/accounts/AccountVendors.ts"
import * as VaultSource from "../../core/accounts/VaultSource.ts"
import { Actions } from "../../core/actions/Actions.ts"
import * as Configuration from "../../core/config/Configuration.ts"
import { lastPeriod } from "../../core/config/PeriodEntity.ts"
import { Plugins } from "../../core/control/Plugins.ts"
import * as Database from "../../core/database/connection/Database.ts"
import * as Server from "../../core/http/Server.ts"
import { Inbox } from "../../core/inbox/Inbox.ts"
import { Jobs } from "../../core/jobs/Jobs.ts"
import { Alerts } from "../../core/observe/Alerts.ts"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Reload } from "../../core/plugin/Reload.ts"
import { Sync, type SyncOptions } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { layerVault } from "../support/vault.ts"
import { adminToken, bytesOf, fire } from "./Api.ts"
import * as Child from "./Child.ts"
import { Sellers } from "./FarProtocol.ts"
import { figure, type Pair, spread } from "./Figure.ts"
import type { Setup } from "./Setup.ts"

const pollsPerDay = 480
const sweepsPerDay = 4
/** Polls of one account that are measured, whatever the number of accounts. */
const measuredPolls = 4_000
const measuredSweeps = 1_000
/** Of accounts, in the order in which they are measured. */
const countsOf = ({ quick }: Setup) => (quick ? [2, 4] : [10, 100, 1_000])
const initiator = { trigger: "bench", actor: null } as const

/** The sample as it is, but for the limit that the vendor sets to all sellers together: it would be all that is measured. */
const writeSample = Effect.fnUntraced(function* (directory: string) {
  const fs = yield* FileSystem.FileSystem
  const sample = yield* fs.readFileString(new URL("../../connectors/allegro/sample.yaml", import.meta.url).pathname)
  yield* fs.makeDirectory(`${directory}/connectors`, { recursive: true })
  yield* fs.writeFileString(`${directory}/daemon.yaml`, "database: { url: { secret: DATABASE_URL } }\n")
  yield* fs.writeFileString(`${directory}/connectors/allegro.yaml`, sample.replace("rate: 9000/min", "rate: 100000/s"))
})

const layerDaemon = (directory: string, environment: Sellers["environment"]) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const types = yield* connectorTypes
      const loaded = yield* Configuration.load({ directory, types, environment })
      const server = { host: "127.0.0.1", port: 0, adminToken, anonymous: "none" } as const
      return Server.layer(server).pipe(
        Layer.provide([
          Actions.layer,
          Inbox.layer,
          Jobs.layer,
          Plugins.layer([]),
          Reload.layer(loaded, Effect.succeed(loaded))
        ]),
        Layer.provide(Alerts.layer),
        Layer.provideMerge(Sync.layer),
        Layer.provideMerge(VaultSource.layer),
        Layer.provideMerge(layerVault),
        Layer.provideMerge(Registry.layer(loaded, types).pipe(Layer.provide(layerHttp))),
        Layer.provideMerge(Database.layer({ declaration: loaded.daemon.database, dataDirectory: "" }))
      )
    })
  )

/** All accounts at once; a run that was not fine is no figure. */
const synced = Effect.fnUntraced(function* (name: string, more: Partial<SyncOptions> = {}) {
  const { entities } = yield* Registry.now
  const selected = entities.filter((entity) => entity.name === name)
  const results = yield* (yield* Sync).run(selected, { ...initiator, ...more })
  const bad = results.find(({ status }) => status === "failed" || status === "skipped")
  if (bad !== undefined) return yield* Effect.die(`${bad.entity} of ${bad.accountName}: ${bad.error ?? bad.status}`)
  return results.length
})

const add = Effect.fnUntraced(function* ({ accessToken, login, refreshToken }: Sellers["granted"][number]) {
  const { operations, traits } = yield* (yield* AccountVendors).find("allegro")
  const credentials = { accessToken: Redacted.make(accessToken), refreshToken: Redacted.make(refreshToken) }
  const added = { connector: "allegro", owner: login, name: "shop", perOwner: traits.perOwner }
  yield* (yield* Accounts).add(added, { credentials }, { operations }, initiator)
}, Effect.scoped)

/** One order of every seller changes, and an event says so. */
const change = Effect.fnUntraced(function* (url: string, text: string) {
  const sql = yield* SqlClient.SqlClient
  const client = yield* HttpClient.HttpClient
  const orders = yield* sql<{
    id: string
  }>`select distinct on (account_id) id::text from orders order by account_id, id`
  const put = orders.map(({ id }) => ({ id, messageToSeller: text }))
  const { status } = yield* client.post(`${url}/_sandbox/data`, {
    body: HttpBody.jsonUnsafe([{ collection: "orders", put }])
  })
  if (status !== 200) return yield* Effect.die(`the sandbox answers ${status} to an edit`)
})

interface Cost {
  /** Of this process, in seconds. */
  readonly cpu: number
  readonly rounds: number
}

/** What some syncs of all accounts cost, for one account and one sync. */
const costOf = Effect.fnUntraced(function* <E, R, R2>(
  times: number,
  control: string,
  prepare: (at: number) => Effect.Effect<void, E, R>,
  sync: Effect.Effect<number, never, R2>
) {
  const client = yield* HttpClient.HttpClient
  const rounds = Effect.flatMap(client.get(control), ({ text }) => Effect.map(text, Number))
  let [cpu, passed, runs] = [0, 0, 0]
  for (let at = 0; at < times; at++) {
    yield* prepare(at)
    yield* rounds
    const before = process.cpuUsage()
    runs += yield* sync
    const { system, user } = process.cpuUsage(before)
    cpu += (system + user) / 1e6
    passed += yield* rounds
  }
  return { cpu: cpu / runs, rounds: passed / runs } satisfies Cost
})

/** The day of one of so many accounts. */
const dayOf = Effect.fnUntraced(function* (accounts: number, setup: Setup, { control, environment }: Sellers) {
  const period = lastPeriod({ offset: Duration.days(3) })
  const times = (wanted: number) => (setup.quick ? 1 : Math.max(1, Math.round(wanted / accounts)))
  const url = environment.ALLEGRO_URL ?? ""
  const changed = (at: number) => change(url, `${accounts}-${at}`)
  yield* changed(-1)
  yield* synced("order_event")
  const poll = yield* costOf(times(measuredPolls), control, changed, synced("order_event"))
  const sweep = yield* costOf(times(measuredSweeps), control, () => Effect.void, synced("order", { period }))
  const day = (part: keyof Cost) => poll[part] * pollsPerDay + sweep[part] * sweepsPerDay
  return { cpu: day("cpu"), rounds: day("rounds") } satisfies Cost
})

/** Lists of orders and of runs, one after the other, while everything is synced again and again. */
const lists = Effect.fnUntraced(function* (setup: Setup, login: string) {
  const seconds = setup.quick ? 1 : 5
  const [orders, runs] = [`connectors/allegro/orders/${login}?limit=50`, "runs"]
  const pairs: Record<"rate" | "latency", Array<Pair>> = { rate: [], latency: [] }
  yield* fire(orders, 1)
  for (let at = 0; at < setup.repeat; at++) {
    const idle = yield* fire(orders, seconds)
    const isOver = yield* Ref.make(false)
    const again = Effect.repeat(synced("order"), { until: () => Ref.get(isOver) })
    const syncing = yield* Effect.forkChild(again)
    const busy = yield* fire(orders, seconds)
    const others = yield* fire(runs, seconds)
    yield* Ref.set(isOver, true)
    yield* Fiber.join(syncing)
    pairs.rate.push({ ours: busy.rate, reference: others.rate })
    pairs.latency.push({ ours: busy.p99, reference: idle.p99 })
  }
  return { pairs, sizes: [yield* bytesOf(orders), yield* bytesOf(runs)] as const }
})

const notesOf = ({ pairs, sizes }: Effect.Success<ReturnType<typeof lists>>) => {
  const [orders, runs] = sizes
  const megabytes = (rates: ReadonlyArray<number>, size: number) => ((spread(rates).median * size) / 1e6).toFixed(1)
  const sent = [
    megabytes(
      pairs.rate.map(({ ours }) => ours),
      orders
    ),
    megabytes(
      pairs.rate.map(({ reference }) => reference),
      runs
    )
  ]
  return [
    "pages of 50 orders, whole forms, and of 50 runs",
    `pages of ${(orders / 1e3).toFixed(1)} kB, to ${(runs / 1e3).toFixed(1)} kB; ${sent.join(" MB/s, to ")} MB/s`
  ]
}

const measure = Effect.fnUntraced(function* (setup: Setup, sellers: Sellers) {
  const days: Array<Cost> = []
  let known = 0
  for (const accounts of countsOf(setup)) {
    yield* Effect.forEach(sellers.granted.slice(known, accounts), add, { discard: true })
    known = accounts
    yield* synced("order")
    days.push(yield* dayOf(accounts, setup, sellers))
  }
  return { days, listed: yield* lists(setup, sellers.granted[0]?.login ?? "") }
})

export const figures = Effect.fn("bench.accounts")(function* (setup: Setup) {
  const config = `${setup.directory}/accounts`
  yield* writeSample(config)
  const sellers = yield* Child.start("sellers.ts", Sellers, {
    args: [String(countsOf(setup).at(-1)), setup.databaseUrl]
  })
  const { days, listed } = yield* Effect.provide(measure(setup, sellers), layerDaemon(config, sellers.environment))
  const part = "k"
  const [few, ...more] = days
  const [smallest = 0, ...counts] = countsOf(setup)
  const flat = more.flatMap((day, at) => [
    figure(
      { part, name: `CPU of a seller's day, of ${counts[at]}, to of ${smallest}`, unit: "s", target: { atMost: 1.1 } },
      [{ ours: day.cpu, reference: few?.cpu ?? 0 }]
    ),
    figure({ part, name: `round trips to the database of it`, unit: "", target: { atMost: 1.1 } }, [
      { ours: day.rounds, reference: few?.rounds ?? 0 }
    ])
  ])
  const name = "GET orders in a sync, to GET runs in it"
  const { pairs } = listed
  return [
    ...flat,
    figure({ part, name, unit: "/s", target: { atLeast: 0.8 }, notes: notesOf(listed) }, pairs.rate),
    figure({ part, name: "p99 of its latency, to without a sync", unit: "ms" }, pairs.latency)
  ]
}, Effect.scoped)
