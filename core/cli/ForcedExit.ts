/**
 * A process that was told to stop ends within ten seconds, whatever does not let go: a scope that hangs, or a piece of work
 * that never gives its thread back, during which not even a signal is heard. What it was doing is then told by the next one,
 * as after a kill.
 */
import { writeSync } from "node:fs"
import { SHARE_ENV, Worker } from "node:worker_threads"

/** All in milliseconds. */
export interface StopTimes {
  /** Behind the grace of runs and what they say in the audit, before a process manager would lose its patience. */
  readonly told: number
  /** How long nothing else may have had a turn: a process that was told to stop meanwhile does not know it. */
  readonly stuck: number
  /** So much of that it must have worked: one that is kept from the processor is not stuck. */
  readonly worked: number
}

export const stopTimes: StopTimes = { told: 9_500, stuck: 8_500, worked: 5_000 }

/** How often a turn is shown, and looked for. */
export const beat = 500

/** How much later than the timer of the main thread the guard ends the process. */
export const behind = 300

/** Places in what both threads see: a count of turns, and how long is left once the process was told to stop. */
const places = { turns: 0, left: 1, never: 2 } as const

/**
 * Another thread, which needs no turn of this one. Made of its source, because a module would be loaded by a loader that
 * takes more memory than all of it; so it knows only what it is given.
 */
const guard = (): void => {
  const { workerData } = process.getBuiltinModule("node:worker_threads")
  const { beat, patience, places, shared } = workerData
  const words = new Int32Array(shared)
  const end = (why: string) => {
    process.getBuiltinModule("node:fs").writeSync(2, `${why}: ending without waiting\n`)
    process.kill(process.pid, "SIGKILL")
  }
  const worked = () => {
    const { system, user } = process.cpuUsage()
    return (system + user) / 1_000
  }
  let turns = -1
  let waits = 0
  let before = 0
  while (Atomics.wait(words, places.left, 0, beat) === "timed-out") {
    const now = Atomics.load(words, places.turns)
    if (now !== turns) {
      turns = now
      waits = 0
      before = worked()
    } else if (++waits * beat >= patience.stuck && worked() - before >= patience.worked) {
      end("one piece of work has kept everything else waiting for too long")
    }
  }
  Atomics.wait(words, places.never, 0, Atomics.load(words, places.left))
  end("told to stop ten seconds ago and still not done")
}

/** From now on. Its timers keep nothing alive, and belong to no scope: scopes are what may hang. */
export const forceExitAfter = (limits = stopTimes): void => {
  const shared = new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT)
  const words = new Int32Array(shared)
  let turn = performance.now()
  /** The longer of the last two times without a turn: the signal may have come when it began. */
  let unheard = 0
  setInterval(() => {
    const now = performance.now()
    unheard = now - turn
    turn = now
    Atomics.add(words, places.turns, 1)
  }, beat).unref()
  const told = () => {
    const waited = Math.max(unheard, performance.now() - turn) - beat
    const left = Math.max(limits.told - Math.max(waited, 0), 1)
    Atomics.store(words, places.left, left + behind)
    Atomics.notify(words, places.left)
    setTimeout(() => {
      writeSync(2, "told to stop ten seconds ago and still not done: ending without waiting\n")
      process.exit(1)
    }, left).unref()
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, told)
  const thread = new Worker(`(${guard})()`, {
    eval: true,
    env: SHARE_ENV,
    execArgv: [],
    workerData: { beat, patience: limits, places, shared },
    resourceLimits: { maxYoungGenerationSizeMb: 1 }
  })
  thread.unref()
  // Without the thread it is as well guarded as any other process.
  thread.on("error", () => {})
}
