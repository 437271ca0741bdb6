/**
 * What `discover` makes of each API of the cookbook, asked as a person would who has only its documentation: YAML that
 * passes `check` and loads every record, or a sentence about what cannot be known.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { parse, stringify } from "yaml"
import { load } from "../../core/config/Configuration.ts"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { layerDatabase } from "../support/database.ts"
import { startProxy } from "../support/startProxy.ts"
import { type, variablesOf } from "../support/typed.ts"
import { tableOf } from "../sync/fixtures.ts"
import { serve } from "../upstream/vendor.ts"
import { apis, type Item, secrets } from "./Apis.ts"
import { type Answer, json, recipes } from "./Cookbook.ts"
import { days } from "./Values.ts"

const today = new Date().toISOString().slice(0, 10)
const day = (offset: number) => new Date(Date.parse(today) + offset * 86_400_000).toISOString().slice(0, 10)

const query =
  "query ($first: Int!, $after: String) { deals(first: $first, after: $after) { nodes { id name } pageInfo { endCursor hasNextPage } } }"

const envelope = `<s:Envelope xmlns:s="urn:s"><s:Body><m:Deals xmlns:m="urn:m">${[1, 2]
  .map((id) => `<m:Deal xml:lang="en"><m:Id>${id}</m:Id><m:Name of="${id}">Oak</m:Name></m:Deal>`)
  .join("")}</m:Deals></s:Body></s:Envelope>`

interface Typed {
  readonly args: ReadonlyArray<string>
  /** What the source answers, and how many records that is, for recipes whose sources say more than is to be found out. */
  readonly answer?: unknown
  readonly size?: number
  /** What is said about that which cannot be known; absent: nothing is missing. */
  readonly says?: RegExp
}

const typed: Readonly<Record<string, Typed>> = {
  "A page number in the body of a POST": {
    args: ["/search", "--body", JSON.stringify({ filter: { open: true }, paging: { page: 0, size: 10 } })]
  },
  "GraphQL with `pageInfo`": {
    args: ["/graphql", "--body", JSON.stringify({ query, variables: { first: 10, after: null } })]
  },
  "The address of the next page in the answer": { args: ["/deals"] },
  "The address of the next page in a header": { args: ["/deals"] },
  "A cursor in a header": { args: ["/deals"] },
  "Behind the last key": { args: ["/deals?sort=id&limit=10"] },
  "Windows of time": {
    args: ["/deals?created_from=2026-01-01&created_to=2026-01-07"],
    says: /created_from and created_to are fixed dates: .*"windows:" reads/
  },
  "Totals of each month": {
    args: ["/report?from=2026-01-01&to=2026-01-31"],
    answer: ["ash", "oak"].map((item, at) => ({ item, sum: "1.50", parts: [{ n: at }] })),
    size: 2,
    says: /from and to are fixed dates: .*"windows:" reads/
  },
  "A list that is prepared first": { args: ["/report"] },
  "Through a proxy": { args: ["/deals"] },
  "Requests signed in the query, as exchanges want it": { args: ["/deals?state=open&page=1&limit=10"] },
  "A login that answers with a token": { args: ["/deals"] },
  "Signed requests": { args: ["/deals?state=open"] },
  "OAuth with a refresh token": { args: ["/deals"] },
  "Dates in the request": { args: [`/deals?from=${"{today-1y:dd.MM.yyyy}"}&to={today}`] },
  "A form": {
    args: ["/search", "--form", `kind=deal&since=${day(-30)}&start=1&count=10`],
    says: /since is a fixed date/
  },
  "Only what changed, in a filter": { args: ["/deals?filter=version>0"] },
  "An object keyed by id": {
    args: ["/deals"],
    answer: { deals: { 1: { name: "Oak" }, 2: { name: "Elm" }, "9007199254740993": { name: "Fir" } } },
    size: 3
  },
  // A row for each day, with a column for each currency.
  "Rates by day and currency": {
    args: ["/rates"],
    answer: { rates: { "2026-01-01": { EUR: 0.92, GBP: 0.79 }, "2026-01-02": { EUR: 0.93 } } },
    size: 2
  },
  "A wrapper around each record": {
    args: ["/deals"],
    answer: { data: { deals: { edges: [1, 2].map((id) => ({ node: { id, name: "Oak" }, cursor: String(id) })) } } },
    size: 2
  },
  "Several lists in one answer": {
    args: ["/deals"],
    answer: { open: [{ id: 1, name: "Oak" }], total: 3, closed: [2, 3].map((id) => ({ id, name: "Elm" })) },
    size: 3
  },
  // Which of them are wanted is a person's to say.
  "Only some of the records": {
    args: ["/clients"],
    answer: [1, 2, 3].map((id) => ({
      id,
      name: "Ann",
      status: id > 1 ? "active" : "closed",
      address: { country: "LV" }
    })),
    size: 3
  },
  "Lists inside lists": {
    args: ["/deals"],
    answer: [1, 2].map((id) => ({ id, name: "Oak", lines: [{ id: 1, parts: [{ n: 1 }] }], tags: ["a"] })),
    size: 2,
    says: /lines holds records, which .* lines: +parent: deals +records: \/lines +key: \[deals_id, id\] +fields:/
  },
  "One request for each row of another list": {
    args: ["/deals/1/notes"],
    answer: { items: [1, 2].map((id) => ({ id, text: "Oak" })) },
    size: 2,
    says: /The path names one record: .*"forEach:"/
  },
  "Rows of a list for some of which the source has no answer": {
    args: ["/shops/1/stock"],
    answer: ["oak", "elm"].map((item, amount) => ({ item, amount })),
    size: 2,
    says: /The path names one record: .*"forEach:"/
  },
  "Events that say which records have changed": {
    args: ["/events"],
    answer: [5, 6].map((id) => ({ id, order_id: 7 })),
    size: 2
  },
  "One request for each value of a list": {
    args: ["/weather?city=riga"],
    answer: [5, 6].map((date) => ({ day: `2026-03-0${date}`, degrees: -3.5 })),
    size: 2
  },
  "An object keyed by id inside each record": {
    args: ["/orders"],
    answer: [1, 2].map((id) => ({ id, client: "Ann", lines: { a: { count: id }, b: { count: 7 }, c: { count: 8 } } })),
    size: 2,
    says: /lines holds records, which .* lines: +parent: orders +records: \/lines\/\* +key: \[orders_id, id\]/
  },
  "Records that say that they are gone": {
    args: ["/deals"],
    answer: { items: [1, 2, 3].map((id) => ({ id, name: "Oak", deleted: id > 2 })) },
    size: 3,
    says: /deleted may say that a record is gone: "deletedWhen: \{ deleted: true \}"/
  },
  "Records that are marked as gone": {
    args: ["/deals"],
    answer: [1, 2].map((id) => ({ id, name: "Oak", deleted_at: id > 1 ? "2026-03-05T10:00:00Z" : null })),
    size: 2,
    says: /deleted_at may say that a record is gone: "deletedWhen: \{ deleted_at: \{ exists: true \} \}"/
  },
  "Money, percentages, decimal commas and cents": { args: ["/items"] },
  "Booleans in words, months, dates of zeros": { args: ["/contracts"] },
  "Moments of .NET and of mail, clocks of twelve hours, spans of time": { args: ["/visits"] },
  "Texts that need tidying": { args: ["/clients"] },
  "Personal data that is not to be kept": {
    args: ["/guests"],
    says: /Personal data by its name: email, passport, address\. .*"drop: \[email, passport, address\]"/
  },
  "Every version of a record": {
    args: ["/orders"],
    answer: [
      { id: 7, state: "new" },
      { id: 8, state: "paid" }
    ],
    size: 2
  },
  "A CSV export with a title, semicolons and windows-1251": {
    args: ["/export.csv"],
    says: /The last record has "Итого" in Номер: .*"where: { Номер: { not: Итого } }" leaves it out/
  },
  "A CSV without a header": { args: ["/stock.txt"] },
  "XML with namespaces, such as SOAP": {
    args: ["/deals"],
    answer: () => ({ body: envelope, type: "text/xml" }),
    size: 2
  }
}

const items: ReadonlyArray<Item> = Array.from({ length: 25 }, (_, at) => ({
  id: at + 1,
  name: `deal ${at + 1}`,
  version: at + 1
}))

const isAnswer = (own: unknown): own is Answer => typeof own === "function"

/** A server in the style of the recipe. */
const serving = (title: string, own: unknown) => {
  const api = apis[title]
  const answer = own === undefined ? days[title]?.[0]?.answer : isAnswer(own) ? own : json(own)
  return serve((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const url = new URL(request.url ?? "/", `http://${request.headers.host}`)
      const { headers, method = "" } = request
      if (api === undefined) {
        const sent = answer?.(request, url)
        response.setHeader("content-type", sent?.type ?? "text/plain")
        return response.end(sent?.body)
      }
      const sent = api(items, { method, url, headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(sent.status ?? 200, { "content-type": "application/json", ...sent.headers })
      response.end(JSON.stringify(sent.body))
    })
  })
}

const sizeOf = (title: string): number => {
  if (apis[title] !== undefined) return items.length
  return Object.values(days[title]?.[0]?.rows ?? {})[0]?.length ?? 0
}

layer(layerDatabase, { excludeTestServices: true })("discover, with each API of the cookbook,", (it) => {
  it.effect(
    "proposes what passes check and loads every record, or says what it cannot know",
    () =>
      Effect.gen(function* () {
        const counts = { whole: 0, doubtful: 0 }
        const fs = yield* FileSystem.FileSystem
        const types = yield* connectorTypes
        const proxy = yield* startProxy()
        assert.deepStrictEqual(
          [...recipes.keys()].filter((title) => typed[title] === undefined),
          []
        )
        for (const [title, { answer, args, says, size = sizeOf(title) }] of Object.entries(typed)) {
          assert.isTrue(recipes.has(title), title)
          const directory = yield* fs.makeTempDirectoryScoped()
          yield* fs.makeDirectory(`${directory}/connectors`)
          const address = yield* serving(title, answer)
          const environment = {
            ...secrets,
            SHOP_URL: address,
            SHOP_TOKEN_URL: `${address}/token`,
            SHOP_PROXY: `http://127.0.0.1:${proxy.port}`,
            TRIBUTARY_CONFIG: directory
          }
          yield* variablesOf(environment)
          const { entities: _, ...connector } = parse(recipes.get(title)?.["connectors/shop.yaml"] ?? "")
          const file = `${directory}/connectors/shop.yaml`
          yield* fs.writeFileString(file, `${stringify(connector)}entities: {}\n`)
          const { code, err, out } = yield* type("discover", "shop", "--path", ...args)
          assert.strictEqual(code, 0, `${title}: ${err}`)
          yield* fs.writeFileString(file, `${stringify(connector)}entities:\n${out}`)
          const checked = yield* type("check")
          assert.strictEqual(checked.code, 0, `${title}: ${checked.err}`)
          const loaded = yield* load({ directory, types, environment })
          const [entity] = loaded.connectors.flatMap((one) => one.entities)
          if (entity === undefined) return assert.fail(title)
          const table = { schema: "public", name: `discovered_${counts.whole + counts.doubtful}` }
          const named = { ...entity, table }
          const connectors = loaded.connectors.map((one) => ({ ...one, entities: [named] }))
          const registry = Registry.layer({ ...loaded, connectors }, types).pipe(Layer.provide(layerHttp))
          const [run] = yield* Effect.flatMap(Sync, (sync) => sync.run([named], { trigger: "test", actor: null })).pipe(
            Effect.provide(Sync.layer.pipe(Layer.provideMerge(registry)))
          )
          const rows = yield* tableOf(named)
          const shown = `${title}\n${out}\n${JSON.stringify(run)}`
          assert.deepInclude(run, { error: null, rejected: 0, warnings: [] }, shown)
          if (rows.length === size) counts.whole += 1
          else counts.doubtful += 1
          if (says !== undefined) assert.match(out.replaceAll(/\n# /g, " "), says, shown)
          else assert.strictEqual(rows.length, size, shown)
        }
        assert.deepStrictEqual(counts, { whole: recipes.size - 2, doubtful: 2 })
      }).pipe(Effect.provide(NodeServices.layer)),
    240_000
  )
})
