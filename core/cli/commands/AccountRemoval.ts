/** `accounts remove`: destroys the credentials of an account; with `--purge` also the rows that were read for it. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { type Account, Accounts } from "../../accounts/Accounts.ts"
import * as Purge from "../../accounts/Purge.ts"
import { accountName } from "../../config/Account.ts"
import { plural } from "../render/terminal/Format.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import { account, asking, connector, initiator, looking, orStop } from "../shared/AccountCommand.ts"
import { ask, canAsk } from "../shared/Ask.ts"
import { toggle } from "../shared/Flags.ts"
import { answer, stop } from "../shared/Root.ts"

const purge = toggle("purge", "Also delete the rows that were read for it, in every table of its connector")
const yes = toggle("yes", "Purge without a question")

interface Named {
  readonly connector: string
  readonly account: string
}

const keep = Effect.fnUntraced(function* (named: Named) {
  const { services } = yield* looking
  const found = yield* Effect.gen(function* () {
    const accounts = yield* Accounts
    const found = yield* accounts.find(named.connector, named.account)
    yield* accounts.remove(found, initiator)
    return found
  }).pipe(orStop, Effect.provide(services))
  const rest = "is removed; its credentials and schedules are destroyed. The rows that were read for it stay."
  yield* answer({ account: found.id, name: accountName(found), remove: true }, `${accountName(found)} ${rest}`)
})

/** Shows how many rows would go, and goes on if the person types `yes`. */
const agree = Effect.fnUntraced(function* (found: Account, { rows, tables }: Purge.AccountRows) {
  const { err } = yield* Terminal
  const list = tables.map(({ rows, table }) => `  ${table}: ${plural(rows, "row")}`)
  const what = `${plural(rows, "row")} of ${accountName(found)} would be deleted for good`
  if (!(yield* canAsk))
    return yield* stop(2, `${what}: --yes does it.`, { error: `${what}: --yes does it`, rows, tables })
  yield* err.write(`${[`${what}:`, ...list].join("\n")}\n`)
  if ((yield* ask("Type yes to delete them: ", false)) !== "yes") return yield* stop(1, "Nothing was changed.")
})

const destroy = Effect.fnUntraced(function* (named: Named, isAgreed: boolean) {
  const services = yield* asking
  const [found, gone] = yield* Effect.gen(function* () {
    const { find } = yield* Accounts
    const found = yield* find(named.connector, named.account)
    const kept = yield* Purge.count(found)
    if (!isAgreed && kept.rows > 0) yield* agree(found, kept)
    return [found, yield* Purge.remove(found, kept.rows, initiator)] as const
  }).pipe(
    Effect.catchTag("PurgeUnconfirmed", ({ rows }) =>
      stop(1, `Meanwhile there are ${plural(rows, "row")}; nothing was changed. Try again.`)
    ),
    orStop,
    Effect.provide(services)
  )
  yield* answer(
    { account: found.id, name: accountName(found), remove: true, ...gone },
    `${accountName(found)} is removed with ${plural(gone.rows, "row")}, and its credentials and schedules are destroyed.`
  )
})

export const remove = Command.make(
  "remove",
  { connector, account, purge, yes },
  Effect.fn("cli.accounts.remove")(function* ({ purge, yes, ...named }) {
    if (yes && !purge) return yield* stop(2, "--yes is for --purge: without it, no row is deleted.")
    yield* purge ? destroy(named, yes) : keep(named)
  })
).pipe(
  Command.withDescription(
    "Destroy the credentials and schedules of an account; what was read for it stays, unless it is purged"
  ),
  Command.withExamples([
    { command: "tributary accounts remove market shop1", description: "Keeps the rows" },
    {
      command: "tributary accounts remove market shop1 --purge",
      description: "Counts the rows, asks, and deletes them"
    }
  ])
)
