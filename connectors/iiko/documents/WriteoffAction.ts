/** `writeoff`: takes products out of a store at the expense of an account. */
import { Effect, Schema } from "effect"
import { Action, required, withDefault } from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"
import { commonInput, storeId, type Writeoff } from "./Document.ts"
import * as DocumentAction from "./DocumentAction.ts"
import { readBack } from "./DocumentReadBack.ts"
import { Server } from "./DocumentServer.ts"
import * as Send from "./Send.ts"

const Settings = Schema.Struct({
  api: withDefault(
    Schema.Literals(["json", "xml"]),
    "json",
    "json: /v2/documents/writeoff, from 7.9.3 on. xml: /documents/writeoff/outgoing, which few installations have. Default json."
  ),
  numberPrefix: DocumentAction.numberPrefix
})

const Input = Schema.Struct({
  storeId: required(storeId, iiko("iiko.storeOf")),
  accountId: required(storeId, iiko("iiko.account")),
  ...commonInput
})

export const writeoff = Action.make({
  name: "writeoff",
  description: "Writes products off a store.",
  settings: Settings,
  input: Input,
  run: Effect.fnUntraced(function* ({ api, numberPrefix }, input, context) {
    const { upstream } = yield* Server
    const document: Writeoff = {
      kind: "writeoff",
      ...(yield* DocumentAction.commonOf(input, numberPrefix, context)),
      storeId: input.storeId,
      accountId: input.accountId
    }
    const send = api === "xml" ? Send.asXml(upstream, document) : Send.asJson(upstream, document)
    return yield* DocumentAction.report(
      iiko("iiko.writeoff", { number: document.documentNumber, count: input.items.length }),
      document,
      send,
      context
    )
  }),
  readBack: (request) => Effect.flatMap(Server, ({ upstream }) => readBack(request, upstream))
})
