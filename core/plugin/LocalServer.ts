/** An HTTP server for this machine alone, until its scope closes, which destroys open sockets. */
import * as http from "node:http"
import type { AddressInfo } from "node:net"
import { Effect } from "effect"

/** Returns the address without a path; port 0 takes any free one. */
export const listen = (listener: http.RequestListener, port = 0) =>
  Effect.acquireRelease(
    Effect.callback<http.Server>((resume) => {
      const server = http.createServer(listener)
      server.on("error", (cause) => resume(Effect.die(cause)))
      server.listen(port, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  ).pipe(
    // A listening TCP server has an AddressInfo; the union is for pipes.
    Effect.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  )
