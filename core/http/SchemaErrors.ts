/** The message for a request that violates the contract; for an unknown key, that key and the valid keys. */
import { Effect, SchemaIssue } from "effect"
import { HttpApiError, HttpApiMiddleware } from "effect/http-api"
import { flatten, refusal } from "../config/schema/Explain.ts"
import { render } from "../reason/Reason.ts"

const formatted = SchemaIssue.makeFormatterStandardSchemaV1()

const keyOf = (segment: PropertyKey | { readonly key: PropertyKey }): string | number => {
  const key = typeof segment === "object" ? segment.key : segment
  return typeof key === "number" ? key : String(key)
}

const problems = ({ cause, kind }: HttpApiError.HttpApiSchemaError) => {
  const unknown = new Map(
    flatten(cause.issue, []).flatMap((finding) =>
      finding.issue._tag === "UnexpectedKey"
        ? [[JSON.stringify(finding.path.map(keyOf)), render(refusal(finding))] as const]
        : []
    )
  )
  return formatted(cause.issue).issues.map(({ message, path = [] }) => {
    const keys = path.map(keyOf)
    return { path: [kind.toLowerCase(), ...keys], message: unknown.get(JSON.stringify(keys)) ?? message }
  })
}

export const layer = HttpApiMiddleware.layerSchemaErrorTransform(HttpApiMiddleware.ProblemDetails, (error) =>
  Effect.fail(
    // An answer that violates the contract is a bug: it is logged, and none of it is sent.
    error.kind === "Body" || error.kind === "ResponseHeaders"
      ? error
      : new HttpApiError.BadRequestProblem({ detail: "Request validation failed", errors: problems(error) })
  )
)
