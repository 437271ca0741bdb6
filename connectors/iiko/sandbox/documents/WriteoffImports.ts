/**
 * `POST /documents/writeoff/outgoing`: a write-off as XML. Only a requirement mentions it, no text of the vendor does.
 * Names and answer are those of the invoice imports, so that they permit no conclusion about a real server.
 */
import { Effect, Result, Schema } from "effect"
import type { IikoState } from "../Model.ts"
import type { Endpoint } from "../Responses.ts"
import { fromDotted, toWallClock } from "../Time.ts"
import { problemText, record, suggestedNumber, writeoff } from "./StoreDocuments.ts"
import { documentReader, validation } from "./XmlImports.ts"

const Text = Schema.optionalKey(Schema.String)
const Item = Schema.Struct({
  productId: Text,
  productArticle: Text,
  containerId: Text,
  amount: Schema.FiniteFromString
})
const Document = Schema.Struct({
  documentNumber: Text,
  dateIncoming: Schema.String,
  status: Schema.optionalKey(Schema.Literals(["NEW", "PROCESSED", "DELETED"])),
  comment: Text,
  conceptionId: Text,
  storeId: Text,
  defaultStoreId: Text,
  accountId: Text,
  accountCode: Text,
  items: Schema.Struct({ item: Schema.Array(Item) })
})
const readDocument = documentReader(Document)

/** The same document in its JSON form; a code replaces a missing id. */
const inputOf = (state: IikoState, document: typeof Document.Type) => {
  const { accountCode, accountId, defaultStoreId, items, status = "NEW", storeId = defaultStoreId, ...rest } = document
  const account = accountId ?? state.accounts.find(({ code }) => code !== null && code === accountCode)?.id
  return {
    ...rest,
    status,
    storeId: storeId ?? "",
    accountId: account ?? "",
    items: items.item.map(({ amount, containerId, productArticle, productId }) => ({
      productId: productId ?? state.products.find(({ num }) => num === productArticle)?.id ?? productArticle ?? "",
      amount,
      containerId: containerId ?? null
    }))
  }
}

/** Each request creates a document, as with JSON; `repeatedNumbers` determines the handling of a given number. */
export const importWriteoff: Endpoint = Effect.fnUntraced(function* ({ request, state }) {
  const document = yield* readDocument(request)
  const documentNumber = document.documentNumber || suggestedNumber(writeoff, state)
  const invalid = (errorMessage: string, rest: object = {}) =>
    validation({ valid: false, documentNumber, errorMessage, ...rest })
  const dateIncoming = toWallClock(fromDotted(document.dateIncoming) ?? document.dateIncoming)
  if (dateIncoming === undefined) return invalid(`Неверный формат даты: ${document.dateIncoming}`)
  const recorded = record(writeoff, state, { ...inputOf(state, document), documentNumber }, dateIncoming)
  if (Result.isSuccess(recorded)) {
    return validation({ valid: true, documentNumber: recorded.success.documentNumber })
  }
  const otherSuggestedNumber = suggestedNumber(writeoff, state)
  return invalid(recorded.failure.map(problemText).join("\n"), { otherSuggestedNumber })
})
