/** Whole answers of the API: one JSON document each, limited by `limits.maxHeld`, with exact numbers. */

import { Effect } from "effect"
import type { HttpClientRequest } from "effect/http"
import { type Answer, ambiguityIn, excerptOf, failure, type Reason, type Upstream, wholeBody } from "../../core/sdk.ts"
import { parseCells } from "./Cells.ts"
import { gsheet } from "./reasons.ts"

export const text = (
  upstream: Upstream.Upstream,
  request: HttpClientRequest.HttpClientRequest,
  options: Upstream.SendOptions = {}
) =>
  upstream.send(request, options).pipe(
    Effect.flatMap((answer) =>
      Effect.map(wholeBody(answer), (bytes) => ({ answer, json: new TextDecoder().decode(bytes) }))
    ),
    Effect.scoped
  )

export const decodeAnswer = <A, E>(
  decode: (value: unknown) => Effect.Effect<A, E>,
  answer: Answer,
  json: string,
  expected: Reason
) =>
  Effect.suspend(() => {
    const ambiguous = ambiguityIn(json)
    if (ambiguous !== undefined) return failure(answer.subject, "Format", ambiguous, { status: answer.status })
    return Effect.try({ try: () => parseCells(json), catch: () => undefined }).pipe(
      Effect.flatMap(decode),
      Effect.mapError(() => unexpectedAnswer(answer, expected))
    )
  })

export const unexpectedAnswer = (answer: Answer, expected: Reason) => {
  const params = { expected, begins: excerptOf(answer.subject, answer.head) }
  const isPage = /^\s*</.test(answer.head)
  const why = isPage ? gsheet("gsheet.notJsonPage", params) : gsheet("gsheet.notJson", params)
  return failure(answer.subject, "Format", why, { status: answer.status })
}
