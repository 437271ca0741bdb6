/**
 * What ends the process, or asks the daemon to reload, from the first instruction to the last: a SIGHUP never kills. Its
 * handlers stand before anything else is loaded and are never taken away.
 */
import { isatty } from "node:tty"

/** By its words alone, because nothing is loaded yet: of another command a hang-up is the end. */
const serves = process.argv.slice(2).some((word) => word === "start" || word === "demo")

const terminals = [0, 1, 2].filter((stream) => isatty(stream))

/** A terminal that hung up is none any more. */
const isTerminalGone = () => terminals.some((stream) => !isatty(stream))

/** As if somebody had asked for it: what runs by then is interrupted and ends cleanly. */
export const end = (): void => void process.emit("SIGTERM")

let wanted = false
let reload: (() => void) | undefined

process.on("SIGHUP", () => {
  if (!serves || isTerminalGone()) return end()
  wanted = true
  reload?.()
})

/** Node would open its inspector, in which whoever reaches this machine could run code as the daemon. */
process.on("SIGUSR1", () => {})

/** While the program is being loaded there is nothing to end but the process; 130 is what it ends with later, too. */
const endAtOnce = () => process.exit(130)
process.on("SIGINT", endAtOnce)
process.on("SIGTERM", endAtOnce)

/** From here on the program ends itself. */
export const hasBegun = (): void => {
  process.off("SIGINT", endAtOnce)
  process.off("SIGTERM", endAtOnce)
}

/** A hang-up that came before, while the daemon started, counts; answers how to stop listening. */
export const onHangUp = (listener: () => void): (() => void) => {
  reload = listener
  if (wanted) listener()
  return () => {
    reload = undefined
  }
}
