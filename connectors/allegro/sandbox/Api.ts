/** The handler: authorization and its page, then the API for whoever may ask it. */
import { Clock, Effect } from "effect"
import type { Refusals, SandboxHandler, SandboxRequest, SandboxResponse } from "../../../core/sdk-sandbox.ts"
import { sellerOf } from "./Access.ts"
import { eventStats, listEvents } from "./EventList.ts"
import type { Seller } from "./Model.ts"
import { badClient, handleAuth } from "./OAuth.ts"
import { listOrders, oneOrder } from "./OrderList.ts"
import { handlePage, pagePath } from "./Page.ts"
import { accessDenied, answer, invalidToken, rateLimited, refuse } from "./Refusals.ts"
import { advance } from "./Sellers.ts"
import { type AllegroState, worldTime } from "./State.ts"

const me = ({ id, login, number }: Seller) =>
  answer({
    id,
    login,
    firstName: "Jan",
    lastName: "Sprzedawca",
    email: `sprzedawca+${number}@example.test`,
    baseMarketplace: { id: "allegro-pl" },
    company: { name: `${login} Sp. z o.o.`, taxId: null },
    features: []
  })

const respond = Effect.fnUntraced(function* (state: AllegroState, request: SandboxRequest) {
  if (request.path.startsWith("/auth/oauth/")) return yield* handleAuth(state, request)
  if (request.path === pagePath) return yield* handlePage(state, request)
  const millis = yield* Clock.currentTimeMillis
  const seller = sellerOf(state, request, millis)
  if (!("login" in seller)) return seller
  const now = worldTime(state, millis)
  yield* advance(state, seller, now)
  const [, resource = "", id] =
    /^(\/me|\/order\/(?:event-stats|events|checkout-forms))(?:\/([^/]+))?$/.exec(request.path) ?? []
  if (request.method !== "GET") return refuse(405, "MethodNotAllowedException", "Method not allowed", request.path)
  if (resource === "/order/checkout-forms") {
    return id === undefined ? listOrders(state, seller, request, now) : oneOrder(state, seller, request, id, now)
  }
  if (id === undefined && resource === "/me") return me(seller)
  if (id === undefined && resource === "/order/events") return listEvents(seller, request, now)
  if (id === undefined && resource === "/order/event-stats") return eventStats(seller, request, now)
  return refuse(404, "NotFoundException", "Resource not found", request.path)
})

/** Every answer has a number, by which the vendor's support finds it. */
const traced = (state: AllegroState, response: SandboxResponse): SandboxResponse => ({
  ...response,
  headers: { ...response.headers, "trace-id": (++state.traces).toString(16).padStart(16, "0") }
})

export const makeHandler =
  (state: AllegroState): SandboxHandler =>
  (request) =>
    Effect.map(respond(state, request), (response) => traced(state, response))

export const refusalsOf =
  ({ switches }: AllegroState) =>
  (request: SandboxRequest): Refusals => ({
    unauthorized: request.path.startsWith("/auth/oauth/") ? badClient : invalidToken(request),
    licence: accessDenied,
    rateLimited: rateLimited(switches.blockBody)
  })
