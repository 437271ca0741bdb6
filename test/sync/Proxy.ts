/** A way to the test's PostgreSQL that can be cut and mended, as a network would. */
import { connect, createServer, type Socket } from "node:net"
import { Effect, Redacted } from "effect"

export const proxy = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const target = new URL(Redacted.value(url))
  const sockets = new Set<Socket>()
  let whole = true
  const server = createServer((client) => {
    if (!whole) {
      client.destroy()
      return
    }
    const upstream = connect(Number(target.port), target.hostname)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client]
    ] as const) {
      sockets.add(socket)
      socket.on("error", () => other.destroy())
      socket.on("close", () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  const cut = Effect.sync(() => {
    whole = false
    for (const socket of sockets) socket.destroy()
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.void))
    }),
    () =>
      Effect.andThen(
        cut,
        Effect.sync(() => server.close())
      )
  )
  const address = server.address()
  const through = new URL(target)
  through.port = String(typeof address === "object" ? (address?.port ?? 0) : 0)
  return {
    url: Redacted.make(through.href),
    cut,
    mend: Effect.sync(() => {
      whole = true
    })
  }
})
