/** The end of a process that was told to stop and does not. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { stopTimes, threadDelay, tickInterval } from "../../core/cli/daemon/StopWatchdog.ts"

const stuck = fileURLToPath(new URL("Stuck.ts", import.meta.url))

const ended = (how: string, act: (child: ChildProcess) => void) =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(process.execPath, [stuck, how], { stdio: ["ignore", "pipe", "pipe"] })),
      (running) => Effect.sync(() => running.kill("SIGKILL"))
    )
    let output = ""
    child.stderr.on("data", (bytes: Buffer) => {
      output += bytes.toString()
    })
    const end = once(child, "close")
    yield* Effect.promise(() => once(child.stdout, "data"))
    act(child)
    const [code, signal]: ReadonlyArray<unknown> = yield* Effect.promise(() => end)
    return { code, signal, output }
  })

const terminate = (child: ChildProcess) => void child.kill("SIGTERM")

const late = /^told to stop ten seconds ago and still not done: ending without waiting\n$/

describe.concurrent("a process that is told to stop", () => {
  it("has ten seconds, whatever it is doing", () => {
    assert.isBelow(stopTimes.afterSignal + threadDelay, 10_000)
    // The turn before the work began is seen up to one tick later, and so is the end of the limit.
    assert.isBelow(stopTimes.unresponsive + 2 * tickInterval, 10_000)
    assert.isBelow(stopTimes.cpuTime, stopTimes.unresponsive)
  })

  it.live("ends by itself when a scope does not let go", () =>
    Effect.gen(function* () {
      const { code, output, signal } = yield* ended("hanging", terminate)
      assert.deepEqual({ code, signal }, { code: 1, signal: null })
      assert.match(output, late)
    })
  )

  it.live("is ended when its thread is never given back from then on", () =>
    Effect.gen(function* () {
      const { code, output, signal } = yield* ended("late", terminate)
      assert.deepEqual({ code, signal }, { code: null, signal: "SIGKILL" })
      assert.match(output, late)
    })
  )

  it.live("is ended when it cannot hear of it", () =>
    Effect.gen(function* () {
      const { code, output, signal } = yield* ended("deaf", terminate)
      assert.deepEqual({ code, signal }, { code: null, signal: "SIGKILL" })
      assert.match(output, /^one piece of work has kept everything else waiting/)
    })
  )
})
