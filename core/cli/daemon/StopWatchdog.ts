/**
 * Ends a process within ten seconds after a signal to stop, even if a scope hangs, or some work never gives its
 * thread back, during which no signal handler runs. The next process then reports the interrupted work, as after a
 * kill.
 */
import { writeSync } from "node:fs"
import { SHARE_ENV, Worker } from "node:worker_threads"

/** All values in milliseconds. */
export interface StopTimes {
  /** After the grace period of runs and their audit, and before a process manager kills it. */
  readonly afterSignal: number
  /** How long no other work may have had a turn: a signal to stop meanwhile would go unnoticed. */
  readonly unresponsive: number
  /** The processor time it must have used meanwhile: a process that gets no processor time is not stuck. */
  readonly cpuTime: number
}

export const stopTimes: StopTimes = { afterSignal: 9_500, unresponsive: 8_500, cpuTime: 5_000 }

/** How often a turn is reported, and checked. */
export const tickInterval = 500

/** How much later than the main thread's timer the guard ends the process. */
export const threadDelay = 300

/**
 * Indexes of the memory that both threads share: a count of turns, and the time left after a signal to stop.
 */
const places = { turns: 0, left: 1, never: 2 } as const

/**
 * Runs in a thread of its own, which needs no turn of the main thread. It is created from its source text, because the
 * loader of a module would take more memory than everything else in it; so it only knows its arguments.
 */
const guard = (): void => {
  const { workerData } = process.getBuiltinModule("node:worker_threads")
  const { limits, places, shared, tickInterval } = workerData
  const words = new Int32Array(shared)
  const end = (why: string) => {
    process.getBuiltinModule("node:fs").writeSync(2, `${why}: ending without waiting\n`)
    process.kill(process.pid, "SIGKILL")
  }
  const cpuTime = () => {
    const { system, user } = process.cpuUsage()
    return (system + user) / 1_000
  }
  let turns = -1
  let waits = 0
  let before = 0
  while (Atomics.wait(words, places.left, 0, tickInterval) === "timed-out") {
    const now = Atomics.load(words, places.turns)
    if (now !== turns) {
      turns = now
      waits = 0
      before = cpuTime()
    } else if (++waits * tickInterval >= limits.unresponsive && cpuTime() - before >= limits.cpuTime) {
      end("one piece of work has kept everything else waiting for too long")
    }
  }
  Atomics.wait(words, places.never, 0, Atomics.load(words, places.left))
  end("told to stop ten seconds ago and still not done")
}

/**
 * Watches the process from now on. The timers keep no process alive, and belong to no scope, because a scope may hang.
 */
export const startStopWatchdog = (limits = stopTimes): void => {
  const shared = new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT)
  const words = new Int32Array(shared)
  let turn = performance.now()
  /** The longer of the last two times without a turn: the signal may have come at its beginning. */
  let longestGap = 0
  setInterval(() => {
    const now = performance.now()
    longestGap = now - turn
    turn = now
    Atomics.add(words, places.turns, 1)
  }, tickInterval).unref()
  const onSignal = () => {
    const waited = Math.max(longestGap, performance.now() - turn) - tickInterval
    const left = Math.max(limits.afterSignal - Math.max(waited, 0), 1)
    Atomics.store(words, places.left, left + threadDelay)
    Atomics.notify(words, places.left)
    setTimeout(() => {
      writeSync(2, "told to stop ten seconds ago and still not done: ending without waiting\n")
      process.exit(1)
    }, left).unref()
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, onSignal)
  const thread = new Worker(`(${guard})()`, {
    eval: true,
    env: SHARE_ENV,
    execArgv: [],
    workerData: { tickInterval, limits, places, shared },
    resourceLimits: { maxYoungGenerationSizeMb: 1 }
  })
  thread.unref()
  // Without the thread the process is guarded like any other.
  thread.on("error", () => {})
}
