/**
 * Sends a document once: nothing here is repeated. An answer of 200 alone is no success: JSON has `result`, XML has
 * `valid`, and a proxy's page has neither, so that the outcome is unknown.
 */

import { Channel, Effect, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import { XMLBuilder, XMLParser, XMLValidator } from "fast-xml-parser"
import {
  ActionRefused,
  type Answer,
  ambiguityIn,
  excerptOf,
  failure,
  foreignText,
  fromClearJson,
  type Json,
  type Reason,
  reason,
  type Upstream,
  type UpstreamError
} from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"
import type { Document, Writeoff } from "./Document.ts"

const Problem = Schema.Struct({
  value: Schema.optionalKey(Schema.NullOr(Schema.String)),
  code: Schema.optionalKey(Schema.NullOr(Schema.String))
})

/** The envelope of all answers of `/v2/documents`. */
export const envelope = <S extends Schema.Top>(response: S) =>
  fromClearJson(
    Schema.Struct({
      result: Schema.Literals(["SUCCESS", "ERROR"]),
      errors: Schema.optionalKey(Schema.NullOr(Schema.Array(Problem))),
      response: Schema.optionalKey(Schema.NullOr(response))
    })
  )

const Saved = envelope(
  Schema.Struct({ id: Schema.optionalKey(Schema.String), documentNumber: Schema.optionalKey(Schema.String) })
)
const decodeSaved = Schema.decodeUnknownEffect(Saved)

export const problemText = (errors: ReadonlyArray<typeof Problem.Type> | null | undefined): Reason =>
  foreignOrUnsaid(
    (errors ?? []).map(({ code, value }) => [code ?? "an error", ...(value ? [`<${value}>`] : [])].join(" ")).join(", ")
  )

const foreignOrUnsaid = (text: string): Reason => (text === "" ? reason("unsaid") : foreignText(text))

/** An answer and its whole text. */
export interface ReadAnswer {
  readonly answer: Answer
  readonly text: string
}

/** The whole answer, with the label for its failures. */
export const ask = Effect.fnUntraced(function* (
  upstream: Upstream.Upstream,
  request: HttpClientRequest.HttpClientRequest
) {
  const answer = yield* upstream.send(request)
  const chunks = yield* Channel.runCollect(answer.body)
  return { answer, text: new TextDecoder().decode(Buffer.concat(chunks.flat())) } satisfies ReadAnswer
}, Effect.scoped)

/** It may have been written whatever it answers, so that nobody takes this for a refusal. */
export const unreadableAnswer = ({ answer, text }: ReadAnswer, expected: Reason, cause: unknown): UpstreamError => {
  const { head, status, subject } = answer
  const why = ambiguityIn(text) ?? iiko("iiko.unreadableAnswer", { expected, begins: excerptOf(subject, head) })
  return failure(subject, "Format", why, { status, cause })
}

const refused = ({ documentNumber: number }: Document, why: Reason) =>
  new ActionRefused({ reason: iiko("iiko.refused", { number, why }) })

export const asJson = Effect.fn("Iiko.sendDocument")(function* (upstream: Upstream.Upstream, document: Document) {
  const { items, kind, ...head } = document
  const body = {
    ...head,
    status: "PROCESSED",
    items: items.map((item) => ({ ...item, amount: Number(item.amount) }))
  }
  const request = HttpClientRequest.bodyText(
    HttpClientRequest.post(`/v2/documents/${kind}`),
    JSON.stringify(body),
    "application/json;charset=UTF-8"
  )
  const asked = yield* ask(upstream, request)
  const saved = yield* Effect.mapError(decodeSaved(asked.text), (cause) =>
    unreadableAnswer(asked, iiko("iiko.savedDocument"), cause)
  )
  if (saved.result === "ERROR") return yield* refused(document, problemText(saved.errors))
  return responseOf(document, saved.response ?? {})
})

/** The server's own number may be empty or differ. */
const responseOf = (
  { documentNumber }: Document,
  { documentNumber: given, id }: { readonly id?: string; readonly documentNumber?: string }
): Json => ({ ...(id === undefined ? {} : { id }), documentNumber: given || documentNumber })

const builder = new XMLBuilder({ format: false })
const parser = new XMLParser({ parseTagValue: false })

const decodeValidation = Schema.decodeUnknownEffect(
  Schema.Struct({
    documentValidationResult: Schema.Struct({
      valid: Schema.Literals(["true", "false"]),
      documentNumber: Schema.optionalKey(Schema.String),
      errorMessage: Schema.optionalKey(Schema.String),
      additionalInfo: Schema.optionalKey(Schema.String)
    })
  })
)

/**
 * Sends a write-off in a form that no documentation of the vendor describes, for installations that have it; it has no
 * units.
 */
export const asXml = Effect.fn("Iiko.sendXmlDocument")(function* (upstream: Upstream.Upstream, document: Writeoff) {
  const { documentNumber, dateIncoming, comment, storeId, accountId } = document
  const item = document.items.map(({ amount, productId }) => ({ productId, amount }))
  const fields = {
    documentNumber,
    dateIncoming: `${dateIncoming}:00`,
    status: "PROCESSED",
    comment,
    storeId,
    accountId
  }
  const body = builder.build({ document: { ...fields, items: { item } } })
  const request = HttpClientRequest.bodyText(
    HttpClientRequest.post("/documents/writeoff/outgoing"),
    `<?xml version="1.0" encoding="UTF-8"?>${body}`,
    "application/xml; charset=utf-8"
  )
  const asked = yield* ask(upstream, request)
  const { documentValidationResult: result } = yield* Effect.suspend(() =>
    decodeValidation(XMLValidator.validate(asked.text) === true ? parser.parse(asked.text) : {})
  ).pipe(Effect.mapError((cause) => unreadableAnswer(asked, iiko("iiko.validatedDocument"), cause)))
  if (result.valid === "false") {
    const why = [result.errorMessage, result.additionalInfo].filter((part) => part).join("; ")
    return yield* refused(document, foreignOrUnsaid(why))
  }
  return responseOf(document, result)
})
