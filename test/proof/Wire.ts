/** A connection between a daemon and its database that can be cut or stopped. */
import { connect, createServer, type Socket } from "node:net"
import { Effect, Redacted } from "effect"

export const make = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const target = new URL(Redacted.value(url))
  const sockets = new Set<Socket>()
  let [open, frozen] = [true, false]
  const server = createServer((client) => {
    if (!open) return client.destroy()
    const upstream = connect(Number(target.port), target.hostname)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client]
    ] as const) {
      sockets.add(one)
      one.setNoDelay(true)
      one.on("error", () => {})
      one.on("close", () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
      if (frozen) one.pause()
    }
    return client
  })
  const port = yield* Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
      })
    }),
    () =>
      Effect.sync(() => {
        for (const socket of sockets) socket.destroy()
        server.close()
      })
  )
  const through = new URL(target)
  through.hostname = "127.0.0.1"
  through.port = String(port)
  return {
    url: Redacted.make(through.href),
    /** Closes every connection and accepts no new one. */
    cut: Effect.sync(() => {
      open = false
      for (const socket of sockets) socket.destroy()
    }),
    mend: Effect.sync(() => {
      open = true
    }),
    /** Old and new connections stay open and carry nothing, as with a stopped server. */
    freeze: Effect.sync(() => {
      frozen = true
      for (const socket of sockets) socket.pause()
    }),
    thaw: Effect.sync(() => {
      frozen = false
      for (const socket of sockets) socket.resume()
    })
  }
})
