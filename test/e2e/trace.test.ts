/** `--trace` against a server that repeats every secret it is given: what is shown, and what is not. */
import type { IncomingMessage } from "node:http"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { makePlace } from "../support/program.ts"
import { serve } from "../upstream/vendor.ts"
import { documentOf, Runs } from "./Shop.ts"

const token = "LEAK-of-a-login"
const cookie = "LEAK-of-a-cookie"
const plain = "LEAK-in-plain-text"
const secrets = { SHOP_PASSWORD: "LEAK-password/1+2", KEYED_KEY: "LEAK-key-of-a-query" }

const guests = [
  { id: 1, email: "ann@guest.test", phone: "+79210000000" },
  { id: 2, email: "bob@guest.test", phone: "+79210000001" }
]

/** Tells back what it is sent, wherever an answer has room for it. */
const vendor = Effect.suspend(() =>
  serve((request: IncomingMessage, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const url = new URL(request.url ?? "/", "http://shop.test")
      const asked = { url: url.href, headers: request.headers, body: Buffer.concat(chunks).toString() }
      response.setHeader("content-type", "application/json")
      response.setHeader("set-cookie", `sid=${cookie}; Path=/`)
      response.setHeader("x-echo", `${request.headers.authorization ?? ""} ${url.search}`)
      if (url.pathname === "/login") {
        response.setHeader("x-session", token)
        return response.end(JSON.stringify({ data: { token }, asked }))
      }
      if (url.pathname === "/guests") return response.end(JSON.stringify(guests))
      const items = Array.from({ length: 12 }, (_, at) => ({ id: at + 1, name: `deal ${at + 1}` }))
      response.end(JSON.stringify({ asked, items }))
    })
  })
)

const shop = (url: string) => `
type: rest
baseUrl: ${url}
auth:
  type: login
  path: /login
  body: { user: reader, password: { secret: SHOP_PASSWORD } }
  token: /data/token
  in: header
  name: X-Ticket
  prefix: ""
  lifetime: 30m
entities:
  deal:
    path: /deals
    headers: { X-Partner-Token: ${plain} }
    query: { state: open }
    body: { filter: { password: ${plain} } }
    records: /items
    page: { type: none }
    key: id
    fields: { id: bigint, name: text }
`

const keyed = (url: string) => `
type: rest
baseUrl: ${url}
auth: { type: apiKey, in: query, name: k, value: { secret: KEYED_KEY } }
entities:
  deal: { path: /deals, records: /items, key: id, fields: { id: bigint } }
  guest: { path: /guests, drop: [/email], key: id, fields: { id: bigint, phone: { type: text, transform: [hash] } } }
`

it.live("a trace shows each request and answer without a secret, and none of it without --trace", () =>
  Effect.gen(function* () {
    const url = yield* vendor
    const { run } = yield* makePlace({
      files: {
        "config/daemon.yaml": "database: { url: { secret: DATABASE_URL } }\nhashKey: { secret: HASH_KEY }\n",
        "config/connectors/shop.yaml": shop(url),
        "config/connectors/keyed.yaml": keyed(url)
      },
      variables: { HASH_KEY: "a key of many characters" },
      secrets
    })
    const synced = yield* run("sync", "--limit", "5", "--trace", "--json")
    const { runs } = yield* documentOf(Runs, synced)
    assert.deepEqual<unknown>(
      runs.map(({ entity, fetched, status }) => [entity, fetched, status]),
      [
        ["deal", 5, "warning"],
        ["guest", 2, "warning"],
        ["deal", 5, "warning"]
      ]
    )
    const { stderr } = synced
    assert.notMatch(stderr, /LEAK|guest\.test|\+7921/)
    assert.match(stderr, new RegExp(`^→ \\d+ POST ${url}/login\\n(?: {2}.*\\n)*? {2}\\(of a login: not shown\\)$`, "m"))
    assert.match(stderr, /^← \d+ 200 in .*\n(?: {2}.*\n)*? {2}\(of a login: not shown\)$/m)
    assert.include(stderr, `${url}/deals?state=open\n`)
    assert.include(stderr, `${url}/deals?k=<redacted>\n`)
    assert.include(stderr, `${url}/guests?k=<redacted>\n`)
    for (const header of ["x-ticket", "x-partner-token", "set-cookie"])
      assert.include(stderr, `  ${header}: <redacted>\n`)
    assert.include(stderr, '  {"filter":{"password":"<redacted>"}}\n')
    assert.match(stderr, /\(holds personal data that is dropped or hashed: not shown\)/)
    assert.match(stderr, / {2}\{"asked":\{"url":"http:\/\/shop\.test\/deals/)
    assert.include(stderr, "  content-type: application/json\n")

    const planned = yield* run("plan", "shop.deal", "--trace")
    assert.strictEqual(planned.code, 0, planned.stderr)
    assert.match(planned.stderr, /^→ 2 POST .*\/deals/m)
    assert.notMatch(planned.stderr + planned.stdout, /LEAK/)
  }).pipe(Effect.provide(NodeServices.layer))
)
