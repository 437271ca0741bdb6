/** A connection to the test's PostgreSQL that can be cut and mended like a network, and that counts round trips. */
import { connect, createServer, type Socket } from "node:net"
import { Effect, Redacted } from "effect"

/** The text sent over one connection until the server answered. */
interface Trip {
  readonly connection: number
  text: string
}

export const proxy = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const target = new URL(Redacted.value(url))
  const sockets = new Set<Socket>()
  let whole = true
  const trips: Array<Trip> = []
  let connections = 0
  const server = createServer((client) => {
    if (!whole) {
      client.destroy()
      return
    }
    const upstream = connect(Number(target.port), target.hostname)
    const connection = connections++
    let asking: Trip | undefined
    client.on("data", (bytes) => {
      if (asking === undefined) {
        asking = { connection, text: "" }
        trips.push(asking)
      }
      asking.text += bytes.toString("latin1")
    })
    upstream.on("data", () => {
      asking = undefined
    })
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
    trips: trips as ReadonlyArray<Readonly<Trip>>,
    cut,
    mend: Effect.sync(() => {
      whole = true
    })
  }
})
