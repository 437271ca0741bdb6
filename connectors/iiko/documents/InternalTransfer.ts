/** `internal-transfer`: moves products from one store to another. */
import { Effect, Schema } from "effect"
import { Action, required } from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"
import { commonInput, storeId, type Transfer } from "./Document.ts"
import * as DocumentAction from "./DocumentAction.ts"
import { readBack } from "./DocumentReadBack.ts"
import { Server } from "./DocumentServer.ts"
import * as Send from "./Send.ts"

const Input = Schema.Struct({
  storeFromId: required(storeId, iiko("iiko.storeFrom")),
  storeToId: required(storeId, iiko("iiko.storeTo")),
  ...commonInput
})

export const internalTransfer = Action.make({
  name: "internal-transfer",
  description: "Moves products from one store to another.",
  settings: Schema.Struct({ numberPrefix: DocumentAction.numberPrefix }),
  input: Input,
  run: Effect.fnUntraced(function* ({ numberPrefix }, input, context) {
    const { upstream } = yield* Server
    const document: Transfer = {
      kind: "internalTransfer",
      ...(yield* DocumentAction.commonOf(input, numberPrefix, context)),
      storeFromId: input.storeFromId,
      storeToId: input.storeToId
    }
    const what = iiko("iiko.transfer", { number: document.documentNumber, count: input.items.length })
    return yield* DocumentAction.report(what, document, Send.asJson(upstream, document), context)
  }),
  readBack: (request) => Effect.flatMap(Server, ({ upstream }) => readBack(request, upstream))
})
