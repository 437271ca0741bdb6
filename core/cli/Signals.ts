/**
 * The signals that end the process, or make the daemon reload, from the first instruction to the last: a SIGHUP never
 * kills it. The handlers are set before anything else is loaded and are never removed.
 */
import { isatty } from "node:tty"

/** Decided from the arguments alone, because nothing is loaded yet: a hang-up ends any other command. */
const serves = process.argv.slice(2).some((word) => word === "start" || word === "demo")

const terminals = [0, 1, 2].filter((stream) => isatty(stream))

/** After a hang-up the stream is no longer a terminal. */
const isTerminalGone = () => terminals.some((stream) => !isatty(stream))

/** Ends as if it had been requested: current runs are interrupted and end cleanly. */
export const requestEnd = (): void => void process.emit("SIGTERM")

let wanted = false
let reload: (() => void) | undefined

process.on("SIGHUP", () => {
  if (!serves || isTerminalGone()) return requestEnd()
  wanted = true
  reload?.()
})

/** By default Node would open its inspector, in which anybody on this machine could run code as the daemon. */
process.on("SIGUSR1", () => {})

/** While the program is loading, there is only the process to end; 130 is also its exit code later. */
const endAtOnce = () => process.exit(130)
process.on("SIGINT", endAtOnce)
process.on("SIGTERM", endAtOnce)

/** From here on the program ends itself. */
export const releaseSignals = (): void => {
  process.off("SIGINT", endAtOnce)
  process.off("SIGTERM", endAtOnce)
}

/**
 * Calls the listener on a hang-up, also for one that came during the start; returns a function that stops listening.
 */
export const onHangUp = (listener: () => void): (() => void) => {
  reload = listener
  if (wanted) listener()
  return () => {
    reload = undefined
  }
}
