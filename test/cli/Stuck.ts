/** A process that does not end by itself when it is told to. `node Stuck.ts deaf|late|hanging` */
import { forceExitAfter } from "../../core/cli/daemon/ForcedExit.ts"

const forever = (): never => {
  for (;;);
}

forceExitAfter({ told: 1_000, stuck: 1_000, worked: 200 })
// It holds on to the process, as a scope does that is not closed.
setInterval(() => {}, 60_000)

const [, , how] = process.argv
if (how === "late") process.once("SIGTERM", forever)
process.stdout.write("ready\n", () => {
  if (how === "deaf") forever()
})
