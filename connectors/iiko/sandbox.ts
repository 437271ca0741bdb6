/**
 * An imitation of an iiko Server, and of iikoCloud at the same address, with an invented chain of three cafés.
 * Documents posted to it change its stock; where installations differ, `state.behaviour` and `state.cloud.behaviour`
 * decide.
 */
import { DateTime, Effect } from "effect"
import {
  type Collection,
  editCollections,
  type Sandbox,
  type SandboxHandler,
  type SandboxOptions,
  type SandboxResponse,
  serve
} from "../../core/sdk-sandbox.ts"
import { authorize, refusals } from "./sandbox/Access.ts"
import { handleCloud, isCloud } from "./sandbox/cloud/Cloud.ts"
import { cloudRefusals } from "./sandbox/cloud/CloudAccess.ts"
import type { CloudBehaviour } from "./sandbox/cloud/CloudModel.ts"
import { makeWebhooks, type Webhooks } from "./sandbox/cloud/CloudWebhooks.ts"
import { makeState } from "./sandbox/data/Fixtures.ts"
import type { Behaviour, IikoState } from "./sandbox/Model.ts"
import { plainText, Refusal } from "./sandbox/Responses.ts"
import { routeOf } from "./sandbox/Routes.ts"
import { wallClock } from "./sandbox/Time.ts"

export interface IikoSandboxOptions extends SandboxOptions {
  readonly behaviour?: Partial<Behaviour>
  readonly cloud?: Partial<CloudBehaviour>
}

export const sandbox: Sandbox<IikoState, IikoSandboxOptions> = {
  type: "iiko",
  start: Effect.fn("IikoSandbox.start")(function* (options: IikoSandboxOptions = {}) {
    const state = yield* makeState(options.seed ?? 1, options.behaviour ?? {}, options.cloud ?? {})
    const webhooks = yield* makeWebhooks(state.cloud)
    const [server, cloud] = [handle(state), handleCloud(state, webhooks)]
    const running = yield* serve(
      {
        handler: (request) => (isCloud(request) ? cloud(request) : server(request)),
        edit: edit(state, webhooks),
        refusals: (request) => (isCloud(request) ? cloudRefusals(state.cloud) : refusals)
      },
      options
    )
    return {
      ...running,
      state,
      environment: {
        IIKO_URL: `${running.url}/resto/api`,
        IIKO_LOGIN: state.behaviour.login,
        IIKO_PASSWORD: state.behaviour.password,
        IIKO_CLOUD_URL: running.url,
        IIKO_CLOUD_API_KEY: state.cloud.behaviour.apiKey,
        IIKO_CLOUD_APP_ID: state.cloud.behaviour.appId,
        IIKO_CLOUD_CLIENT_SECRET: state.cloud.behaviour.clientSecret
      }
    }
  })
}

const notFound: SandboxResponse = {
  status: 404,
  headers: { "content-type": "text/html;charset=UTF-8" },
  body: "<html><head><title>404</title></head><body><h1>HTTP Status 404 - Not Found</h1></body></html>"
}

const handle = (state: IikoState): SandboxHandler =>
  Effect.fnUntraced(
    function* (request) {
      const { behaviour, counters } = state
      counters.maxConcurrency = Math.max(counters.maxConcurrency, request.inFlight)
      const route = routeOf(request.method, request.path, behaviour)
      if (route === undefined) return notFound
      const moment = yield* DateTime.now
      const millis = DateTime.toEpochMillis(moment)
      if (!route.isOpen) yield* authorize(request, state, millis)
      if (behaviour.overlap === "refuse" && request.inFlight > 1) {
        return yield* new Refusal({ status: 409, text: "Запросы должны идти строго по очереди" })
      }
      return yield* route.endpoint({ request, query: request.query, state, now: wallClock(moment), millis })
    },
    Effect.catchTag("Refusal", ({ status, text }) => Effect.succeed(plainText(status, text)))
  )

const versioned = [
  "references",
  "accounts",
  "categories",
  "productGroups",
  "products",
  "charts",
  "corporateItems",
  "groups",
  "roles",
  "employees",
  "suppliers",
  "incomingInvoices",
  "outgoingInvoices",
  "writeoffs",
  "transfers"
] as const satisfies ReadonlyArray<keyof IikoState>

/** Collections have the names of the state. Missing fields of a new row are copied from the first row of its kind. */
const edit = (state: IikoState, webhooks: Webhooks) => {
  const collections = versioned.map((name): [string, Collection] => {
    const rows: Collection["rows"] = state[name]
    const prepare: Collection["prepare"] = (put, existing) => ({
      ...(existing ? {} : structuredClone(rows[0])),
      ...put,
      revision: state.nextRevision()
    })
    return [name, { rows, prepare }]
  })
  const { cloud } = state
  const all: Record<string, Collection> = {
    ...Object.fromEntries(collections),
    balances: { rows: state.balances, key: ["store", "product"] },
    behaviour: { rows: [state.behaviour], key: [] },
    organizations: { rows: cloud.organizations },
    terminalGroups: { rows: cloud.terminalGroups },
    stopList: { rows: cloud.stopList, key: ["terminalGroupId", "productId"], prepare: stopped },
    webhooks: { rows: cloud.webhooks, key: ["organizationId"] },
    cloudBehaviour: { rows: [cloud.behaviour], key: [] }
  }
  return (body: unknown) => webhooks.changing(editCollections(all, body))
}

const stopped: NonNullable<Collection["prepare"]> = (put, existing) => ({
  ...(existing ? {} : { sizeId: null, balance: 0, sku: null, dateAdd: null }),
  ...put
})
