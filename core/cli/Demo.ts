/**
 * `npm run demo`: the shipped configuration, unchanged, against stand-ins of the outside systems and a database of its
 * own: a first sync, then the daemon until it is stopped. `npm run demo -- status` (or any other command) works on the
 * same database, also while the daemon runs; its stand-ins hold the same data every time, so a second sync writes nothing.
 */
import { Effect } from "effect"
import { pluginTypes } from "../control/Discovery.ts"
import { connectorTypes } from "../plugin/Discovery.ts"
import * as Sandbox from "../plugin/Sandbox.ts"
import { portOr } from "./Port.ts"
import { Terminal } from "./render/Terminal.ts"

/** Latency makes progress visible and the numbers believable; vendors are far away. */
const latency = "150 millis"

/** So short that the terminal does not take it for a secret. */
const token = "123"

/** Where people look; the first page of a plugin's stand-in, the others follow. */
const usual = { console: 8080, page: 8081 }

const tries = `
What to try next, in another terminal
  npm run demo -- status             how fresh every entity is
  npm run demo -- sync               again: nothing has changed, nothing is written
  npm run demo -- plan iiko.product  what a sync would change, row by row
  npm run demo -- discover fintablo --path /v1/partner-group
                                     the YAML of a new entity: paste it into
                                     config/connectors/fintablo.yaml, then reload
  npm run demo -- reload             break that file first: file, line and column
  npm run demo -- export --plan      the cells an export would write
  npm run demo -- action iiko.negative-transfer --dry-run
                                     what the transfer at 23:00 would move
  npm run demo -- log --limit 5      the audit
The database stays in data/demo; delete that folder to begin again. Ctrl-C ends the daemon.
`

/** Runs `command` (a sync and then the daemon when none is given) with everything pointed at the stand-ins by environment alone. */
export const demo = <E, R>(
  args: ReadonlyArray<string>,
  command: (args: ReadonlyArray<string>) => Effect.Effect<void, E, R>
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const isWhole = args.length === 0
      for (const type of yield* connectorTypes) {
        const { environment } = yield* Sandbox.start(type, { seed: 1, latency })
        Object.assign(process.env, environment)
      }
      const pages: Array<readonly [string, string]> = []
      for (const type of yield* pluginTypes) {
        const port = isWhole ? yield* portOr(usual.page + pages.length) : 0
        const { environment, url } = yield* Sandbox.start(type, { seed: 1, port })
        Object.assign(process.env, environment)
        pages.push([type.name, url])
      }
      process.env.TRIBUTARY_DATA = "data/demo"
      process.env.ADMIN_TOKEN ??= token
      delete process.env.DATABASE_URL
      yield* isWhole ? whole(pages, command) : command(args)
    })
  )

const whole = Effect.fnUntraced(function* <E, R>(
  pages: ReadonlyArray<readonly [name: string, url: string]>,
  command: (args: ReadonlyArray<string>) => Effect.Effect<void, E, R>
) {
  const { err } = yield* Terminal
  yield* err.write(
    "Starting PostgreSQL in data/demo and mirroring the stand-ins of iiko, FinTablo and Google Sheets …\n\n"
  )
  yield* command(["sync"])
  const wanted = Number(process.env.PORT || usual.console)
  const port = yield* portOr(wanted)
  process.env.PORT = String(port)
  const places = [
    `  the console   http://127.0.0.1:${port} (token: ${process.env.ADMIN_TOKEN})`,
    ...pages.map(([name, url]) => `  ${`the ${name}`.padEnd(12)}  ${url} (people to chat as: press Start)`),
    ...(port === wanted
      ? []
      : [
          `Port ${wanted} is taken. Commands that ask the daemon need PORT=${port}: PORT=${port} npm run demo -- reload`
        ])
  ]
  yield* err.write(`\nThe daemon starts now\n${places.join("\n")}\n${tries}\n`)
  yield* command(["start"])
})
