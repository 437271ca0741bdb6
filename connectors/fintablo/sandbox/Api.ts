/** The HTTP interface of the sandbox: token, rate, envelope and routing of `/v1`. */
import { Clock, Effect, Option, Schema } from "effect"
import {
  json,
  type SandboxHandler,
  type SandboxRequest,
  type SandboxResponse,
  visible
} from "../../../core/sdk-sandbox.ts"
import type { Fields } from "./Drift.ts"
import { entities } from "./Entities.ts"
import type { EntityName } from "./Entity.ts"
import { list, sentItem } from "./Lists.ts"
import type { FintabloState } from "./Model.ts"
import { badRequest, Refusal } from "./Refusal.ts"
import { createTransaction, merge, transactionActions } from "./Transactions.ts"
import { addStage, create, findExisting, remove, update } from "./Writes.ts"

export const refusals = {
  unauthorized: new Refusal({ status: 401, statusText: "Your request was made with invalid credentials." }),
  rateLimited: new Refusal({ status: 429, statusText: "Too many requests" })
}

export const makeHandler = (state: FintabloState): SandboxHandler => {
  const checkRate = makeRateCheck(state)
  let answers = 0
  return Effect.fnUntraced(function* (request) {
    const { counters } = state
    const answer = Effect.gen(function* () {
      if (request.headers.authorization !== `Bearer ${state.switches.token}`) {
        counters.unauthorized++
        return yield* refusals.unauthorized
      }
      yield* checkRate
      if (request.method === "GET") counters.reads++
      else counters.writes++
      return yield* route(state, request)
    })
    const response = yield* Effect.catchTag(answer, "Refusal", (refusal) =>
      Effect.succeed(refusalResponse(refusal, request))
    )
    return { ...response, headers: { ...response.headers, "x-request-id": `sandbox-${++answers}` } }
  })
}

/** A window of one minute that begins with its first call; neither Retry-After nor a remaining count is sent. */
const makeRateCheck = (state: FintabloState): Effect.Effect<void, Refusal> => {
  let window = { start: 0, calls: 0 }
  return Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    if (window.calls === 0 || now - window.start >= 60_000) window = { start: now, calls: 0 }
    if (++window.calls <= state.switches.requestsPerMinute) return
    state.counters.rateLimited++
    return yield* refusals.rateLimited
  })
}

/** `obtaining` wraps its answers to writes in an array. */
export const refusalResponse = ({ status, statusText, http }: Refusal, request?: SandboxRequest): SandboxResponse => {
  const wraps = request !== undefined && request.method !== "GET" && /^\/v1\/obtaining(\/|$)/.test(request.path)
  const body = { status, statusText }
  return json(wraps && (status === 422 || request.method === "POST") ? [body] : body, http ?? status)
}

const isEntityName = (name: string | undefined): name is EntityName =>
  name !== undefined && Object.hasOwn(entities, name)

const decodeBody = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Record(Schema.String, Schema.MutableJson)))

const bodyOf = Effect.fnUntraced(function* (request: SandboxRequest) {
  const body: Fields = { ...Option.getOrElse(decodeBody(request.body), () => ({})) }
  return Object.keys(body).length === 0 ? yield* badRequest("The request data is empty") : body
})

const route = Effect.fnUntraced(function* (state: FintabloState, request: SandboxRequest) {
  const [root, name, idText, action, second] = request.path.split("/").slice(1)
  const unknown = badRequest("Unknown method")
  if (root !== "v1" || !isEntityName(name)) return yield* unknown
  const envelope = (items: ReadonlyArray<Fields>) =>
    json({ status: 200, items: items.map((item) => sentItem(state, name, item)) })

  if (request.method === "GET" && idText === undefined) {
    return envelope(visible(request, yield* list(state, name, request.query)))
  }
  if (name === "amortization" || !entities[name].methods.some((method) => method === request.method)) {
    return yield* unknown
  }
  if (request.method === "POST" && idText === undefined) {
    const body = yield* bodyOf(request)
    return envelope([yield* name === "transaction" ? createTransaction(state, body) : create(state, name, body)])
  }
  if (idText === undefined) return yield* badRequest("ID is required")
  const id = Number(idText)
  switch (request.method) {
    case "GET":
      return envelope([yield* findExisting(state, name, id)])
    case "PUT":
      return envelope([yield* update(state, name, id, yield* bodyOf(request))])
    case "DELETE":
      yield* remove(state, name, id)
      return json({ status: 200 })
  }
  if (name === "deal" && action === "add-stage") return envelope([yield* addStage(state, id, yield* bodyOf(request))])
  if (name !== "transaction" || action === undefined) return yield* unknown
  if (action === "merge") return envelope([yield* merge(state, id, Number(second))])
  const act = transactionActions[action]
  if (act === undefined) return yield* unknown
  const body = yield* Effect.orElseSucceed(bodyOf(request), () => ({}))
  return envelope(yield* act(state, yield* findExisting(state, "transaction", id), body))
})
