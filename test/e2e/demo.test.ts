/** The demo and the commands beside it, as processes: they work on the same sandboxes, while it runs. */
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Schema, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import * as RunningSandboxes from "../../core/cli/shared/RunningSandboxes.ts"
import { listen } from "../../core/plugin/LocalServer.ts"
import { eventually } from "../support/eventually.ts"
import { freePort } from "../support/freePort.ts"

const main = fileURLToPath(new URL("../../core/main.ts", import.meta.url))
const config = fileURLToPath(new URL("../../config", import.meta.url))

const Exports = Schema.fromJsonString(
  Schema.Struct({
    exports: Schema.Array(Schema.Struct({ status: Schema.String, inserted: Schema.Int, updated: Schema.Int }))
  })
)

const Accounts = Schema.fromJsonString(
  Schema.Struct({
    accounts: Schema.Array(Schema.Struct({ name: Schema.String, owner: Schema.String, status: Schema.String }))
  })
)
const Runs = Schema.fromJsonString(
  Schema.Struct({
    runs: Schema.Array(
      Schema.Struct({ status: Schema.String, accountName: Schema.optional(Schema.NullOr(Schema.String)) })
    )
  })
)

const decodeDoor = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Struct({ url: Schema.String })))

/** A directory that the server's own user can get into. */
const makeFolder = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  yield* fs.chmod(folder, 0o755)
  return folder
})

const makeDemo = Effect.gen(function* () {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const folder = yield* makeFolder
  const fs = yield* FileSystem.FileSystem
  // What a real deployment would have here; the demo is to leave it alone.
  yield* fs.writeFileString(join(folder, ".env"), "DATABASE_URL=postgres://nobody:nothing@127.0.0.1:9/real\n")
  const start = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
    spawner.spawn(
      ChildProcess.make(process.execPath, [main, "demo", ...args], {
        cwd: folder,
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache"),
          TRIBUTARY_CONFIG: config,
          ...env
        },
        extendEnv: false,
        forceKillAfter: "30 seconds"
      })
    )
  const run = (...args: ReadonlyArray<string>) =>
    Effect.scoped(
      Effect.gen(function* () {
        const { exitCode, stderr, stdout } = yield* start(args)
        const text = <E>(stream: Stream.Stream<Uint8Array, E>) => Stream.mkString(Stream.decodeText(stream))
        return yield* Effect.all({ out: text(stdout), err: text(stderr), code: exitCode }, { concurrency: "unbounded" })
      })
    )
  return { folder: join(folder, "data", "demo"), run, start }
})

const isUp = (url: string) =>
  Effect.promise(() =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false
    )
  )

describe("the demo", () => {
  it.live(
    "lends its sandboxes, and the place of its daemon, to the commands beside it",
    () =>
      Effect.gen(function* () {
        const { folder, run, start } = yield* makeDemo
        const port = yield* freePort
        const demo = yield* start([], { PORT: String(port), ADMIN_TOKEN: "own-token" })
        yield* Effect.forkScoped(Stream.runDrain(Stream.merge(demo.stdout, demo.stderr)))
        yield* eventually(Effect.map(RunningSandboxes.find(folder), (found) => found !== undefined))
        yield* Effect.retry(eventually(isUp(`http://127.0.0.1:${port}/ready`)), { times: 2 })

        const written = Effect.flatMap(run("export", "--json"), ({ err, out }) =>
          Schema.decodeUnknownEffect(Exports)(out).pipe(
            Effect.mapError(({ message }) => new Error(`${message}: ${out}${err}`)),
            Effect.map(({ exports }) => exports.map(({ inserted, status, updated }) => [status, inserted + updated]))
          )
        )
        const first = yield* written
        assert.isNotEmpty(first)
        for (const [status, cells] of first) {
          assert.strictEqual(status, "ok")
          assert.isAbove(Number(cells), 0)
        }
        assert.deepEqual(
          yield* written,
          first.map(() => ["ok", 0])
        )
        // By the port and the token of the daemon, which nobody typed here.
        const reloaded = yield* run("reload")
        assert.deepEqual([reloaded.code, reloaded.out], [0, "Nothing has changed; everything goes on as it was.\n"])

        const accounts = Effect.gen(function* () {
          const { out } = yield* run("accounts", "--json")
          const found = yield* Schema.decodeUnknownEffect(Accounts)(out)
          return found.accounts.map(({ name, owner, status }) => `${owner}/${name} ${status}`)
        })
        const two = ["anna/kubek active", "marek/lampion active"]
        assert.deepEqual(yield* accounts, two)

        yield* demo.kill({ killSignal: "SIGTERM" })
        yield* demo.exitCode
        // Now with sandboxes of their own, which accept the tokens of those before.
        const { out } = yield* run("sync", "allegro.order_to_send", "--json")
        const { runs } = yield* Schema.decodeUnknownEffect(Runs)(out)
        assert.deepEqual(
          runs.map(({ accountName, status }) => `${accountName} ${status}`),
          ["anna/kubek ok", "marek/lampion ok"]
        )
        const added = yield* run("accounts", "add", "allegro", "shop3", "--owner", "eva")
        assert.deepEqual([added.code, added.out], [0, "eva/shop3 is added: Szalik_Sklep.\n"])
        assert.deepEqual(yield* accounts, [...two.slice(0, 1), "eva/shop3 active", ...two.slice(1)])
        assert.isUndefined(yield* RunningSandboxes.find(folder))
        const fs = yield* FileSystem.FileSystem
        assert.notInclude(yield* fs.readDirectory(folder), "stand-ins.json")
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
    240_000
  )
})

describe("the sandboxes of a demo", () => {
  it.live("are found by who can read the folder, as they are then, until the demo ends", () =>
    Effect.gen(function* () {
      const folder = yield* makeFolder
      assert.isUndefined(yield* RunningSandboxes.find(folder))
      const addresses: Record<string, string> = { SHOP_URL: "http://127.0.0.1:1" }
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* RunningSandboxes.announce(folder, () => addresses)
          assert.deepEqual(yield* RunningSandboxes.find(folder), { SHOP_URL: "http://127.0.0.1:1" })
          addresses.PORT = "8080"
          assert.deepEqual(yield* RunningSandboxes.find(folder), { SHOP_URL: "http://127.0.0.1:1", PORT: "8080" })
        })
      )
      assert.isUndefined(yield* RunningSandboxes.find(folder))
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("that was killed are nobody's: nobody listens, somebody else does, or the file is torn", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* makeFolder
      const file = join(folder, "stand-ins.json")
      const stale = yield* Effect.scoped(
        Effect.andThen(
          RunningSandboxes.announce(folder, () => ({})),
          fs.readFileString(file)
        )
      )
      yield* fs.writeFileString(file, stale)
      assert.isUndefined(yield* RunningSandboxes.find(folder))

      const { pathname, port } = new URL((yield* decodeDoor(stale)).url)
      yield* listen((_, response) => response.end("[]"), Number(port))
      assert.isUndefined(yield* RunningSandboxes.find(folder))

      // A newer demo has the folder now: what ends takes only its own file away, and its key opens no other door.
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* RunningSandboxes.announce(folder, () => ({ of: "the older" }))
          yield* RunningSandboxes.announce(folder, () => ({ of: "the newer" }))
          assert.deepEqual(yield* RunningSandboxes.find(folder), { of: "the newer" })
          const door = new URL((yield* decodeDoor(yield* fs.readFileString(file))).url)
          const answer = yield* Effect.promise(() => fetch(`${door.origin}${pathname}`))
          assert.strictEqual(answer.status, 404)
        })
      )
      yield* fs.writeFileString(file, stale.slice(0, 20))
      assert.isUndefined(yield* RunningSandboxes.find(folder))
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
