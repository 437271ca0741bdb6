/** The generic vendor: formats, paging, authorization and its faults, over real HTTP. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import { type RestSandboxOptions, sandbox } from "./sandbox.ts"

const Page = Schema.Struct({
  total: Schema.Int,
  items: Schema.Array(Schema.Struct({ id: Schema.Int, name: Schema.String, amount: Schema.Number })),
  next: Schema.NullOr(Schema.String)
})
const decodePage = Schema.decodeSync(Schema.fromJsonString(Page))

const Token = Schema.Struct({ access_token: Schema.String, expires_in: Schema.Int })
const decodeToken = Schema.decodeSync(Schema.fromJsonString(Token))

const start = (options: RestSandboxOptions = {}) =>
  Effect.gen(function* () {
    const running = yield* sandbox.start({ size: 10, auth: "none", ...options })
    const send = (path: string, request: RequestInit = {}) =>
      Effect.promise(async () => {
        const response = await fetch(`${running.url}${path}`, request)
        return { status: response.status, headers: response.headers, text: await response.text() }
      })
    const page = (path: string) => Effect.map(send(path), ({ text }) => decodePage(text))
    const ids = (path: string) => Effect.map(page(path), ({ items }) => items.map(({ id }) => id))
    const edit = (body: unknown) => send("/_sandbox/data", { method: "POST", body: JSON.stringify(body) })
    return { ...running, send, page, ids, edit }
  })

describe("REST sandbox: formats", () => {
  it.effect("every format carries every record", () =>
    Effect.gen(function* () {
      const { send } = yield* start({ size: 1200 })
      const count = (text: string, pattern: RegExp) => text.match(pattern)?.length
      const envelope = yield* send("/items")
      assert.lengthOf(decodePage(envelope.text).items, 1200)
      assert.strictEqual(count((yield* send("/items.array")).text, /"amount":/g), 1200)
      const lines = (yield* send("/items.ndjson")).text.trimEnd().split("\n")
      assert.lengthOf(lines, 1200)
      assert.include(lines[9], String.raw`{"id":10,"name":"Набор \"10\" & <сливки>, 1 л",`)
      const xml = (yield* send("/items.xml")).text
      assert.strictEqual(count(xml, /<item>/g), 1200)
      assert.include(xml, '<name>Набор "10" &amp; &lt;сливки&gt;, 1 л</name>')
      const csv = (yield* send("/items.csv")).text
      assert.strictEqual(count(csv, /\r\n/g), 1201)
      assert.include(csv, '10,"Набор ""10"" & <сливки>, 1 л",')
    })
  )

  it.effect("amounts have more digits than a double, the same in every format", () =>
    Effect.gen(function* () {
      const { send } = yield* start()
      const amount = /"amount":([-\d.]+)/.exec((yield* send("/items")).text)?.[1] ?? ""
      assert.isAbove(amount.replace(/\D/g, "").length, 17)
      assert.notStrictEqual(String(Number(amount)), amount)
      assert.include((yield* send("/items.xml")).text, `<amount>${amount}</amount>`)
      assert.include((yield* send("/items.csv")).text, `,${amount},`)
    })
  )

  it.effect("a client that accepts gzip gets it", () =>
    Effect.gen(function* () {
      const { send } = yield* start()
      const { headers } = yield* send("/items", { headers: { "accept-encoding": "gzip" } })
      assert.strictEqual(headers.get("content-encoding"), "gzip")
    })
  )

  it.effect("the same seed gives the same records, another seed others", () =>
    Effect.gen(function* () {
      const text = (seed: number) =>
        Effect.flatMap(start({ seed }), ({ send }) => Effect.map(send("/items"), (a) => a.text))
      assert.strictEqual(yield* text(3), yield* text(3))
      assert.notStrictEqual(yield* text(3), yield* text(4))
    })
  )

  it.effect("a large list arrives whole", () =>
    Effect.gen(function* () {
      const { url } = yield* start({ size: 100_000, gzip: false })
      const lines = yield* Effect.promise(async () => {
        const { body } = await fetch(`${url}/items.ndjson`)
        let count = 0
        for await (const chunk of body ?? []) for (const byte of chunk) if (byte === 10) count++
        return count
      })
      assert.strictEqual(lines, 100_000)
    })
  )
})

describe("REST sandbox: paging", () => {
  it.effect("page, offset and cursor walk the same list to its end", () =>
    Effect.gen(function* () {
      const { ids, page } = yield* start()
      assert.deepStrictEqual(yield* ids("/items?page=3&limit=4"), [9, 10])
      assert.deepStrictEqual(yield* ids("/items?page=4&limit=4"), [])
      assert.deepStrictEqual(yield* ids("/items?offset=8&limit=4"), [9, 10])
      const first = yield* page("/items?limit=6")
      const last = yield* page(`/items?limit=6&cursor=${first.next}`)
      assert.deepStrictEqual(
        [...first.items, ...last.items].map(({ id }) => id),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
      )
      assert.isNull(last.next)
      assert.strictEqual(last.total, 10)
    })
  )

  it.effect("a Link header names the next page until the last", () =>
    Effect.gen(function* () {
      const { send, url } = yield* start()
      const { headers } = yield* send("/items?limit=6")
      const next = /<([^>]+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1] ?? ""
      assert.isTrue(next.startsWith(`${url}/items?limit=6&cursor=`))
      const last = yield* send(next.slice(url.length))
      assert.lengthOf(decodePage(last.text).items, 4)
      assert.isNull(last.headers.get("link"))
    })
  )

  it.effect("updatedSince keeps what was updated then or later", () =>
    Effect.gen(function* () {
      const { ids, send } = yield* start()
      assert.deepStrictEqual(yield* ids("/items?updatedSince=1969-12-31T23:58:00Z"), [1, 2, 3])
      assert.strictEqual((yield* send("/items?updatedSince=yesterday")).status, 400)
    })
  )

  it.effect("an ignored page parameter gives the first page for ever", () =>
    Effect.gen(function* () {
      const { ids, state } = yield* start()
      state.trouble = "samePage"
      assert.deepStrictEqual(yield* ids("/items?page=3&limit=4"), [1, 2, 3, 4])
      assert.deepStrictEqual(yield* ids("/items?offset=8&limit=4"), [1, 2, 3, 4])
    })
  )

  it.effect("a repeated cursor leads back to its own page", () =>
    Effect.gen(function* () {
      const { page, state } = yield* start()
      state.trouble = "repeatedCursor"
      const { next } = yield* page("/items?limit=4")
      assert.strictEqual((yield* page(`/items?limit=4&cursor=${next}`)).next, next)
    })
  )

  it.effect("a shrinking list skips a record between its pages", () =>
    Effect.gen(function* () {
      const { page, state } = yield* start()
      state.trouble = "shrinkingTotal"
      const first = yield* page("/items?page=1&limit=4")
      const second = yield* page("/items?page=2&limit=4")
      assert.deepStrictEqual([first.total, second.total], [10, 9])
      assert.deepStrictEqual(
        second.items.map(({ id }) => id),
        [6, 7, 8, 9]
      )
    })
  )

  it.effect("a wrong total promises more than there is", () =>
    Effect.gen(function* () {
      const { page, state } = yield* start()
      state.trouble = "wrongTotal"
      const { items, total } = yield* page("/items")
      assert.deepStrictEqual([items.length, total], [10, 17])
    })
  )

  it.effect("empty and partial faults shorten a valid document", () =>
    Effect.gen(function* () {
      const { fault, ids } = yield* start()
      yield* fault({ path: "/items", mode: "empty", times: 1 })
      assert.deepStrictEqual(yield* ids("/items"), [])
      yield* fault({ path: "/items", mode: "partial", keep: 2 })
      assert.deepStrictEqual(yield* ids("/items"), [1, 2])
    })
  )
})

describe("REST sandbox: authorization", () => {
  it.effect("each way of showing the secret opens, and nothing else does", () =>
    Effect.gen(function* () {
      const { environment, send, state } = yield* start()
      const secret = environment.REST_TOKEN ?? ""
      const basic = `Basic ${Buffer.from(`${state.access.user}:${secret}`).toString("base64")}`
      const ways = [
        { auth: "bearer", path: "/items", headers: { authorization: `Bearer ${secret}` } },
        { auth: "basic", path: "/items", headers: { authorization: basic } },
        { auth: "apiKeyHeader", path: "/items", headers: { "x-api-key": secret } },
        { auth: "apiKeyQuery", path: `/items?api_key=${secret}`, headers: {} }
      ] as const
      for (const { auth, path, headers } of ways) {
        state.access.auth = auth
        assert.strictEqual((yield* send(path, { headers })).status, 200, auth)
        assert.strictEqual((yield* send("/items")).status, 401, auth)
      }
    })
  )

  it.effect("an OAuth2 token opens until it expires, and logins are counted", () =>
    Effect.gen(function* () {
      const { environment, send, state } = yield* start({ auth: "oauth2" })
      const login = (secret = environment.REST_TOKEN ?? "") =>
        send("/oauth/token", {
          method: "POST",
          body: new URLSearchParams({ grant_type: "client_credentials", client_id: "sandbox", client_secret: secret })
        })
      assert.strictEqual((yield* login("wrong")).status, 401)
      const { access_token, expires_in } = decodeToken((yield* login()).text)
      const read = send("/items", { headers: { authorization: `Bearer ${access_token}` } })
      assert.deepStrictEqual([expires_in, (yield* read).status], [3600, 200])
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* read).status, 401)
      assert.strictEqual(state.access.logins, 1)
    })
  )
})

describe("REST sandbox: edits", () => {
  it.effect("another process adds, changes and removes records and changes the settings", () =>
    Effect.gen(function* () {
      const { edit, ids, page, send, state } = yield* start({ size: 3 })
      const put = [
        { id: 2, name: "Другой" },
        { id: 9, name: "Ещё один" }
      ]
      const { status } = yield* edit([
        { collection: "items", put, remove: [{ id: 1 }] },
        { collection: "settings", put: [{ trouble: "wrongTotal" }] }
      ])
      assert.strictEqual(status, 200)
      assert.deepStrictEqual(yield* ids("/items"), [2, 3, 9])
      assert.strictEqual((yield* page("/items")).items[0]?.name, "Другой")
      assert.include((yield* send("/items/9")).text, '{"id":9,"name":"Ещё один",')
      assert.strictEqual((yield* send("/items/1")).status, 404)
      assert.strictEqual(state.trouble, "wrongTotal")
    })
  )

  it.effect("an edited record counts as updated now", () =>
    Effect.gen(function* () {
      const { edit, ids } = yield* start()
      yield* TestClock.adjust("1 day")
      yield* edit([{ collection: "items", put: [{ id: 5, name: "x" }] }])
      assert.deepStrictEqual(yield* ids("/items?updatedSince=1970-01-01T12:00:00Z"), [5])
    })
  )

  it.effect("an edit that makes no sense is refused and changes nothing", () =>
    Effect.gen(function* () {
      const { edit, ids } = yield* start({ size: 2 })
      assert.strictEqual((yield* edit([{ collection: "items", put: [{ id: "one" }] }])).status, 400)
      assert.deepStrictEqual(yield* ids("/items"), [1, 2])
    })
  )
})
