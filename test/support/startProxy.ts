/** Runs the proxy of connectProxy.ts as a process of its own. */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { Effect, Queue } from "effect"

const program = fileURLToPath(new URL("./connectProxy.ts", import.meta.url))

/** A running proxy: its port, and what it has printed since it was asked last. */
export const startProxy = Effect.fnUntraced(function* (env: Readonly<Record<string, string>> = {}) {
  const lines = yield* Queue.unbounded<string>()
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [program], {
        env: { PATH: process.env.PATH, ...env },
        stdio: ["ignore", "pipe", "inherit"]
      })
      createInterface(child.stdout).on("line", (line) => Queue.offerUnsafe(lines, line))
      return child
    }),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  const port = Number(yield* Queue.take(lines))
  return { port, next: Queue.take(lines), left: Queue.size(lines) }
})
