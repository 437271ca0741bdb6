/** A real Redis server with a folder and a port of its own; and servers that only look like one. */
import { spawn, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer, type Server, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Duration, Effect } from "effect"
import { connect } from "../../core/cache/RedisClient.ts"
import type { RedisDeclaration } from "../../core/config/CacheDeclaration.ts"
import { eventually } from "../support/eventually.ts"
import { freePort } from "../support/freePort.ts"

/** Debian's package `redis-server`; `.ci/run` installs it. */
export const isInstalled = spawnSync("redis-server", ["--version"]).status === 0

/** Generous, as a busy machine must not look like a server that is away. */
export const redisAt = (port: number, more: Partial<RedisDeclaration> = {}): RedisDeclaration => ({
  host: "127.0.0.1",
  port,
  db: 0,
  prefix: "tributary",
  timeout: Duration.seconds(20),
  ...more
})

/** Sends one command over a connection of its own. */
export const command = (port: number, name: string, ...args: ReadonlyArray<string>) =>
  Effect.scoped(
    Effect.flatMap(
      connect(redisAt(port), () => undefined),
      ({ send }) => Effect.map(send([[name, ...args]]), ([answer]) => answer)
    )
  )

/** Starts the server, and ends it by its process with the scope or by `stop`. */
export const startRedis = Effect.fnUntraced(function* (given?: number) {
  const port = given ?? (yield* freePort)
  const folder = mkdtempSync(join(tmpdir(), "redis-"))
  const started = spawn("redis-server", ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", ""], {
    stdio: "ignore"
  })
  const stop = Effect.callback<void>((resume) => {
    if (started.exitCode !== null || started.signalCode !== null) return resume(Effect.void)
    started.once("exit", () => resume(Effect.void))
    started.kill("SIGKILL")
  })
  yield* Effect.addFinalizer(() =>
    Effect.andThen(
      stop,
      Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
    )
  )
  yield* eventually(Effect.isSuccess(command(port, "PING")))
  return { port, stop, signal: (name: NodeJS.Signals) => Effect.sync(() => started.kill(name)) }
})

/** Accepts connections and never answers; `connections` counts them. */
export const startSilent = Effect.fnUntraced(function* () {
  const sockets = new Set<Socket>()
  let connections = 0
  const server: Server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on("error", () => undefined)
    socket.on("close", () => sockets.delete(socket))
  })
  yield* Effect.addFinalizer(() =>
    Effect.callback<void>((resume) => {
      for (const socket of sockets) socket.destroy()
      server.close(() => resume(Effect.void))
    })
  )
  const port = yield* Effect.callback<number>((resume) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
    })
  })
  return { port, connections: Effect.sync(() => connections) }
})
