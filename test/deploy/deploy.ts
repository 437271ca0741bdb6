/**
 * Proves the Dockerfile where there is no container engine: takes its steps in a clean directory as an unprivileged user,
 * starts what they made as a container would be started, and asks of it what an operator relies on. Prints figures.
 */
import { execFile } from "node:child_process"
import { randomBytes } from "node:crypto"
import { userInfo } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { PgConnection } from "@effect/sql-pg"
import { Duration, Effect, FileSystem, Layer, Redacted, Schema } from "effect"
import { Terminal } from "../../core/cli/render/terminal/Terminal.ts"
import * as Embedded from "../../core/database/connection/Embedded.ts"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import * as Sandbox from "../../core/plugin/Sandbox.ts"
import { RunResult } from "../../core/sync/RunResult.ts"
import { eventually } from "../support/eventually.ts"
import { build, type Image } from "./Build.ts"
import { launch } from "./Container.ts"
import { onlyWhatRuns, sizeOf } from "./Contents.ts"
import { contextOf } from "./Context.ts"
import { parse, type Running } from "./Dockerfile.ts"
import { Failed } from "./Process.ts"

const root = fileURLToPath(new URL("../../", import.meta.url))

/** Of a program that a signal interrupts, as Effect's runtime has it: what a stopped container shows. */
const stoppedCode = 130

/** What an engine waits before it kills. */
const timeout = Duration.seconds(10)

const Runs = Schema.Struct({ runs: Schema.Array(RunResult) })

const say = (line: string) => Effect.flatMap(Terminal, ({ out }) => out.write(`${line}\n`))

const ensure = (holds: boolean, message: string) => (holds ? Effect.void : Effect.fail(new Failed({ message })))

const seconds = (time: Duration.Duration): string => `${Duration.toSeconds(time).toFixed(1)} s`
const mega = (bytes: number): string => `${(bytes / 1_000_000).toFixed(0)} MB`

const proveImage = Effect.fn("deploy.image")(function* (directory: string) {
  const fs = yield* FileSystem.FileSystem
  const dockerfile = parse(yield* fs.readFileString(join(root, "Dockerfile")))
  const steps = dockerfile.stages.flatMap((stage) => stage.steps)
  const user = steps.findLast((step) => step._tag === "User")
  if (user === undefined || user.uid === 0) return yield* new Failed({ message: "The image would run as root." })
  const account = userInfo().uid === 0 ? { uid: user.uid, gid: user.gid } : undefined
  const context = yield* contextOf(root)
  const [spent, image] = yield* Effect.timed(
    build({ dockerfile, context, directory, account, network: yield* network })
  )
  const uid = account?.uid ?? userInfo().uid
  yield* say(`Dockerfile: ${dockerfile.stages.length} stages, ${steps.length} steps as user ${uid}, ${seconds(spent)}.`)

  yield* onlyWhatRuns(image)
  const sizes = yield* Effect.forEach(["", "node_modules", ".cache"], (path) => sizeOf(join(image.directory, path)))
  const [whole = "", packages = "", compiled = ""] = sizes.map(mega)
  yield* say(`Image without its base: ${whole}, of which packages ${packages}, compiled code ${compiled}.`)
  return { image, running: dockerfile.running, uid }
})

/** What a builder is told of the machine's way to the package registry. */
const network = Effect.gen(function* () {
  const { stdout } = yield* Effect.tryPromise({
    try: () => promisify(execFile)("npm", ["config", "get", "registry"], { cwd: root }),
    catch: (cause) => new Failed({ message: `npm does not tell its registry: ${cause}` })
  })
  const passed = Object.entries(process.env).flatMap(([name, value]) =>
    /^(?:https?_proxy|no_proxy|node_extra_ca_certs)$/i.test(name) && value !== undefined ? [[name, value] as const] : []
  )
  return { ...Object.fromEntries(passed), npm_config_registry: stdout.trim(), npm_config_update_notifier: "false" }
})

const proveRunning = Effect.fn("deploy.running")(function* (
  { image, running, uid }: { readonly image: Image; readonly running: Running; readonly uid: number },
  databaseUrl: string
) {
  const sandboxes = new Map<string, Sandbox.RunningSandbox>()
  for (const type of yield* connectorTypes) sandboxes.set(type.type, yield* Sandbox.start(type))
  const token = randomBytes(24).toString("base64url")
  const daemon = yield* launch(image, running, {
    ...Object.assign({}, ...[...sandboxes.values()].map(({ environment }) => environment)),
    DATABASE_URL: databaseUrl,
    TRIBUTARY_MASTER_KEY: randomBytes(32).toString("base64"),
    ADMIN_TOKEN: token
  })
  yield* ensure((yield* daemon.uid) === uid && uid !== 0, `The daemon runs as user ${yield* daemon.uid}, not ${uid}.`)
  yield* say(`Healthy ${seconds(daemon.startup)} after its start, as user ${uid}.`)

  const sync = (...selectors: ReadonlyArray<string>) =>
    daemon
      .request("/api/v1/sync", {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ selectors })
      })
      .pipe(Effect.flatMap(Schema.decodeUnknownEffect(Runs)))
  const [spent, { runs }] = yield* Effect.timed(sync("*"))
  const bad = runs.filter(({ status }) => status !== "ok")
  yield* ensure(bad.length === 0, `Not every run was well: ${JSON.stringify(bad)}`)
  const rows = runs.reduce((sum, { inserted }) => sum + inserted, 0)
  yield* ensure(rows > 0, "The sync wrote nothing.")
  const peak = mega(yield* daemon.peakBytes)
  yield* say(`Sync over HTTP: ${runs.length} entities, ${rows} rows, ${seconds(spent)}; peak memory ${peak}.`)

  const vendor = sandboxes.get("iiko")
  if (vendor === undefined) return yield* new Failed({ message: "There is no sandbox of iiko." })
  yield* vendor.clearRequests
  yield* vendor.fault({ path: "/corporation/stores", mode: "hang" })
  yield* Effect.forkScoped(Effect.ignore(sync("iiko.store")))
  yield* eventually(
    Effect.map(vendor.requests, (requests) => requests.some(({ path }) => path.endsWith("/corporation/stores")))
  )
  yield* daemon.signal(running.stopSignal)
  const [took, code] = yield* Effect.timed(
    Effect.timeoutOrElse(daemon.ended, { duration: timeout, orElse: () => Effect.succeed("nothing yet") })
  )
  yield* ensure(
    code === stoppedCode,
    `After ${running.stopSignal} and ${seconds(took)} it ended with ${code}, not ${stoppedCode}:\n${yield* daemon.printed}`
  )
  const database = yield* PgConnection.make({ url: Redacted.make(databaseUrl) })
  const last = yield* database.query("select status, error from tributary.sync_log order by id desc limit 1", [])
  yield* ensure(
    JSON.stringify(last.rows) === JSON.stringify([{ status: "failed", error: "interrupted" }]),
    `The interrupted run is ${JSON.stringify(last.rows)}.`
  )
  yield* say(`${running.stopSignal} during a sync: ended after ${seconds(took)} with code ${code}, the run marked.`)
})

const program = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const directory = yield* fs.makeTempDirectoryScoped({ prefix: "tributary-deploy-" })
  yield* fs.chmod(directory, 0o755)
  // What is closed to its own user could not be removed by it.
  yield* Effect.addFinalizer(() => Effect.promise(() => promisify(execFile)("chmod", ["-R", "u+w", directory])))
  const proven = yield* proveImage(directory)
  const url = yield* Embedded.start({ directory: join(directory, "postgres"), settings: { fsync: "off" } })
  yield* Effect.scoped(proveRunning(proven, Redacted.value(url)))
}).pipe(
  Effect.scoped,
  Effect.catchTag("Failed", ({ message }) =>
    Effect.andThen(
      say(message),
      Effect.sync(() => {
        process.exitCode = 1
      })
    )
  ),
  Effect.provide(Layer.mergeAll(NodeServices.layer, Terminal.layer))
)

NodeRuntime.runMain(program)
