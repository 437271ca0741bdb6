/** A sandbox with the test's own tabs, connectors declared from YAML, and Google's own client for both. */

import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert } from "@effect/vitest"
import { auth, sheets } from "@googleapis/sheets"
import { Effect, FileSystem, Schema } from "effect"
import { load } from "../../../core/config/Configuration.ts"
import type { Entity } from "../../../core/config/Entity.ts"
import { connect, entityOf } from "../../../test/support/sample.ts"
import { drain } from "../../../test/upstream/vendor.ts"
import { connectorType } from "../index.ts"
import { sandbox } from "../sandbox.ts"
import type { SheetState } from "./Model.ts"
import { makeSheet } from "./Spreadsheets.ts"

const head = `
type: gsheet
baseUrl: { env: GSHEET_URL }
tokenUrl: { env: GSHEET_TOKEN_URL }
spreadsheet: { env: GSHEET_SPREADSHEET }
email: { env: GSHEET_EMAIL }
privateKey: { secret: GSHEET_PRIVATE_KEY }
retry: []
entities:
`

/**
 * `config/connectors/gsheet.yaml` with these entities; `entities` is the text below that key, indented as in the test.
 */
export const declare = Effect.fnUntraced(
  function* (entities: string, environment: Readonly<Record<string, string>>) {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.makeTempDirectoryScoped()
    yield* fs.makeDirectory(`${directory}/connectors`)
    yield* fs.writeFileString(`${directory}/connectors/gsheet.yaml`, `${head.trimStart()}${entities}`)
    const { connectors } = yield* load({ directory, types: [connectorType], environment })
    return yield* Effect.fromNullishOr(connectors[0])
  },
  Effect.scoped,
  Effect.provide(NodeServices.layer)
)

/** The lines before the entities, from which a problem's line is counted. */
export const headLines = head.trimStart().split("\n").length - 1

export const start = Effect.gen(function* () {
  const vendor = yield* sandbox.start()
  const book = vendor.state.spreadsheets[0] ?? assert.fail("there is no spreadsheet")
  const open = Effect.fnUntraced(function* (entities: string, environment: Readonly<Record<string, string>> = {}) {
    const declaration = yield* declare(entities, { ...vendor.environment, ...environment })
    const connector = yield* connect(connectorType, declaration)
    const read = (entity: string | Entity) =>
      drain(connector.read(typeof entity === "string" ? entityOf(declaration, entity) : entity))
    return { ...connector, declaration, read, refusal: (name: string) => Effect.flip(read(name)) }
  })
  /** A tab with these cells; its default title is «Лист». */
  const tab = (rows: Parameters<typeof makeSheet>[2], more: Partial<SheetState> = {}) => {
    const sheet = makeSheet(book.sheets.length + 500, "Лист", rows, more)
    book.sheets.push(sheet)
    return sheet
  }
  /** The requests for values, by their ranges. */
  const asked = Effect.map(vendor.requests, (requests) =>
    requests
      .filter(({ path }) => path.endsWith("/values:batchGet"))
      .map(({ query }) => new URLSearchParams(query).getAll("ranges"))
  )
  return { vendor, book, open, tab, asked }
})

/** The official client; only its token address is fixed, and so is redirected to the sandbox. */
const officialClient = (url: string, credentials: { readonly email: string; readonly key: string }) => {
  const client = new auth.JWT({ ...credentials, scopes: ["https://www.googleapis.com/auth/spreadsheets"] })
  client.transporter.interceptors.request.add({
    resolved: async (config) => {
      if (config.url.hostname !== "oauth2.googleapis.com") return config
      return { ...config, url: new URL("/token", url) }
    }
  })
  return sheets({ version: "v4", auth: client, rootUrl: `${url}/`, retry: false })
}

/** The sandbox and the calls of the official client to its spreadsheet. */
export const official = Effect.gen(function* () {
  const started = yield* start
  const { book, vendor } = started
  const client = officialClient(vendor.url, { email: vendor.state.account.email, key: vendor.state.account.privateKey })
  const spreadsheetId = book.id
  const { spreadsheets } = client
  /** Runs a call and returns its data. */
  const call = <A>(run: () => Promise<{ readonly data: A }>) => Effect.map(Effect.promise(run), ({ data }) => data)
  const get = (range: string, more: Readonly<Record<string, string>> = {}) =>
    Effect.map(
      call(() => spreadsheets.values.get({ spreadsheetId, range, ...more })),
      ({ values }) => values
    )
  const put = (range: string, values: Array<Array<unknown>>, valueInputOption = "USER_ENTERED") =>
    call(() => spreadsheets.values.update({ spreadsheetId, range, valueInputOption, requestBody: { values } }))
  const batch = (...requests: Array<object>) =>
    call(() => spreadsheets.batchUpdate({ spreadsheetId, requestBody: { requests } }))
  const refusal = (run: () => Promise<unknown>) =>
    Effect.map(
      Effect.flip(Effect.tryPromise({ try: run, catch: (cause) => decodeRefusal(cause) })),
      ({ response }) => response.data.error
    )
  return { ...started, spreadsheets, spreadsheetId, call, get, put, batch, refusal }
})

const decodeRefusal = Schema.decodeUnknownSync(
  Schema.Struct({
    response: Schema.Struct({
      data: Schema.Struct({
        error: Schema.Struct({
          code: Schema.Int,
          message: Schema.String,
          status: Schema.String,
          details: Schema.optionalKey(Schema.Array(Schema.Struct({ reason: Schema.optionalKey(Schema.String) })))
        })
      })
    })
  })
)
