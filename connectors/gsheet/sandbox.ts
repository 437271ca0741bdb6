/**
 * A local Google Sheets v4 with a token endpoint that checks signatures. `state` holds the spreadsheets, their access
 * rights, the switches and the counters; other processes type into cells through `POST /_sandbox/data`.
 */
import { generateKeyPairSync } from "node:crypto"
import { Effect, Schema } from "effect"
import { draw, json, type Sandbox, serve } from "../../core/sdk-sandbox.ts"
import { makeHandler } from "./sandbox/Api.ts"
import type { Account, GsheetState } from "./sandbox/Model.ts"
import { forbidden, overQuota, refusalResponse, unauthenticated } from "./sandbox/Refusal.ts"
import { makeBook } from "./sandbox/Spreadsheets.ts"
import { update } from "./sandbox/Values.ts"

const email = "sheets@sandbox-project.iam.gserviceaccount.com"

export const sandbox: Sandbox<GsheetState> = {
  type: "gsheet",
  start: Effect.fn("GsheetSandbox.start")(function* (options = {}) {
    const account = { email, ...keyPair(), disabled: false }
    const state: GsheetState = {
      spreadsheets: [makeBook(yield* draw(options.seed ?? 1), email)],
      account,
      switches: {
        readsPerMinute: 60,
        writesPerMinute: 60,
        tokenLifetime: 3_600,
        apiEnabled: true,
        clockAheadSeconds: 0,
        maxPayloadBytes: 10_485_760
      },
      counters: { reads: 0, writes: 0, tokens: 0, rateLimited: 0, largestPayload: 0 },
      tokens: new Map()
    }
    const refusals = {
      unauthorized: refusalResponse(unauthenticated),
      rateLimited: refusalResponse(overQuota("Read", state.switches.readsPerMinute)),
      licence: refusalResponse(forbidden)
    }
    const server = yield* serve({ handler: makeHandler(state), edit: edit(state), refusals }, options)
    const environment = {
      GSHEET_URL: server.url,
      GSHEET_TOKEN_URL: `${server.url}/token`,
      GSHEET_SPREADSHEET: state.spreadsheets[0]?.id ?? "",
      GSHEET_EMAIL: email,
      // On one line, as in the JSON file of a service account.
      GSHEET_PRIVATE_KEY: account.privateKey.trim().replaceAll("\n", "\\n")
    }
    return { ...server, environment, state }
  })
}

let pair: Pick<Account, "privateKey" | "publicKey"> | undefined

/** One for the whole process: generating it takes longer than everything else. */
const keyPair = (): Pick<Account, "privateKey" | "publicKey"> => {
  pair ??= generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" }
  })
  return pair
}

const Edit = Schema.Struct({
  spreadsheet: Schema.optionalKey(Schema.String),
  range: Schema.String,
  values: Schema.Array(Schema.Array(Schema.NullOr(Schema.Union([Schema.String, Schema.Finite, Schema.Boolean]))))
})
const decodeEdits = Schema.decodeUnknownEffect(Schema.Array(Edit))

/** As people type: `[{ "range": "Номенклатура!A2", "values": [["Кефир"]] }]`. */
const edit = (state: GsheetState) =>
  Effect.fnUntraced(
    function* (body: unknown) {
      for (const { range, spreadsheet, values } of yield* decodeEdits(body)) {
        const book = state.spreadsheets.find(({ id }) => spreadsheet === undefined || id === spreadsheet)
        if (book === undefined) return json({ error: `no such spreadsheet: ${spreadsheet}` }, 400)
        yield* update(book, range, { values }, "USER_ENTERED")
      }
      return json({ ok: true })
    },
    Effect.catchTag("SchemaError", (error) => Effect.succeed(json({ error: error.message }, 400))),
    Effect.catchTag("Refusal", (refusal) => Effect.succeed(refusalResponse(refusal)))
  )
