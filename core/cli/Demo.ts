/**
 * `npm run demo`: the shipped configuration, unchanged, against stand-ins of the outside systems and a database of its
 * own. `npm run demo -- status` (or any other command) works on the same database; the stand-ins hold the same data
 * every time, so a second sync writes nothing.
 */
import { Effect } from "effect"
import { connectorTypes } from "../plugin/Discovery.ts"
import { Terminal } from "./render/Terminal.ts"

/** Latency makes progress visible and the numbers believable; vendors are far away. */
const latency = "150 millis"

/** So short that the terminal does not take it for a secret. */
const token = "123"

const next = `
What to try next
  npm run demo -- status             how fresh every entity is
  npm run demo -- sync               again: nothing has changed, nothing is written
  npm run demo -- plan iiko.product  what a sync would change, row by row
  npm run demo -- discover fintablo --path /v1/partner-group
                                     the YAML of a new entity: paste it into
                                     config/connectors/fintablo.yaml, then sync
  npm run demo -- check              break that file first: file, line and column
  npm run demo -- export --plan      the cells an export would write
  npm run demo -- action iiko.negative-transfer --dry-run
                                     what the transfer at 23:00 would move
  npm run demo -- start              the daemon, and its console at
                                     http://127.0.0.1:8080 (token: ${token})
  npm run demo -- log --limit 5      the audit
The database stays in data/demo; delete that folder to begin again.
`

/** Runs `command` (a sync when none is given) with everything pointed at the stand-ins by environment alone. */
export const demo = <E, R>(
  args: ReadonlyArray<string>,
  command: (args: ReadonlyArray<string>) => Effect.Effect<void, E, R>
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { err } = yield* Terminal
      for (const { sandbox } of yield* connectorTypes) {
        const { environment } = yield* sandbox.start({ seed: 1, latency })
        Object.assign(process.env, environment)
      }
      process.env.TRIBUTARY_DATA = "data/demo"
      process.env.ADMIN_TOKEN ??= token
      delete process.env.DATABASE_URL
      if (args.length > 0) return yield* command(args)
      yield* err.write(
        "Starting PostgreSQL in data/demo and mirroring the stand-ins of iiko, FinTablo and Google Sheets …\n\n"
      )
      yield* command(["sync"])
      yield* err.write(next)
    })
  )
