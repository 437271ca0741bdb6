/** The HTTP interface of the sandbox: tokens, permissions, quotas, and the calls of Sheets v4. */
import { Clock, Effect } from "effect"
import {
  json,
  type SandboxHandler,
  type SandboxRequest,
  type SandboxResponse,
  visibleCount
} from "../../../core/sdk-sandbox.ts"
import { batchUpdate } from "./Batch.ts"
import { selectFields } from "./Fields.ts"
import type { GsheetState, SpreadsheetState } from "./Model.ts"
import * as R from "./Refusal.ts"
import { propertiesOf } from "./SheetSnapshot.ts"
import { caller, issueToken } from "./Token.ts"
import * as Values from "./Values.ts"

/** `id` is the spreadsheet's, `range` the one in the path, if there is one. */
interface Call {
  readonly book: SpreadsheetState
  readonly range: string
  readonly query: URLSearchParams
  readonly request: SandboxRequest
}

interface Endpoint {
  readonly method: string
  /** Below `/v4/spreadsheets/`; the first group captures the id, a second one the range. */
  readonly path: RegExp
  /** Parameters beside those that every call has. */
  readonly parameters: ReadonlyArray<string>
  readonly answer: (call: Call) => Effect.Effect<unknown, R.Refusal>
}

const rendering = ["majorDimension", "valueRenderOption", "dateTimeRenderOption"]
const entering = [
  "valueInputOption",
  "includeValuesInResponse",
  "responseValueRenderOption",
  "responseDateTimeRenderOption"
]
const everywhere = ["alt", "fields", "key", "prettyPrint", "quotaUser", "access_token", "$.xgafv", "uploadType"]

/** How many rows remain under the fault. */
const keepOf = (request: SandboxRequest) =>
  request.fault === undefined ? undefined : (total: number) => visibleCount(request, total)

const endpoints: ReadonlyArray<Endpoint> = [
  {
    method: "GET",
    path: /^([^/:]+)$/,
    parameters: ["ranges", "includeGridData"],
    answer: ({ book, query }) => propertiesOf(book, query)
  },
  {
    method: "GET",
    path: /^([^/:]+)\/values:batchGet$/,
    parameters: ["ranges", ...rendering],
    answer: Effect.fnUntraced(function* ({ book, query, request }) {
      const read = (range: string) => Values.get(book, range, query, keepOf(request))
      return { spreadsheetId: book.id, valueRanges: yield* Effect.forEach(query.getAll("ranges"), read) }
    })
  },
  {
    method: "GET",
    path: /^([^/:]+)\/values\/(.+)$/,
    parameters: rendering,
    answer: ({ book, query, range, request }) => Values.get(book, range, query, keepOf(request))
  },
  {
    method: "PUT",
    path: /^([^/:]+)\/values\/(.+)$/,
    parameters: entering,
    answer: Effect.fnUntraced(function* ({ book, query, range, request }) {
      const input = yield* Values.inputOption(query.get("valueInputOption"))
      return yield* Values.update(book, range, yield* Values.decodeValueRange(request.body), input)
    })
  },
  {
    method: "POST",
    path: /^([^/:]+)\/values:batchUpdate$/,
    parameters: [],
    answer: Effect.fnUntraced(function* ({ book, request }) {
      const { data, valueInputOption } = yield* Values.decodeBatchUpdate(request.body)
      const input = yield* Values.inputOption(valueInputOption)
      return summed(book, yield* Effect.forEach(data, (one) => Values.update(book, one.range ?? "", one, input)))
    })
  },
  {
    method: "POST",
    path: /^([^/:]+)\/values\/(.+):append$/,
    parameters: [...entering, "insertDataOption"],
    answer: Effect.fnUntraced(function* ({ book, query, range, request }) {
      const input = yield* Values.inputOption(query.get("valueInputOption"))
      const insertRows = query.get("insertDataOption") === "INSERT_ROWS"
      return yield* Values.append(book, range, yield* Values.decodeValueRange(request.body), { input, insertRows })
    })
  },
  {
    method: "POST",
    path: /^([^/:]+)\/values\/(.+):clear$/,
    parameters: [],
    answer: ({ book, range }) =>
      Effect.map(Values.clear(book, range), (clearedRange) => ({ spreadsheetId: book.id, clearedRange }))
  },
  {
    method: "POST",
    path: /^([^/:]+)\/values:batchClear$/,
    parameters: [],
    answer: Effect.fnUntraced(function* ({ book, request }) {
      const { ranges } = yield* Values.decodeBatchClear(request.body)
      return {
        spreadsheetId: book.id,
        clearedRanges: yield* Effect.forEach(ranges, (range) => Values.clear(book, range))
      }
    })
  },
  {
    method: "POST",
    path: /^([^/:]+):batchUpdate$/,
    parameters: [],
    answer: ({ book, request }) => batchUpdate(book, request.body)
  }
]

const summed = (book: SpreadsheetState, responses: ReadonlyArray<Effect.Success<ReturnType<typeof Values.update>>>) => {
  const sum = (count: (one: (typeof responses)[number]) => number | undefined) =>
    responses.reduce((total, one) => total + (count(one) ?? 0), 0)
  return {
    spreadsheetId: book.id,
    totalUpdatedRows: sum(({ updatedRows }) => updatedRows),
    totalUpdatedColumns: sum(({ updatedColumns }) => updatedColumns),
    totalUpdatedCells: sum(({ updatedCells }) => updatedCells),
    totalUpdatedSheets: new Set(responses.map(({ updatedRange }) => updatedRange.split("!")[0])).size,
    responses
  }
}

const root = "/v4/spreadsheets/"

export const makeHandler = (state: GsheetState): SandboxHandler => {
  const checkQuota = makeQuota(state)
  const call = Effect.fnUntraced(function* (request: SandboxRequest) {
    const path = request.path.startsWith(root) ? request.path.slice(root.length) : undefined
    const found = endpoints.find(
      ({ method, path: pattern }) => method === request.method && path !== undefined && pattern.test(path)
    )
    if (path === undefined || found === undefined) return notThere
    const { scopes, email } = yield* caller(state, request)
    const isRead = request.method === "GET"
    const { maxPayloadBytes } = state.switches
    const bytes = Buffer.byteLength(request.body)
    state.counters.largestPayload = Math.max(state.counters.largestPayload, bytes)
    if (!state.switches.apiEnabled) return yield* R.serviceDisabled
    if (!scopes.some((scope) => covers(scope, isRead))) return yield* R.outOfScope
    yield* checkQuota(isRead ? "Read" : "Write")
    if (bytes > maxPayloadBytes) {
      return yield* R.invalid(`Request payload size exceeds the limit: ${maxPayloadBytes} bytes.`)
    }
    const [id = "", range = ""] = (found.path.exec(path) ?? []).slice(1).map(decodeURIComponent)
    const book = state.spreadsheets.find((each) => each.id === id)
    if (book === undefined) return yield* R.notFound
    const role = book.sharedWith[email]
    if (role === undefined || (role === "reader" && !isRead)) return yield* R.forbidden
    if (book.isOffice) return yield* R.officeFile
    const known = [...everywhere, ...found.parameters]
    const strange = [...request.query.keys()].find((name) => !known.includes(name))
    if (strange !== undefined) {
      return yield* R.invalid(`Invalid JSON payload received. Unknown name "${strange}": Cannot bind query parameter.`)
    }
    // Written to a copy, which replaces the original only if everything succeeded.
    const copy = isRead ? book : structuredClone(book)
    const answer = yield* found.answer({ book: copy, range, query: request.query, request })
    if (!isRead) adopt(book, copy)
    return json(selectFields(JSON.parse(JSON.stringify(answer)), request.query.get("fields")))
  })
  return (request) =>
    request.method === "POST" && request.path === "/token"
      ? issueToken(state, request)
      : Effect.catchTag(call(request), "Refusal", (refusal) => Effect.succeed(R.refusalResponse(refusal)))
}

/** Tabs remain the same objects, because a test may hold one. */
const adopt = (book: SpreadsheetState, changed: SpreadsheetState): void => {
  const sheets = changed.sheets.map((sheet) => {
    const known = book.sheets.find(({ sheetId }) => sheetId === sheet.sheetId)
    return known === undefined ? sheet : Object.assign(known, sheet)
  })
  Object.assign(book, changed, { sheets })
}

const notThere: SandboxResponse = {
  status: 404,
  headers: { "content-type": "text/html; charset=UTF-8" },
  body: "<!DOCTYPE html><html><head><title>Error 404 (Not Found)!!1</title></head><body>404.</body></html>"
}

const covers = (scope: string, isRead: boolean): boolean =>
  (isRead ? /auth\/(?:spreadsheets|drive)(?:\.readonly)?$/ : /auth\/(?:spreadsheets|drive)$/).test(scope)

/** Counts reads and writes separately, and restarts every minute of the clock. */
const makeQuota = (state: GsheetState) => {
  const windows = { Read: { minute: -1, calls: 0 }, Write: { minute: -1, calls: 0 } }
  return Effect.fnUntraced(function* (kind: "Read" | "Write") {
    const minute = Math.floor((yield* Clock.currentTimeMillis) / 60_000)
    if (windows[kind].minute !== minute) windows[kind] = { minute, calls: 0 }
    const limit = kind === "Read" ? state.switches.readsPerMinute : state.switches.writesPerMinute
    if (++windows[kind].calls > limit) {
      state.counters.rateLimited++
      return yield* R.overQuota(kind, limit)
    }
    if (kind === "Read") state.counters.reads++
    else state.counters.writes++
  })
}
