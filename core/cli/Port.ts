/** Which port of this machine is free. */
import { createServer } from "node:net"
import { Effect } from "effect"

/** The wanted one, if nobody listens there, else any; somebody may come between the answer and its use. */
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
