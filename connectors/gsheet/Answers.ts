/** Whole answers of the API: one JSON document each, bounded by `limits.maxBytes`, its numbers by their digits. */

import { Channel, Effect } from "effect"
import type { HttpClientRequest } from "effect/http"
import { said } from "../../core/reason/Reason.ts"
import type { Answer } from "../../core/upstream/Exchange.ts"
import { failure, quote } from "../../core/upstream/Failure.ts"
import type { SendOptions, Upstream } from "../../core/upstream/Upstream.ts"
import { parseCells } from "./Cells.ts"

export const text = (upstream: Upstream, request: HttpClientRequest.HttpClientRequest, options: SendOptions = {}) =>
  upstream.send(request, options).pipe(
    Effect.flatMap((answer) =>
      Effect.map(Channel.runCollect(answer.body), (chunks) => ({
        answer,
        json: new TextDecoder().decode(Buffer.concat(chunks.flat()))
      }))
    ),
    Effect.scoped
  )

export const decoded = <A, E>(
  decode: (value: unknown) => Effect.Effect<A, E>,
  answer: Answer,
  json: string,
  expected: string
) =>
  Effect.try({ try: () => parseCells(json), catch: () => undefined }).pipe(
    Effect.flatMap(decode),
    Effect.mapError(() => notAs(answer, expected))
  )

export const notAs = (answer: Answer, expected: string) => {
  const isPage = /^\s*</.test(answer.head) ? "; the answer is an HTML page: a proxy or a restart" : ""
  const begins = quote(answer.subject, answer.head)
  return failure(
    answer.subject,
    "Format",
    said(`expected JSON with ${expected}${isPage}; the answer begins ${begins}`),
    {
      status: answer.status
    }
  )
}
