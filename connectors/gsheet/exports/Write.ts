/**
 * Executes an export: reads the tab, computes the changes, and sends them as one request, all or nothing. Changes that
 * are too large for one request are sent in several, each after a new read; if nothing differs, nothing is sent.
 */

import { Effect, Result, Semaphore } from "effect"
import { HttpClientRequest } from "effect/http"

import {
  type Answer,
  type ExportReport,
  type ExportRows,
  failure,
  type OwnedRows,
  type Reason,
  reason,
  type Upstream,
  UpstreamError,
  type Write
} from "../../../core/sdk.ts"
import type { Config } from "../Config.ts"
import { isProblem } from "../Headers.ts"
import type { Listener } from "../Ranges.ts"
import * as SheetAnswers from "../SheetAnswers.ts"
import { isKeys, type Keys } from "./ExportKeys.ts"
import { type Plan, planOf } from "./ExportPlan.ts"
import { placeOf } from "./OwnedRows.ts"
import { firstBatch } from "./Requests.ts"
import * as Sheet from "./Sheet.ts"

export interface Options {
  readonly config: Config
  readonly reads: Upstream.Upstream
  /** With a budget and a permission of its own. */
  readonly writes: Upstream.Upstream
}

/** How often the tab may have changed before the export gives up, because somebody is working in it. */
const maxAttempts = 5

interface Look {
  readonly sheet: Sheet.Sheet
  readonly plan: Plan
}

export const make = Effect.fnUntraced(function* ({ config, reads, writes }: Options) {
  // One at a time, because positions are only valid until something is inserted above them.
  const turn = yield* Semaphore.make(1)
  const write: Write = (declaration, rows, { dryRun, onEvent = () => Effect.void, owned }) => {
    const { own } = declaration
    if (!isKeys(own)) return Effect.die(`${declaration.name} was declared for another type`)
    const book = own.spreadsheet ?? config.spreadsheet
    const look = lookAt({ upstream: reads, book, keys: own, rows, owned, onEvent })
    return dryRun
      ? Effect.map(look, ({ plan }) => reportOf([], plan, new Set()))
      : turn.withPermit(carryOut(look, (requests) => send(writes, book, requests, onEvent)))
  }
  return write
})

interface WriteOptions {
  readonly upstream: Upstream.Upstream
  readonly book: string
  readonly keys: Keys
  readonly rows: ExportRows
  readonly owned: OwnedRows | undefined
  readonly onEvent: Listener
}

const lookAt = Effect.fnUntraced(function* ({ book, keys, onEvent, owned, rows, upstream }: WriteOptions) {
  const sheet = yield* Sheet.read(upstream, book, keys, onEvent)
  const plan = planOf(sheet, keys, rows, placeOf(book, sheet, keys), owned)
  if (isProblem(plan)) return yield* failure(sheet.answer.subject, "Format", plan)
  return { sheet, plan } satisfies Look
})

type Send = (requests: ReadonlyArray<unknown>) => Effect.Effect<unknown, UpstreamError>

/**
 * Reads the tab twice before a request, so that a person's change in between changes the plan, and once after it. If
 * something moved in the moment between, the daemon's part is repaired, and the report says so.
 */
const carryOut = Effect.fn("Write.carryOut")(function* (look: Effect.Effect<Look, UpstreamError>, send: Send) {
  const sent: Array<Plan> = []
  const hit = new Set<string>()
  const lookAgain = Effect.mapError(look, (error) => (sent.length === 0 ? error : partly(error)))
  let { plan, sheet } = yield* look
  let moved = 0
  while (plan.steps.length > 0) {
    const again = yield* lookAgain
    if (!isAlike(plan, again.plan)) {
      if (++moved > maxAttempts) return yield* busy(again.sheet.answer, sent)
      ;({ plan, sheet } = again)
      continue
    }
    const { isLast, requests } = firstBatch(plan.steps, sheet)
    yield* send(requests).pipe(Effect.mapError((error) => (sent.length === 0 ? error : partly(error))))
    sent.push(plan)
    const after = yield* Effect.result(look)
    if (Result.isFailure(after)) {
      if (!isLast) return yield* partly(after.failure)
      return withNote(reportOf(sent, sent[0] ?? plan, hit), reason("export.unseen", { why: after.failure.reason }))
    }
    if (isLast && after.success.plan.steps.length > 0) {
      for (const { cell } of plan.changes) hit.add(cell)
      if (++moved > maxAttempts) return yield* busy(after.success.sheet.answer, sent)
    }
    ;({ plan, sheet } = after.success)
  }
  return reportOf(sent, sent[0] ?? plan, hit)
})

const isAlike = (one: Plan, other: Plan): boolean => JSON.stringify(one.steps) === JSON.stringify(other.steps)

const busy = ({ subject }: Answer, sent: ReadonlyArray<Plan>): UpstreamError =>
  failure(subject, "Format", reason(sent.length === 0 ? "export.busy" : "export.busyPartly"))

const partly = (error: UpstreamError): UpstreamError => withMore(error, reason("export.partly"))

const withMore = (error: UpstreamError, more: Reason): UpstreamError =>
  new UpstreamError({ ...error, reason: reason("several", { whys: [error.reason, more] }) })

const withNote = (report: ExportReport, note: Reason): ExportReport => ({
  ...report,
  warnings: [...report.warnings, note]
})

/** The first plan describes all changes, however many requests they took. */
const reportOf = (sent: ReadonlyArray<Plan>, { steps: _, ...report }: Plan, hit: ReadonlySet<string>): ExportReport => {
  const cells = [...hit].slice(0, 5).join(", ")
  const notes =
    hit.size > 0
      ? [reason("export.crossed", { cells })]
      : sent.length > 1
        ? [reason("export.parts", { count: sent.length })]
        : []
  return notes.reduce(withNote, report)
}

/**
 * A refusal because of a quota is certain. After any other failure the outcome is unknown, and the next run reads it.
 */
const send = (upstream: Upstream.Upstream, book: string, requests: ReadonlyArray<unknown>, onEvent: Listener) => {
  const request = HttpClientRequest.post(`/v4/spreadsheets/${book}:batchUpdate`, {
    urlParams: { fields: "spreadsheetId" }
  }).pipe(HttpClientRequest.bodyJsonUnsafe({ requests }))
  return SheetAnswers.text(upstream, request, { onEvent }).pipe(
    Effect.retry({ while: ({ status }) => status === 429 }),
    Effect.mapError((error) => (isOpen(error) ? withMore(error, reason("export.open")) : error))
  )
}

const isOpen = ({ kind, status = 0 }: UpstreamError): boolean =>
  kind === "Timeout" || kind === "Unreachable" || kind === "TooLarge" || status >= 500
