/**
 * Everything that is far away, in a process of its own so that it takes no time from the daemon: the sandboxes of iiko,
 * FinTablo and Google Sheets, each behind a proxy that keeps times, and the way to the database.
 *
 * Prints one JSON line (`Far`) when it is up. `GET` at `control` tells what passed (`FarTraffic`), `DELETE` begins anew.
 */
import * as http from "node:http"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Config, Console, Effect } from "effect"
import { sandbox as fintablo } from "../../connectors/fintablo/sandbox.ts"
import { sandbox as gsheet } from "../../connectors/gsheet/sandbox.ts"
import { sandbox as iiko } from "../../connectors/iiko/sandbox.ts"
import type { Sandbox } from "../../core/plugin/Sandbox.ts"
import type { Far, FarTraffic } from "./FarProtocol.ts"
import * as LatencyProxy from "./LatencyProxy.ts"

const settings = Config.all({
  databaseUrl: Config.URL("FAR_DATABASE_URL"),
  /** Milliseconds, there and back. */
  databaseRoundTrip: Config.Int("FAR_DATABASE_ROUND_TRIP"),
  vendorLatency: Config.Int("FAR_VENDOR_LATENCY"),
  /** Whether the texts of what the database is asked for are told. */
  statements: Config.Boolean("FAR_STATEMENTS").pipe(Config.withDefault(false))
})

const proxyOf = (address: URL, oneWay: number, statements = false) =>
  LatencyProxy.start({ host: address.hostname, port: Number(address.port), oneWay, statements })

const control = (proxies: Readonly<Record<keyof FarTraffic, LatencyProxy.LatencyProxy>>) =>
  Effect.callback<string>((resume) => {
    const server = http.createServer((request, response) => {
      if (request.method === "DELETE") for (const { reset } of Object.values(proxies)) reset()
      response.end(
        JSON.stringify(Object.fromEntries(Object.entries(proxies).map(([name, at]) => [name, at.traffic()])))
      )
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resume(Effect.succeed(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`))
    })
  })

const behindProxy = Effect.fnUntraced(function* ({ start }: Sandbox, latency: number) {
  const { environment, url } = yield* start({ seed: 1, latency })
  const proxy = yield* proxyOf(new URL(url), 0)
  const through = Object.entries(environment).map(([name, value]) => [
    name,
    value.replace(url, `http://127.0.0.1:${proxy.port}`)
  ])
  return { proxy, url, environment: Object.fromEntries(through) }
})

Effect.gen(function* () {
  const { databaseRoundTrip, databaseUrl, statements, vendorLatency } = yield* settings
  const database = yield* proxyOf(databaseUrl, databaseRoundTrip / 2, statements)
  const iikoThere = yield* behindProxy(iiko, vendorLatency)
  const fintabloThere = yield* behindProxy(fintablo, vendorLatency)
  const gsheetThere = yield* behindProxy(gsheet, vendorLatency)
  const far: Far = {
    databasePort: database.port,
    environment: { ...iikoThere.environment, ...fintabloThere.environment, ...gsheetThere.environment },
    vendors: { iiko: iikoThere.url, fintablo: fintabloThere.url, gsheet: gsheetThere.url },
    control: yield* control({
      database,
      iiko: iikoThere.proxy,
      fintablo: fintabloThere.proxy,
      gsheet: gsheetThere.proxy
    })
  }
  yield* Console.log(JSON.stringify(far))
  // Until whoever started this process is gone.
  yield* Effect.callback<void>((resume) => {
    process.stdin.resume().on("end", () => resume(Effect.void))
  })
}).pipe(Effect.scoped, NodeRuntime.runMain)
