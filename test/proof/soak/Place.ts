/**
 * A real daemon with everything on, in its own folder: the shipped configuration with jobs every few seconds and a
 * retention of minutes, the embedded PostgreSQL, and sandboxes of all systems and of Telegram in this process.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, openSync } from "node:fs"
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect, Schedule } from "effect"
import { sandbox as telegramSandbox } from "../../../bot/sandbox.ts"
import { sandbox as fintabloSandbox } from "../../../connectors/fintablo/sandbox.ts"
import { sandbox as gsheetSandbox } from "../../../connectors/gsheet/sandbox.ts"
import { sandbox as iikoSandbox } from "../../../connectors/iiko/sandbox.ts"
import { freePort } from "../../support/freePort.ts"

const main = fileURLToPath(new URL("../../../core/main.ts", import.meta.url))
const inside = fileURLToPath(new URL("Inside.ts", import.meta.url))
const shipped = fileURLToPath(new URL("../../../config", import.meta.url))

export const token = "soak"

const daemonYaml = `
timezone: Europe/Kaliningrad
http: { port: { env: PORT, default: 1 }, adminToken: { secret: ADMIN_TOKEN } }
reload: watch
log: { file: { size: 1MB, keep: 2 } }
retention: 2m
`

const job = (name: string, schedule: string, ...steps: ReadonlyArray<string>) =>
  `${name}:\n  schedule: "${schedule}"\n  steps:\n${steps.map((step) => `    - ${step}\n`).join("")}`

export const jobsYaml = [
  job("lists", "*/5 * * * * *", "sync: [iiko.product, iiko.employee, iiko.store]"),
  job("balances", "3-59/10 * * * * *", "sync: [iiko.stock_balance, gsheet.min_stock]"),
  job("stop-list", "7-59/15 * * * * *", "sync: [iiko.stop_list]"),
  job("everything", "33 * * * * *", 'sync: ["*"]'),
  job("sheets", "11-59/30 * * * * *", "export: gsheet.nomenclature", "export: gsheet.goods_reference"),
  job("negative-transfer", "41 * * * * *", "action: iiko.negative-transfer"),
  job("tidy-writeoffs", "9-59/20 * * * * *", "action: iiko.tidy-writeoffs"),
  job("stop-list-report", "51 */5 * * * *", "action: iiko.stop-list-report"),
  job(
    "retention",
    "14-59/20 * * * * *",
    "trim: { table: sync_log, maxAge: 2m }",
    "trim: { table: job_run, maxAge: 2m }",
    "trim: { table: config_version, maxAge: 2m }"
  )
].join("")

/** Stops the process and waits for its end; it may have ended already. */
const ended = async (process: ChildProcess) => {
  if (process.exitCode !== null || process.signalCode !== null) return
  process.kill("SIGTERM")
  await once(process, "exit")
}

export const make = Effect.gen(function* () {
  const directory = yield* Effect.acquireRelease(
    Effect.promise(() => mkdtemp(join(tmpdir(), "tributary-soak-"))),
    (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
  )
  chmodSync(directory, 0o755)
  yield* Effect.promise(async () => {
    await cp(shipped, join(directory, "config"), { recursive: true })
    await writeFile(join(directory, "config/daemon.yaml"), daemonYaml)
    await writeFile(join(directory, "config/jobs.yaml"), jobsYaml)
  })
  const iiko = yield* iikoSandbox.start({ seed: 1 })
  const fintablo = yield* fintabloSandbox.start({ seed: 1 })
  const gsheet = yield* gsheetSandbox.start({ seed: 1 })
  const telegram = yield* telegramSandbox.start({ seed: 1, gzip: false })
  const port = yield* freePort
  const errors = openSync(join(directory, "stderr"), "w")
  const daemon = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, ["--expose-gc", "--import", inside, main, "start"], {
        cwd: directory,
        env: {
          PATH: process.env.PATH,
          ...iiko.environment,
          ...fintablo.environment,
          ...gsheet.environment,
          ...telegram.environment,
          ADMIN_TOKEN: token,
          PORT: String(port)
        },
        stdio: ["ignore", "ignore", errors, "ipc"]
      })
    ),
    (process) => Effect.promise(() => ended(process))
  )
  const origin = `http://127.0.0.1:${port}`
  const up = Effect.promise(() =>
    fetch(`${origin}/ready`).then(
      ({ ok }) => ok,
      () => false
    )
  )
  yield* Effect.repeat(up, { until: (is) => is || daemon.exitCode !== null, schedule: Schedule.spaced("200 millis") })
  if (daemon.exitCode !== null) {
    return yield* Effect.die(yield* Effect.promise(() => readFile(join(directory, "stderr"), "utf8")))
  }
  const databaseUrl = yield* Effect.promise(async () => {
    const password = (await readFile(join(directory, "data/postgres.password"), "utf8")).trim()
    const server = (await readFile(join(directory, "data/postgres/postmaster.pid"), "utf8")).split("\n")
    return `postgres://postgres:${password}@127.0.0.1:${server[3]}/postgres`
  })
  return { directory, daemon, origin, databaseUrl, vendors: { iiko, fintablo, gsheet }, telegram }
})

export type Place = Effect.Success<typeof make>
