/**
 * Bitrix24's own SDK reads and writes our sandbox of a portal: lists, fast lists, batches, refusals, both limits, tokens of an
 * application. It speaks https alone, so its requests are turned to http on their way. `bitrix24.ts` runs this.
 */
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { kinds } from "../../connectors/bitrix24/sandbox/Model.ts"
import { grant, type PortalOptions, sandbox } from "../../connectors/bitrix24/sandbox.ts"

interface Answered<A> {
  readonly isSuccess: boolean
  readonly getErrorMessages: () => ReadonlyArray<string>
  readonly getData: () => A
  readonly getTotal: () => number
  readonly isMore: () => boolean
  readonly fetchNext: (http: Http) => Promise<Answered<A>>
}

interface Http {
  readonly ajaxClient: {
    readonly interceptors: { readonly request: { readonly use: (change: (request: Outgoing) => Outgoing) => void } }
  }
}
interface Outgoing {
  url: string
}

type Params = Readonly<Record<string, unknown>>
interface Listing {
  readonly method: string
  readonly params: Params
  readonly idKey: string
  readonly customKeyForResult?: string
}
type Calls = Readonly<Record<string, { readonly method: string; readonly params: Params }>>
type Element = Readonly<Record<string, unknown>>

interface Client {
  readonly offClientSideWarning: () => void
  readonly getHttpClient: (version: "v2") => Http
  readonly tools: { readonly healthCheck: { readonly make: () => Promise<boolean> } }
  readonly actions: {
    readonly v2: {
      readonly call: {
        readonly make: <A>(call: { readonly method: string; readonly params?: Params }) => Promise<
          Answered<{
            readonly result: A
            readonly time: { readonly operating: number; readonly operating_reset_at: number }
          }>
        >
      }
      readonly callList: { readonly make: (listing: Listing) => Promise<Answered<ReadonlyArray<Element>>> }
      readonly fetchList: { readonly make: (listing: Listing) => AsyncIterable<ReadonlyArray<Element>> }
      readonly batch: {
        readonly make: (calls: {
          readonly calls: Calls
          readonly options: Params
        }) => Promise<Answered<Readonly<Record<string, Answered<{ readonly result: Element }>>>>>
      }
    }
  }
}

interface Sdk {
  readonly B24Hook: { readonly fromWebhookUrl: (url: string, options?: object) => Client }
  readonly B24OAuth: new (auth: object, secret: object, options?: object) => Client
}

const module = join(process.env.BITRIX24_SDK ?? "", "node_modules/@bitrix24/b24jssdk/dist/esm/index.mjs")
// A module fetched at run time has no types here.
const loadSdk: Effect.Effect<Sdk> = Effect.promise(() => import(pathToFileURL(module).href))

/** No second attempt, so that a refusal is seen. */
const once = { restrictionParams: { maxRetries: 1 } }

const secure = (url: string): string => url.replace(/^http:/, "https:")

const overHttp = (client: Client): Client => {
  client.offClientSideWarning()
  client.getHttpClient("v2").ajaxClient.interceptors.request.use((request) => {
    request.url = request.url.replace(/^https:/, "http:")
    return request
  })
  return client
}

const start = Effect.fnUntraced(function* (options: PortalOptions = {}) {
  const { B24Hook } = yield* loadSdk
  const portal = yield* sandbox.start({ seed: 3, ...options })
  const address = secure(portal.environment.BITRIX24_WEBHOOK ?? "")
  const client = overHttp(B24Hook.fromWebhookUrl(address, once))
  return { address, portal, client, v2: client.actions.v2 }
})

const deals = {
  method: "crm.item.list",
  params: { entityTypeId: kinds.deal },
  idKey: "id",
  customKeyForResult: "items"
}

/** The code and the status of what the SDK throws. */
const thrown = (call: Promise<unknown>) =>
  call.then(
    () => assert.fail("it was not refused"),
    ({ code, status }: { readonly code: string; readonly status: number }) => [status, code]
  )

const idsOf = (rows: Iterable<Element>, key = "id") => [...rows].map((row) => Number(row[key]))

describe("Bitrix24's SDK", () => {
  it.live("finds the portal in order", () =>
    Effect.gen(function* () {
      const { client } = yield* start()
      assert.isTrue(yield* Effect.promise(() => client.tools.healthCheck.make()))
    })
  )

  it.live("reads lists whole: fast ones, in chunks, by new methods and old ones, and page by page", () =>
    Effect.gen(function* () {
      const { client, portal, v2 } = yield* start({ deals: 130 })
      const ids = idsOf(portal.state.elements.get(kinds.deal) ?? [])
      yield* Effect.promise(async () => {
        assert.deepEqual(idsOf((await v2.callList.make(deals)).getData()), ids)
        const chunks: Array<ReadonlyArray<Element>> = []
        for await (const chunk of v2.fetchList.make(deals)) chunks.push(chunk)
        assert.deepEqual([idsOf(chunks.flat()), chunks.map(({ length }) => length)], [ids, [50, 50, 30]])
        const old = await v2.callList.make({ method: "crm.deal.list", params: {}, idKey: "ID" })
        assert.deepEqual(idsOf(old.getData(), "ID"), ids)
        const params = { entityTypeId: kinds.deal, order: { id: "DESC" } }
        let page = await v2.call.make<{ readonly items: ReadonlyArray<Element> }>({ method: "crm.item.list", params })
        const paged = [...page.getData().result.items]
        while (page.isMore()) {
          page = await page.fetchNext(client.getHttpClient("v2"))
          paged.push(...page.getData().result.items)
        }
        assert.deepEqual([idsOf(paged), page.getTotal()], [ids.toReversed(), 130])
      })
    })
  )

  it.live("makes, reads and changes elements by both families of methods", () =>
    Effect.gen(function* () {
      const { v2 } = yield* start()
      const call = <A>(method: string, params: Params) =>
        Effect.promise(async () => (await v2.call.make<A>({ method, params })).getData().result)
      const { item } = yield* call<{ readonly item: Element }>("crm.item.add", {
        entityTypeId: kinds.deal,
        fields: { title: "Первая", originId: "form/1", nobodyKnows: 1 }
      })
      assert.deepInclude(item, { title: "Первая", originId: "form/1" })
      assert.notProperty(item, "nobodyKnows")
      const id = yield* call<number>("crm.deal.add", { fields: { TITLE: "Вторая", OPPORTUNITY: 1_000 } })
      assert.strictEqual(id, Number(item.id) + 1)
      assert.isTrue(yield* call<boolean>("crm.deal.update", { id, fields: { STAGE_ID: "WON" } }))
      const deal = yield* call<Element>("crm.deal.get", { id })
      assert.deepInclude(deal, { ID: String(id), TITLE: "Вторая", STAGE_ID: "WON", OPPORTUNITY: "1000.00" })
      const changed = yield* call<{ readonly item: Element }>("crm.item.update", {
        entityTypeId: kinds.deal,
        id,
        fields: { title: "Третья" }
      })
      assert.deepInclude(changed.item, { id, title: "Третья", stageId: "WON", opportunity: 1_000 })
    })
  )

  it.live("takes a batch apart: references, a call that fails, and a halt at it", () =>
    Effect.gen(function* () {
      const { portal, v2 } = yield* start()
      const get = (id: unknown) => ({ method: "crm.item.get", params: { entityTypeId: kinds.deal, id } })
      const calls = {
        list: { method: deals.method, params: deals.params },
        third: get("$result[list][items][2][id]"),
        gone: get(999_999),
        last: get(10)
      }
      const ask = (isHaltOnError: boolean) =>
        Effect.promise(() => v2.batch.make({ calls, options: { isHaltOnError, returnAjaxResult: true } }))
      const all = yield* ask(false)
      assert.deepEqual(all.getErrorMessages(), ["Item not found"])
      const { gone, last, third } = all.getData()
      const row = portal.state.elements.get(kinds.deal)?.[2]
      assert.deepEqual(third?.getData().result, { item: row })
      assert.deepEqual([gone?.isSuccess, last?.isSuccess], [false, true])
      const halted = yield* ask(true)
      assert.isFalse(halted.isSuccess)
      assert.notProperty(halted.getData(), "last")
    })
  )

  it.live("understands refusals: of filters, of what is not there, of methods, and of credentials", () =>
    Effect.gen(function* () {
      const { portal, v2 } = yield* start()
      const { B24Hook } = yield* loadSdk
      const refusal = (method: string, params: Params) => Effect.promise(() => thrown(v2.call.make({ method, params })))
      const filter = { entityTypeId: kinds.deal, filter: { nobodyKnows: 1 } }
      assert.deepEqual(yield* refusal("crm.item.list", filter), [400, "INVALID_ARG_VALUE"])
      assert.deepEqual(yield* refusal("crm.item.get", { entityTypeId: kinds.deal, id: 999_999 }), [400, "NOT_FOUND"])
      assert.deepEqual(yield* refusal("crm.nothing.list", {}), [404, "ERROR_METHOD_NOT_FOUND"])
      const wrong = overHttp(B24Hook.fromWebhookUrl(`${secure(portal.url)}/rest/1/wrong/`, once))
      const denied = yield* Effect.promise(() => thrown(wrong.actions.v2.call.make({ method: "profile" })))
      assert.deepEqual(denied, [401, "INVALID_CREDENTIALS"])
    })
  )

  it.live("meets both limits, and reads what a method has worked", () =>
    Effect.gen(function* () {
      const { portal, v2 } = yield* start()
      const { switches } = portal.state
      Object.assign(switches, { operatingPerCall: 3, operatingLimit: 5 })
      const call = () => v2.call.make({ method: "crm.item.list", params: deals.params })
      const [first, second] = yield* Effect.promise(async () => [
        (await call()).getData().time,
        (await call()).getData().time
      ])
      assert.deepEqual([first?.operating, second?.operating], [3, 6])
      assert.isAbove(second?.operating_reset_at ?? 0, portal.state.bucket.at / 1_000)
      assert.deepEqual(yield* Effect.promise(() => thrown(call())), [429, "OPERATION_TIME_LIMIT"])
      Object.assign(switches, { bucketSize: 0 })
      assert.deepEqual(yield* Effect.promise(() => thrown(v2.call.make({ method: "profile" }))), [
        503,
        "QUERY_LIMIT_EXCEEDED"
      ])
    })
  )

  it.live("gets a burst through that is more than the portal's bucket", () =>
    Effect.gen(function* () {
      const { B24Hook } = yield* loadSdk
      const { address, portal } = yield* start()
      const { call } = overHttp(B24Hook.fromWebhookUrl(address)).actions.v2
      const burst = Array.from({ length: 53 }, () => call.make({ method: "profile" }))
      const answers = yield* Effect.promise(() => Promise.all(burst))
      assert.isTrue(answers.every(({ isSuccess }) => isSuccess))
      const answered = (yield* portal.requests).filter(({ status }) => status === 200)
      assert.lengthOf(answered, 53)
    })
  )

  it.live("refreshes the tokens of an application, and binds its events", () =>
    Effect.gen(function* () {
      const { portal } = yield* start()
      const { B24OAuth } = yield* loadSdk
      const { application, memberId } = portal.state
      const { accessToken, refreshToken } = yield* grant(portal.state)
      const endpoint = `${portal.url}/rest/`
      const hour = { expires: 4_102_444_800, expiresIn: 3_600 }
      const auth = {
        ...{ applicationToken: "", userId: 1, memberId, accessToken, refreshToken, ...hour, scope: "crm", status: "L" },
        ...{ domain: new URL(portal.url).host, clientEndpoint: endpoint, serverEndpoint: endpoint, issuer: "store" }
      }
      const client = new B24OAuth(auth, application, once)
      const bind = (event: string) => {
        const params = { event, handler: "https://example.test/events" }
        return client.actions.v2.call.make<boolean>({ method: "event.bind", params })
      }
      // The portal has forgotten the token earlier than it said.
      application.access.set(accessToken, 0)
      assert.isTrue((yield* Effect.promise(() => bind("ONCRMDEALADD"))).getData().result)
      assert.isFalse(application.refresh.has(refreshToken))
      assert.deepEqual(yield* Effect.promise(() => thrown(bind("ONNOTHING"))), [400, "ERROR_EVENT_NOT_FOUND"])
      assert.deepEqual(
        portal.state.handlers.map(({ event }) => event),
        ["ONCRMDEALADD"]
      )
    })
  )
})
