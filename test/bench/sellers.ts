/**
 * Allegro with many sellers, and the way to the database, in a process of its own so that they take no time from the daemon.
 * Prints one JSON line (`Sellers`) when it is up; `GET` at `control` tells the round trips to the database since the last one.
 */
import * as http from "node:http"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect } from "effect"
import { grant, sandbox } from "../../connectors/allegro/sandbox.ts"
import type { Sellers } from "./FarProtocol.ts"
import * as LatencyProxy from "./LatencyProxy.ts"

const [count = "", databaseUrl = ""] = process.argv.slice(2)

const control = (proxy: LatencyProxy.LatencyProxy) =>
  Effect.callback<string>((resume) => {
    const server = http.createServer((_, response) => {
      response.end(String(proxy.traffic().rounds))
      proxy.reset()
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resume(Effect.succeed(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`))
    })
  })

Effect.gen(function* () {
  const { environment, state } = yield* sandbox.start({ sellers: Number(count), ordersPerDay: 20, days: 1 })
  state.switches.requestsPerMinute = Number.POSITIVE_INFINITY
  const database = new URL(databaseUrl)
  const proxy = yield* LatencyProxy.start({ host: database.hostname, port: Number(database.port), oneWay: 0 })
  const granted = yield* Effect.forEach(state.sellers, ({ login }) => grant(state, login))
  database.port = String(proxy.port)
  const sellers: Sellers = {
    environment: { ...environment, DATABASE_URL: database.href },
    granted: granted.map(({ accessToken, refreshToken, seller }) => ({
      login: seller.login,
      accessToken,
      refreshToken
    })),
    control: yield* control(proxy)
  }
  yield* Console.log(JSON.stringify(sellers))
  // Until whoever started this process is gone.
  yield* Effect.callback<void>((resume) => {
    process.stdin.resume().on("end", () => resume(Effect.void))
  })
}).pipe(Effect.scoped, NodeRuntime.runMain)
