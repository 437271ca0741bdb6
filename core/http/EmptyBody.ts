/** Endpoints without a payload accept no body, or `{}`: any other body was meant to change something. */
import { Effect, Layer } from "effect"
import { HttpServerRequest } from "effect/http"
import { HttpApiMiddleware } from "effect/http-api"
import { UnexpectedBody } from "./ApiErrors.ts"

export class EmptyBody extends HttpApiMiddleware.Service<EmptyBody>()("tributary/core/http/EmptyBody", {
  error: UnexpectedBody
}) {
  static readonly layer = Layer.succeed(
    EmptyBody,
    EmptyBody.of((answer, { endpoint }) =>
      endpoint.payload.size > 0 || endpoint.method === "GET"
        ? answer
        : Effect.gen(function* () {
            const request = yield* HttpServerRequest.HttpServerRequest
            const text = yield* Effect.orDie(request.text)
            if (text.trim() !== "" && text.trim() !== "{}") return yield* new UnexpectedBody({ detail: wordsOf(text) })
            return yield* answer
          })
    )
  )
}

const wordsOf = (text: string): string => {
  const keys = keysOf(text)
  return keys.length === 0
    ? "This address takes no body."
    : `This address takes no body; nobody knows ${keys.map((key) => JSON.stringify(key)).join(", ")}.`
}

const shown = 10

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
