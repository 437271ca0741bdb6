/** A process that does not end by itself when a signal asks it to. `node Stuck.ts deaf|late|hanging` */
import { startStopWatchdog } from "../../core/cli/daemon/StopWatchdog.ts"

const forever = (): never => {
  for (;;);
}

startStopWatchdog({ afterSignal: 1_000, unresponsive: 1_000, cpuTime: 200 })
// It holds on to the process, as a scope does that is not closed.
setInterval(() => {}, 60_000)

const [, , how] = process.argv
if (how === "late") process.once("SIGTERM", forever)
process.stdout.write("ready\n", () => {
  if (how === "deaf") forever()
})
