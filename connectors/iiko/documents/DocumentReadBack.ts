/**
 * Finds a document whose answer was lost. The number alone proves nothing, since a database restored from a backup
 * repeats numbers: stores, account, day and products must be the same too.
 */

import { Effect, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import { failure, type Json, type Upstream } from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"
import { Document } from "./Document.ts"
import { ask, envelope, problemText, unreadableAnswer } from "./Send.ts"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

const FoundDocument = Schema.Struct({
  id: Schema.String,
  dateIncoming: Schema.String,
  documentNumber: Schema.String,
  status: Schema.String,
  storeId: Text,
  accountId: Text,
  storeFromId: Text,
  storeToId: Text,
  items: Schema.Array(Schema.Struct({ productId: Schema.String }))
})
type FoundDocument = typeof FoundDocument.Type
const decodeFound = Schema.decodeUnknownEffect(envelope(Schema.Array(FoundDocument)))

const isDocument = Schema.is(Document)

const isSame = (document: Document, found: FoundDocument): boolean =>
  found.status !== "DELETED" &&
  found.dateIncoming.slice(0, 10) === document.dateIncoming.slice(0, 10) &&
  placeOf(found) === placeOf(document) &&
  productsOf(found) === productsOf(document)

const placeOf = (of: Partial<Record<"storeId" | "accountId" | "storeFromId" | "storeToId", string | null>>): string =>
  [of.storeId, of.accountId, of.storeFromId, of.storeToId].map((id) => id ?? "").join(" ")

const productsOf = ({ items }: { readonly items: ReadonlyArray<{ readonly productId: string }> }): string =>
  items
    .map(({ productId }) => productId)
    .toSorted()
    .join()

/** Looks the document up on the server; `undefined`: it does not exist there. */
export const readBack = Effect.fn("Iiko.readBack")(function* (request: Json, upstream: Upstream.Upstream) {
  if (!isDocument(request)) return undefined
  const { documentNumber, kind } = request
  const asked = yield* ask(
    upstream,
    HttpClientRequest.get(`/v2/documents/${kind}/byNumber`, { urlParams: { documentNumber } })
  )
  const { errors, response, result } = yield* Effect.mapError(decodeFound(asked.text), (cause) =>
    unreadableAnswer(asked, iiko("iiko.documentsOfNumber"), cause)
  )
  if (result === "ERROR") {
    return yield* failure(asked.answer.subject, "Format", iiko("iiko.answeredError", { why: problemText(errors) }))
  }
  const found = (response ?? []).find((one) => isSame(request, one))
  if (found === undefined) return undefined
  const { id, status } = found
  return { id, documentNumber, status } satisfies Json
})
