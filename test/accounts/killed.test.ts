/** What a process that is killed during a refresh leaves to the others. */
import { execFile } from "node:child_process"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Redacted } from "effect"
import { Accounts } from "../../core/accounts/Accounts.ts"
import { freshDatabase } from "../support/database.ts"
import { accessOf, initiator, layerProcess, makeVendor, masterKey, shop, type TestVendor } from "./fixtures.ts"

const program = fileURLToPath(new URL("Refresher.ts", import.meta.url))

/** The vendor over HTTP: a refresh token gets the next pair. */
const serve = (bank: TestVendor) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<ReturnType<typeof createServer>>((resume) => {
        const server = createServer(async (request, response) => {
          const refreshToken = Redacted.make(await text(request))
          const { credentials } = await Effect.runPromise(bank.refresh({ refreshToken }))
          const [access, refresh] = [credentials.accessToken, credentials.refreshToken].map((one) =>
            one === undefined ? "" : Redacted.value(one)
          )
          response.end(JSON.stringify({ access, refresh }))
        })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) => Effect.sync(() => server.close())
    ),
    (server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  )

/** Runs the program to its end; returns the signal that ended it. */
const run = (...args: ReadonlyArray<string>) =>
  Effect.callback<NodeJS.Signals | undefined>((resume) => {
    const env = { ...process.env, TRIBUTARY_MASTER_KEY: masterKey }
    execFile(process.execPath, [program, ...args], { env }, (error) =>
      resume(Effect.succeed(error?.signal ?? undefined))
    )
  })

const refreshes = {
  "before the vendor is asked": 1,
  "when the vendor has answered": 2,
  "when the answer is stored": 1
}

describe("a process that is killed during a refresh", () => {
  it.live.each(Object.entries(refreshes))("%s leaves an account that its successor reads for", ([moment, asked]) =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const bank = makeVendor()
      const address = yield* serve(bank)
      yield* Effect.gen(function* () {
        const accounts = yield* Accounts
        const granted = { ...(yield* bank.authorize("a")), expiresAt: yield* DateTime.now }
        const account = yield* accounts.add(shop, granted, bank.vendor, initiator)
        assert.strictEqual(yield* run(Redacted.value(url), JSON.stringify(account), address, moment), "SIGKILL")
        assert.isTrue(bank.accepts(yield* accessOf(account, bank)))
        assert.strictEqual(bank.counts.refreshes, asked)
      }).pipe(Effect.provide(layerProcess(url)))
    })
  )
})
