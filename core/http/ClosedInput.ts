/**
 * Endpoints without a payload accept no body, or `{}`, and those without a query no key in it: anything else was meant
 * to change something. The schemas of the others are closed by `Api`.
 */
import { Effect, Layer } from "effect"
import { HttpServerRequest } from "effect/http"
import { HttpApiError, HttpApiMiddleware } from "effect/http-api"
import { reason, render } from "../reason/Reason.ts"
import { UnexpectedBody } from "./ApiErrors.ts"

export class ClosedInput extends HttpApiMiddleware.Service<ClosedInput>()("tributary/core/http/ClosedInput", {
  error: [UnexpectedBody, HttpApiError.BadRequestProblem]
}) {
  static readonly layer = Layer.succeed(
    ClosedInput,
    ClosedInput.of(
      Effect.fnUntraced(function* (answer, { endpoint }) {
        if (endpoint.query === undefined) yield* expectNoQuery
        if (endpoint.payload.size === 0 && endpoint.method !== "GET") yield* expectNoBody
        return yield* answer
      })
    )
  )
}

/** How many unknown keys a refusal names. */
const shown = 10

const expectNoQuery = Effect.gen(function* () {
  const keys = Object.keys(yield* HttpServerRequest.ParsedSearchParams)
  if (keys.length === 0) return
  const errors = keys.slice(0, shown).map((key) => ({
    path: ["query", key],
    message: `${render(reason("key.unknown", { name: key }))}; this address takes no query`
  }))
  return yield* new HttpApiError.BadRequestProblem({ detail: "Request validation failed", errors })
})

const expectNoBody = Effect.gen(function* () {
  const request = yield* HttpServerRequest.HttpServerRequest
  const text = yield* Effect.orDie(request.text)
  if (text.trim() !== "" && text.trim() !== "{}") return yield* new UnexpectedBody({ detail: detailOf(text) })
})

const detailOf = (text: string): string => {
  const keys = keysOf(text)
  return keys.length === 0
    ? "This address takes no body."
    : `This address takes no body; nobody knows ${keys.map((key) => JSON.stringify(key)).join(", ")}.`
}

const keysOf = (text: string): ReadonlyArray<string> => {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? Object.keys(parsed).slice(0, shown)
      : []
  } catch {
    return []
  }
}
