/**
 * `npm run demo`: the shipped configuration, unchanged, against sandboxes of the outside systems and a database of its
 * own: a first sync, then the daemon until it is stopped. `npm run demo -- status` (or any other command) works on the
 * same database. While the demo runs, the command uses the demo's sandboxes; otherwise it starts its own, which always
 * hold the same data, so that a second sync writes nothing.
 */
import { Effect } from "effect"
import { masterKeyVariable } from "../../accounts/MasterKeys.ts"
import { pluginTypes } from "../../control/PluginDiscovery.ts"
import { connectorTypes } from "../../plugin/Discovery.ts"
import * as Sandbox from "../../plugin/Sandbox.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import * as DemoAccounts from "../shared/DemoAccounts.ts"
import { portOr } from "../shared/Port.ts"
import * as RunningSandboxes from "../shared/RunningSandboxes.ts"

/** Latency makes progress visible and the numbers realistic, since real vendors are far away. */
const latency = "150 millis"

/** So short that the terminal does not redact it as a secret. */
const token = "123"

const folder = "data/demo"

/** The usual ports: the console, and the first page of a plugin's sandbox; the others follow. */
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
  npm run demo -- accounts           whose orders are read, and what is wrong with one
  npm run demo -- accounts add allegro shop3
                                     another seller, by a link and a code
  npm run demo -- export --plan      the cells an export would write
  npm run demo -- action iiko.negative-transfer --dry-run
                                     what the transfer at 23:00 would move
  npm run demo -- log --limit 5      the audit
The database stays in data/demo; delete that folder to begin again. Ctrl-C ends the daemon.
`

/**
 * Runs `command` (by default a sync and then the daemon) with everything pointed at the sandboxes, by environment
 * alone.
 */
export const demo = <E, R>(
  args: ReadonlyArray<string>,
  command: (args: ReadonlyArray<string>) => Effect.Effect<void, E, R>
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const isWhole = args.length === 0
      // A port or token that the user has set takes precedence.
      const { ADMIN_TOKEN, PORT } = process.env
      const asked = { ...(ADMIN_TOKEN === undefined ? {} : { ADMIN_TOKEN }), ...(PORT === undefined ? {} : { PORT }) }
      const { isNew, key } = yield* DemoAccounts.masterKey(folder)
      const others = isWhole ? undefined : yield* RunningSandboxes.find(folder)
      const { addresses, customers, pages } = others === undefined ? yield* startAll(isWhole) : running(others)
      // An empty value overrides `.env`: the demo must never touch a real database.
      const own = { TRIBUTARY_DATA: folder, DATABASE_URL: "", [masterKeyVariable]: key }
      Object.assign(process.env, { ADMIN_TOKEN: token }, addresses, asked, own)
      if (isWhole) return yield* whole({ addresses, customers, pages }, command)
      if (isNew) yield* DemoAccounts.add(customers)
      yield* command(args)
    })
  )

interface Sandboxes {
  readonly addresses: RunningSandboxes.Addresses
  readonly customers: DemoAccounts.Customers
  readonly pages: ReadonlyArray<readonly [name: string, url: string]>
}

/** Those of a demo that runs, which has added its customers. */
const running = (addresses: RunningSandboxes.Addresses): Sandboxes => ({ addresses, customers: new Map(), pages: [] })

/** Starts the sandboxes of everything, and the pages on which a person can see some of them. */
const startAll = Effect.fnUntraced(function* (isWhole: boolean) {
  const addresses: Record<string, string> = {}
  const customers = new Map<string, ReadonlyArray<Sandbox.SandboxAccount>>()
  for (const type of yield* connectorTypes) {
    const { accounts = [], environment } = yield* Sandbox.start(type, { seed: 1, latency, demo: true })
    Object.assign(addresses, environment)
    customers.set(type.type, accounts)
  }
  const pages: Array<Sandboxes["pages"][number]> = []
  for (const type of yield* pluginTypes) {
    const port = isWhole ? yield* portOr(usual.page + pages.length) : 0
    const { environment, url } = yield* Sandbox.start(type, { seed: 1, port })
    Object.assign(addresses, environment)
    pages.push([type.name, url])
  }
  return { addresses, customers, pages } satisfies Sandboxes
})

const whole = Effect.fnUntraced(function* <E, R>(
  { addresses, customers, pages }: Sandboxes,
  command: (args: ReadonlyArray<string>) => Effect.Effect<void, E, R>
) {
  const { err } = yield* Terminal
  yield* err.write(
    "Starting PostgreSQL in data/demo and mirroring the stand-ins of iiko, FinTablo, Google Sheets, Allegro and Bitrix24 …\n\n"
  )
  const port = yield* portOr(Number(process.env.PORT || usual.console))
  process.env.PORT = String(port)
  const daemon = { ADMIN_TOKEN: process.env.ADMIN_TOKEN ?? token, PORT: String(port) }
  yield* RunningSandboxes.announce(folder, () => ({ ...addresses, ...daemon }))
  yield* DemoAccounts.add(customers)
  yield* command(["sync"])
  const places = [
    `  the console   http://127.0.0.1:${port} (token: ${process.env.ADMIN_TOKEN})`,
    ...pages.map(([name, url]) => `  ${`the ${name}`.padEnd(12)}  ${url} (people to chat as: press Start)`)
  ]
  yield* err.write(`\nThe daemon starts now\n${places.join("\n")}\n${tries}\n`)
  yield* command(["start"])
})
