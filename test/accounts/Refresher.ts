/**
 * A process that gets the credential of an account and kills itself at one moment of the refresh. Arguments: database, account
 * as JSON, vendor's address, moment. The vendor answers a refresh token with the next pair, as JSON.
 */
import { DateTime, Duration, Effect, Layer, Redacted } from "effect"
import { Accounts } from "../../core/accounts/Accounts.ts"
import { MasterKeys } from "../../core/accounts/MasterKeys.ts"
import * as Database from "../../core/database/connection/Database.ts"

const [url = "", account = "", vendor = "", moment = ""] = process.argv.slice(2)

const dieAt = (name: string) =>
  Effect.suspend(() => {
    if (name !== moment) return Effect.void
    process.kill(process.pid, "SIGKILL")
    return Effect.never
  })

const ask = (token: string) =>
  Effect.promise(async () => {
    const response = await fetch(vendor, { method: "POST", body: token })
    const { access, refresh } = JSON.parse(await response.text())
    return { access: String(access), refresh: String(refresh) }
  })

const layer = Accounts.layer.pipe(
  Layer.provide(MasterKeys.layer(Effect.succeed(process.env.TRIBUTARY_MASTER_KEY))),
  Layer.provide(
    Database.layer({
      declaration: {
        url: Redacted.make(url),
        connections: 2,
        connectTimeout: Duration.seconds(10),
        statementTimeout: Duration.seconds(30),
        lockTimeout: Duration.seconds(30),
        recycle: Duration.minutes(5)
      },
      dataDirectory: ""
    })
  )
)

const program = Effect.gen(function* () {
  const accounts = yield* Accounts
  yield* accounts.credential(JSON.parse(account), {
    traits: { refreshBefore: Duration.hours(1), refreshGrace: Duration.seconds(60) },
    operations: {
      credential: ({ accessToken = Redacted.make("") }) => ({ secret: accessToken, apply: (request) => request }),
      verify: () => Effect.succeed({ id: "1", line: "a customer" }),
      refresh: Effect.fnUntraced(function* ({ refreshToken = Redacted.make("") }) {
        yield* dieAt("before the vendor is asked")
        const { access, refresh } = yield* ask(Redacted.value(refreshToken))
        yield* dieAt("when the vendor has answered")
        return {
          credentials: { accessToken: Redacted.make(access), refreshToken: Redacted.make(refresh) },
          expiresAt: DateTime.addDuration(yield* DateTime.now, Duration.hours(12))
        }
      })
    }
  })
  yield* dieAt("when the answer is stored")
})

await Effect.runPromise(Effect.provide(program, layer))
