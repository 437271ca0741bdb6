/**
 * The connector reads its sandbox through Prism, which compares requests and answers with Allegro's description. Each
 * request goes to Prism's mock too, whose answers are made of the description alone. `allegro.ts` runs this.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { type IncomingMessage, request } from "node:http"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Channel, DateTime, Effect, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import { connectorType } from "../../connectors/allegro/index.ts"
import { ordersAt } from "../../connectors/allegro/sandbox/Sellers.ts"
import { sandbox } from "../../connectors/allegro/sandbox.ts"
import { listen } from "../../core/plugin/LocalServer.ts"
import { authorize } from "../support/account.ts"
import { eventually } from "../support/eventually.ts"
import { freePort } from "../support/freePort.ts"
import { connect, declareSample } from "../support/sample.ts"

const bin = join(process.env.PRISM ?? "", "node_modules/.bin/prism")
const description = process.env.ALLEGRO_DESCRIPTION ?? ""

const prism = Effect.fnUntraced(function* (mode: "mock" | "proxy", ...upstream: ReadonlyArray<string>) {
  const port = yield* freePort
  const args = [bin, mode, "-p", String(port), description, ...upstream]
  yield* Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, args, { stdio: "ignore" })),
    (child: ChildProcess) => Effect.sync(() => child.kill())
  )
  const url = `http://127.0.0.1:${port}`
  yield* eventually(
    Effect.promise(() =>
      fetch(url).then(
        () => true,
        () => false
      )
    )
  )
  return url
})

const Violations = Schema.Array(
  Schema.Struct({ location: Schema.Array(Schema.String), code: Schema.String, message: Schema.String })
)
const decodeViolations = Schema.decodeUnknownSync(Schema.fromJsonString(Violations))

/** The description wants at least one order on a page; the real API ends its lists with pages of none. */
const isEmptyPage = ({ code, location }: (typeof Violations.Type)[number]): boolean =>
  code === "minimum" && /^(?:count|totalCount)$/.test(location.at(-1) ?? "")

/** The same request with the headers that were sent, which `fetch` would add to. */
const passOn = (
  base: string,
  { headers, method = "GET", url = "/" }: Pick<IncomingMessage, "headers" | "method" | "url">
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { "accept-encoding": _, host: __, ...sent } = headers
    request(`${base}${url}`, { method, headers: sent }, resolve).on("error", reject).end()
  })

/** Passes requests on to the proxy, shows them to the mock, and collects what either finds. */
const observed = Effect.fnUntraced(function* (proxy: string, mock: string) {
  const found: Array<string> = []
  const seen = { exchanges: 0 }
  const ask = async (base: string, incoming: IncomingMessage) => {
    const answer = await passOn(base, incoming)
    const listed = answer.headers["sl-violations"]
    const violations = typeof listed === "string" ? decodeViolations(listed).filter((one) => !isEmptyPage(one)) : []
    found.push(...violations.map(({ location, message }) => `${incoming.url}: ${location.join(".")}: ${message}`))
    if (answer.statusCode !== 200) found.push(`${incoming.url}: ${base} answered ${answer.statusCode}`)
    return answer
  }
  const url = yield* listen(async (incoming, outgoing) => {
    seen.exchanges++
    const [answer, mocked] = await Promise.all([ask(proxy, incoming), ask(mock, incoming)])
    mocked.resume()
    outgoing.writeHead(answer.statusCode ?? 500, { "content-type": answer.headers["content-type"] ?? "" })
    answer.pipe(outgoing)
  })
  return { url, found, seen }
})

describe("by Allegro's description", () => {
  it.live(
    "the connector's requests and the sandbox's answers are right",
    () =>
      Effect.gen(function* () {
        const vendor = yield* sandbox.start({ seed: 3 })
        const [proxy, mock] = yield* Effect.all([prism("proxy", vendor.url), prism("mock")], { concurrency: 2 })
        const { found, seen, url } = yield* observed(proxy, mock)
        const declaration = yield* declareSample(connectorType, { ...vendor.environment, ALLEGRO_URL: url })
        const connector = yield* connect(connectorType, declaration)
        const accounts = connector.accounts ?? assert.fail("the connector has no accounts")
        const credentials = yield* authorize(accounts)
        yield* accounts.verify(credentials)
        const credential = Effect.succeed(accounts.credential(credentials))
        for (const entity of declaration.entities) {
          const completeness = yield* Channel.runDrain(connector.read(entity, { credential }))
          assert.strictEqual(completeness._tag, "Complete", entity.name)
        }
        // What an event leads to: one order; and the newest event.
        const [order] = vendor.state.sellers.flatMap((seller) => ordersAt(seller, vendor.state.startedAt))
        for (const path of ["/order/event-stats", `/order/checkout-forms/${order?.id}`]) {
          const { apply } = yield* credential
          const { headers } = apply(HttpClientRequest.get(path), yield* DateTime.now)
          const named = { ...headers, "user-agent": "ExampleBackup/1.0 (+https://example.test/about)" }
          const answer = yield* Effect.promise(() => passOn(url, { headers: named, url: path }))
          answer.resume()
        }
        assert.isAbove(seen.exchanges, 30)
        assert.deepEqual(found, [])
      }),
    180_000
  )
})
