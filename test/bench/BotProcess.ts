/**
 * The daemon with its bot, as `start` runs it, in a process of its own: over the shipped configuration, a database of its
 * own that may be far away, the vendors in another process, and Telegram's sandbox in this one, where people press.
 */
import { cp, rm } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { PgConnection } from "@effect/sql-pg"
import { Effect, Redacted, Schedule } from "effect"
import { HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import { ChildProcess } from "effect/process"
import type { SqlClient } from "effect/sql"
import { pluginType } from "../../bot/index.ts"
import { sandbox as telegramSandbox } from "../../bot/sandbox.ts"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import * as Migrations from "../../core/plugin/Migrations.ts"
import { freePort } from "../support/freePort.ts"
import * as Child from "./Child.ts"
import { layerEngine, sync } from "./Engine.ts"
import { Far, FarTraffic } from "./FarProtocol.ts"
import type { Setup } from "./Setup.ts"

const main = fileURLToPath(new URL("../../core/main.ts", import.meta.url))
const shipped = fileURLToPath(new URL("../../config", import.meta.url))

const token = "bench"

export interface Options {
  /** Of the database, which has no other part's people. */
  readonly name: string
  /** Milliseconds between the daemon and its database, there and back. */
  readonly databaseRoundTrip: number
  /** What is there before the daemon starts, beside everything of iiko. */
  readonly before?: (vendor: string) => Effect.Effect<void, unknown, HttpClient.HttpClient>
  /** In the database, when all is synced. */
  readonly prepared?: Effect.Effect<void, unknown, SqlClient.SqlClient>
}

const databaseOf = Effect.fnUntraced(function* ({ databaseUrl }: Setup, name: string) {
  const connection = yield* PgConnection.make({ url: Redacted.make(databaseUrl) })
  yield* connection.query(`create database bench_${name}`, [])
  const url = new URL(databaseUrl)
  url.pathname = `/bench_${name}`
  return url
}, Effect.scoped)

/** Succeeds when the bot fetches updates; the process ends with the scope. */
export const start = Effect.fn("BotProcess.start")(function* (setup: Setup, options: Options) {
  const { before, databaseRoundTrip, name, prepared = Effect.void } = options
  const database = yield* databaseOf(setup, name)
  const far = yield* Child.start("far.ts", Far, {
    env: {
      FAR_DATABASE_URL: database.href,
      FAR_DATABASE_ROUND_TRIP: String(databaseRoundTrip),
      FAR_VENDOR_LATENCY: "0",
      FAR_STATEMENTS: "true"
    }
  })
  if (before !== undefined) yield* before(far.vendors.iiko)
  // Packing answers of thirty bytes would take the time that is measured.
  const telegram = yield* telegramSandbox.start({ seed: 1, gzip: false })
  const directory = `${setup.directory}/bot-${name}`
  yield* Effect.promise(async () => {
    await cp(shipped, `${directory}/config`, { recursive: true })
    // What runs by itself would be counted as somebody's doing.
    await rm(`${directory}/config/jobs.yaml`)
  })
  const environment = { ...far.environment, ...telegram.environment, DATABASE_URL: database.href }
  yield* Effect.gen(function* () {
    yield* Migrations.run([...(yield* connectorTypes), pluginType])
    yield* sync([])
    yield* prepared
  }).pipe(Effect.provide(layerEngine(`${directory}/config`, environment)))

  const through = new URL(database)
  through.port = String(far.databasePort)
  const port = yield* freePort
  const process = yield* ChildProcess.make(globalThis.process.execPath, [main, "start"], {
    cwd: directory,
    env: { ...environment, DATABASE_URL: through.href, PORT: String(port), ADMIN_TOKEN: token },
    extendEnv: true,
    stdout: "ignore",
    stderr: globalThis.process.env.BENCH_LOG === undefined ? "ignore" : "inherit"
  })
  const polls = Effect.sync(() => telegram.state.calls.some(({ method }) => method === "deleteWebhook"))
  yield* Effect.raceFirst(
    Effect.repeat(polls, { until: (holds) => holds, schedule: Schedule.spaced("20 millis") }),
    Effect.flatMap(process.exitCode, (code) => Effect.die(`the daemon ended with ${code} before its bot was up`))
  )

  const traffic = HttpClient.get(far.control).pipe(Effect.flatMap(HttpClientResponse.schemaBodyJson(FarTraffic)))
  return {
    telegram,
    /** What the daemon has asked its database for since the last reset. */
    statements: Effect.map(traffic, (all) => all.database.statements),
    reset: Effect.asVoid(HttpClient.del(far.control)),
    /** In the daemon, until it is over. */
    syncIiko: HttpClientRequest.post(`http://127.0.0.1:${port}/api/v1/sync`).pipe(
      HttpClientRequest.bearerToken(token),
      HttpClientRequest.bodyJsonUnsafe({ selectors: ["iiko.*"] }),
      HttpClient.execute,
      Effect.flatMap(HttpClientResponse.filterStatusOk),
      Effect.flatMap(({ text }) => text),
      Effect.asVoid
    )
  }
})

export type BotProcess = Effect.Success<ReturnType<typeof start>>
