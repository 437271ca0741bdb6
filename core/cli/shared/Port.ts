/** Finds a free port of this machine. */
import { createServer } from "node:net"
import { Effect } from "effect"

/** Returns the wanted port if it is free, else any free port. Another process may take it before it is used. */
export const portOr = (wanted: number): Effect.Effect<number> =>
  Effect.callback<number>((resume) => {
    const server = createServer()
    server.on("error", () => resume(wanted === 0 ? Effect.die("no port is free") : portOr(0)))
    server.listen(wanted, "127.0.0.1", () => {
      const found = server.address()
      const port = typeof found === "object" && found !== null ? found.port : 0
      server.close(() => resume(Effect.succeed(port)))
    })
  })
