/** Signals and closed terminals from the first instruction of the daemon to its last. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { eventually } from "../support/eventually.ts"
import { compiled } from "../support/program.ts"
import { scenario } from "./Shop.ts"

const main = fileURLToPath(new URL("../../core/main.ts", import.meta.url))

type Place = Parameters<Parameters<typeof scenario>[1]>[0]

const processOf = ({ directory }: Place, command: string, args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(command, args, {
        cwd: directory,
        env: { PATH: process.env.PATH, HOME: directory, NODE_COMPILE_CACHE: compiled },
        stdio: ["ignore", "pipe", "pipe"]
      })
      child.stdout.resume()
      child.stderr.resume()
      const ended = once(child, "exit").then(([code, signal]: ReadonlyArray<unknown>) => ({ code, signal }))
      return { child, ended: Effect.promise(() => ended) }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )

/** Its first instruction was to be told of a hang-up. */
const catches = ({ pid }: ChildProcess) => {
  const status = `/proc/${pid}/status`
  const mask = existsSync(status) ? /^SigCgt:\s*([0-9a-f]+)/m.exec(readFileSync(status, "utf8"))?.[1] : undefined
  return mask !== undefined && (BigInt(`0x${mask}`) & 1n) === 1n
}

const versions = ({ sql }: Place, trigger: string) =>
  sql`select from tributary.config_version where trigger = ${trigger}`.pipe(
    Effect.map(({ length }) => length),
    // The table is not made yet.
    Effect.orElseSucceed(() => 0)
  )

const isUp = (place: Place) => Effect.map(versions(place, "start"), (count) => count > 0)

const clean = { code: 130, signal: null }

describe.concurrent("the daemon", () => {
  scenario("is never killed by a SIGHUP, and takes one that came while it started", (place) =>
    Effect.gen(function* () {
      const { child, ended } = yield* processOf(place, process.execPath, [main, "start"])
      yield* eventually(Effect.sync(() => catches(child)))
      child.kill("SIGHUP")
      yield* eventually(Effect.map(versions(place, "signal"), (count) => count > 0))
      const hangUps = setInterval(() => child.kill("SIGHUP"), 5)
      yield* Effect.addFinalizer(() => Effect.sync(() => clearInterval(hangUps)))
      child.kill("SIGTERM")
      assert.deepEqual(yield* ended, clean)
    })
  )

  scenario("ends cleanly on a SIGTERM at any moment of its start", (place) =>
    Effect.gen(function* () {
      for (const wait of [0, 400, 900]) {
        const { child, ended } = yield* processOf(place, process.execPath, [main, "start"])
        yield* eventually(Effect.sync(() => catches(child)))
        yield* Effect.sleep(wait)
        child.kill("SIGTERM")
        assert.deepEqual(yield* ended, clean, `after ${wait} ms`)
      }
    })
  )

  scenario("opens no inspector when it is asked for one", (place) =>
    Effect.gen(function* () {
      const { child, ended } = yield* processOf(place, process.execPath, [main, "start"])
      let output = ""
      child.stderr.on("data", (bytes: Buffer) => {
        output += bytes.toString()
      })
      yield* eventually(Effect.sync(() => catches(child)))
      child.kill("SIGUSR1")
      yield* eventually(isUp(place))
      child.kill("SIGUSR1")
      child.kill("SIGTERM")
      assert.deepEqual(yield* ended, clean)
      assert.notInclude(output, "Debugger")
    })
  )

  scenario("ends cleanly when nobody reads any more what it says", (place) =>
    Effect.gen(function* () {
      const { child, ended } = yield* processOf(place, process.execPath, [main, "start"])
      yield* eventually(isUp(place))
      child.stderr.destroy()
      // So that it has something to say.
      const asked = setInterval(() => child.kill("SIGHUP"), 100)
      yield* Effect.addFinalizer(() => Effect.sync(() => clearInterval(asked)))
      assert.deepEqual(yield* ended, clean)
    })
  )

  scenario("ends cleanly when its terminal is closed", (place) =>
    Effect.gen(function* () {
      const inTerminal = `echo $$ > pid; exec '${process.execPath}' '${main}' start`
      const { child } = yield* processOf(place, "script", ["-qefc", inTerminal, "/dev/null"])
      yield* eventually(isUp(place))
      const pid = readFileSync(`${place.directory}/pid`, "utf8").trim()
      // The other end of the terminal is gone with it.
      child.kill("SIGKILL")
      yield* eventually(Effect.sync(() => !existsSync(`/proc/${pid}`)))
      assert.strictEqual(yield* versions(place, "signal"), 0)
    })
  )
})
