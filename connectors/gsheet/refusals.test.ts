import { generateKeyPairSync } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Channel, Effect, Redacted } from "effect"
import { Headers } from "effect/http"
import { refusalOf } from "./SheetRefusals.ts"
import { entity, fiveEntities, fiveTabs, tabNames } from "./TestTabs.ts"
import { secretsOf } from "./Token.ts"

describe("refusals say what to do", () => {
  const says = (
    prepare: (started: Effect.Success<typeof fiveTabs>) => void,
    environment: Readonly<Record<string, string>> = {}
  ) =>
    Effect.gen(function* () {
      const started = yield* fiveTabs
      prepare(started)
      const { refusal } = yield* started.open(entity("a"), environment)
      const { kind, message } = yield* refusal("a")
      assert.match(message, /^gsheet: (?:GET \/v4\/spreadsheets\/|POST \/token)/)
      assert.notInclude(message, "PRIVATE KEY")
      return `${kind}: ${message}`
    })

  const email = "sheets@sandbox-project.iam.gserviceaccount.com"

  const cases: ReadonlyArray<{
    readonly what: string
    readonly prepare?: (started: Effect.Success<typeof fiveTabs>) => void
    readonly environment?: Readonly<Record<string, string>>
    readonly expected: ReadonlyArray<string>
  }> = [
    {
      what: "a missing tab",
      prepare: ({ tabs: [tab] }) => {
        if (tab !== undefined) tab.title = "старое"
      },
      expected: ["Status", "«Unable to parse range: 'a'!A:B»", "there is no such tab"]
    },
    {
      what: "a tab whose columns were deleted",
      prepare: ({ tabs: [tab] }) => {
        if (tab !== undefined) tab.columnCount = 0
      },
      expected: ["Status", "exceeds grid limits", "begins outside of the tab"]
    },
    {
      what: "access that was revoked",
      prepare: ({ book }) => {
        book.sharedWith = {}
      },
      expected: ["Status", "answered 403", `share the spreadsheet with ${email}`]
    },
    {
      what: "a wrong spreadsheet",
      environment: { GSHEET_SPREADSHEET: "1WrongSpreadsheet0000000000000000000000000000" },
      expected: ["Status", "answered 404", "`spreadsheet` is what stands between /d/ and /edit"]
    },
    {
      what: "an Office file",
      prepare: ({ book }) => {
        book.isOffice = true
      },
      expected: ["Status", "choose File, Save as Google Sheets"]
    },
    {
      what: "an API that is not enabled",
      prepare: ({ vendor }) => {
        vendor.state.switches.apiEnabled = false
      },
      expected: ["Status", "SERVICE_DISABLED", "enable the Google Sheets API in the Google Cloud project"]
    },
    {
      what: "a clock that is wrong",
      prepare: ({ vendor }) => {
        vendor.state.switches.clockAheadSeconds = 4_000
      },
      expected: ["Unauthorized", "invalid_grant", "the clock of this machine is wrong"]
    },
    {
      what: "a service account that is gone",
      prepare: ({ vendor }) => {
        vendor.state.account.disabled = true
      },
      expected: ["Unauthorized", "invalid_grant", `there is no service account ${email}`]
    },
    {
      what: "a key that is none",
      environment: { GSHEET_PRIVATE_KEY: "change-me" },
      expected: ["Declaration", "privateKey is no private key: take private_key from the JSON file"]
    }
  ]
  for (const { environment, prepare = () => {}, expected, what } of cases) {
    it.live(what, () =>
      Effect.gen(function* () {
        const message = yield* says(prepare, environment)
        for (const part of expected) assert.include(message, part)
      })
    )
  }

  it("a token that Google itself could not make may come another time", () => {
    const subject = { name: "gsheet: POST /token", method: "POST", url: "/token", redact: (text: string) => text }
    const answer = {
      subject,
      url: "",
      asked: "",
      headers: Headers.empty,
      body: Channel.end(undefined),
      maxHeld: 1,
      charset: { name: "utf-8" },
      arrived: 0,
      whole: true
    }
    for (const [status, error, kind] of [
      [400, "invalid_grant", "Unauthorized"],
      [500, "internal_failure", "Status"]
    ] as const) {
      const refused = refusalOf(email)({ ...answer, status, head: JSON.stringify({ error }) })
      assert.deepInclude(refused, { kind, status })
    }
  })

  it("each line of a key is a secret, however the key is written", () => {
    const [baseUrl, tokenUrl] = ["https://a.test", "https://a.test/token"]
    for (const text of [
      "-----BEGIN-----\nabc\ndef\n-----END-----",
      "  -----BEGIN-----\\n abc\\ndef \\n-----END-----"
    ]) {
      const privateKey = Redacted.make(text)
      const secrets = secretsOf({ spreadsheet: "s", email, privateKey, baseUrl, tokenUrl })
      assert.deepEqual(secrets.map(Redacted.value), ["abc", "def"])
    }
  })

  it.live("a key that was deleted, without showing it", () =>
    Effect.gen(function* () {
      const { privateKey } = generateKeyPairSync("rsa", {
        modulusLength: 2_048,
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
        publicKeyEncoding: { type: "spki", format: "pem" }
      })
      const message = yield* says(() => {}, { GSHEET_PRIVATE_KEY: privateKey })
      assert.include(message, "Invalid JWT Signature.")
      assert.include(message, `privateKey is not, or no longer, a key of ${email}`)
    })
  )

  it.live("a token that was revoked is replaced once, for all who wait", () =>
    Effect.gen(function* () {
      const { open, vendor } = yield* fiveTabs
      const { read } = yield* open(fiveEntities)
      yield* read("a")
      vendor.state.tokens.clear()
      const reads = yield* Effect.forEach(tabNames, read, { concurrency: "unbounded" })
      assert.deepEqual(
        reads.map(({ records }) => records.length),
        [1, 1, 1, 1, 1]
      )
      assert.strictEqual(vendor.state.counters.tokens, 2)
    })
  )
})
