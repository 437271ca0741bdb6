/** The end of a process that was told to stop and does not. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { beat, behind, stopTimes } from "../../core/cli/daemon/ForcedExit.ts"

const stuck = fileURLToPath(new URL("Stuck.ts", import.meta.url))

const ended = (how: string, act: (child: ChildProcess) => void) =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(process.execPath, [stuck, how], { stdio: ["ignore", "pipe", "pipe"] })),
      (running) => Effect.sync(() => running.kill("SIGKILL"))
    )
    let said = ""
    child.stderr.on("data", (bytes: Buffer) => {
      said += bytes.toString()
    })
    const end = once(child, "close")
    yield* Effect.promise(() => once(child.stdout, "data"))
    act(child)
    const [code, signal]: ReadonlyArray<unknown> = yield* Effect.promise(() => end)
    return { code, signal, said }
  })

const terminate = (child: ChildProcess) => void child.kill("SIGTERM")

const late = /^told to stop ten seconds ago and still not done: ending without waiting\n$/

describe.concurrent("a process that is told to stop", () => {
  it("has ten seconds, whatever it is doing", () => {
    assert.isBelow(stopTimes.told + behind, 10_000)
    // The turn before the work began is seen up to one beat later, and so is the end of the patience.
    assert.isBelow(stopTimes.stuck + 2 * beat, 10_000)
    assert.isBelow(stopTimes.worked, stopTimes.stuck)
  })

  it.live("ends by itself when a scope does not let go", () =>
    Effect.gen(function* () {
      const { code, said, signal } = yield* ended("hanging", terminate)
      assert.deepEqual({ code, signal }, { code: 1, signal: null })
      assert.match(said, late)
    })
  )

  it.live("is ended when its thread is never given back from then on", () =>
    Effect.gen(function* () {
      const { code, said, signal } = yield* ended("late", terminate)
      assert.deepEqual({ code, signal }, { code: null, signal: "SIGKILL" })
      assert.match(said, late)
    })
  )

  it.live("is ended when it cannot hear of it", () =>
    Effect.gen(function* () {
      const { code, said, signal } = yield* ended("deaf", terminate)
      assert.deepEqual({ code, signal }, { code: null, signal: "SIGKILL" })
      assert.match(said, /^one piece of work has kept everything else waiting/)
    })
  )
})
