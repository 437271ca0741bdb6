/** An action that consists of one document: its number, one request, its report. */
import { Effect, Schema } from "effect"
import {
  type ActionContext,
  ActionFailed,
  type ActionRefused,
  type ActionReport,
  type ItemStatus,
  type Json,
  type Reason,
  reason,
  type UpstreamError,
  withDefault
} from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"
import { type CommonInput, type Document, itemsOf, wallClock } from "./Document.ts"
import { Server } from "./DocumentServer.ts"
import * as Numbers from "./Numbers.ts"

export const numberPrefix = withDefault(
  Schema.String.check(Schema.isPattern(/^[\p{L}\p{N}][\p{L}\p{N}/_-]{0,9}$/u)),
  "TR-",
  "What the numbers of new documents begin with; another one for each database that writes to the same server. Default TR-."
)

/** A dry run takes no number from the sequence. */
const numberFor = (given: string | undefined, prefix: string, { dryRun }: ActionContext) =>
  given !== undefined ? Effect.succeed(given) : dryRun ? Effect.succeed(`${prefix}new`) : Numbers.drawNumber(prefix)

/** Makes the part of a document that all kinds share. */
export const commonOf = Effect.fnUntraced(function* (input: CommonInput, prefix: string, context: ActionContext) {
  return {
    documentNumber: yield* numberFor(input.number, prefix, context),
    dateIncoming: input.dateIncoming ?? wallClock(context.now),
    comment: input.comment,
    items: itemsOf(input.items)
  }
})

/** Logs in before the first intent is stored: a login that fails inside would leave the outcome unknown. */
export const ensureLogin = Effect.fnUntraced(function* ({ dryRun }: ActionContext) {
  if (dryRun) return
  const server = yield* Server
  yield* Effect.mapError(
    server.ready,
    ({ reason: why }) => new ActionFailed({ reason: reason("action.notSent", { why }) })
  )
})

const outcomes: Readonly<Record<ItemStatus, Reason>> = {
  planned: iiko("iiko.planned"),
  done: iiko("iiko.done"),
  already: iiko("iiko.already"),
  failed: iiko("iiko.failed"),
  unknown: iiko("iiko.unknown"),
  busy: iiko("iiko.busy"),
  skipped: iiko("iiko.skipped")
}

export const report = Effect.fnUntraced(function* (
  what: Reason,
  document: Document,
  send: Effect.Effect<Json, UpstreamError | ActionRefused>,
  context: ActionContext
) {
  yield* ensureLogin(context)
  const { response, ...item } = yield* context.once({ key: document.documentNumber, what, request: document }, send)
  const data = response ?? { documentNumber: document.documentNumber }
  const summary = iiko("iiko.comesTo", { what, outcome: outcomes[item.status] })
  return { summary, items: [item], notes: [], data } satisfies ActionReport
})
