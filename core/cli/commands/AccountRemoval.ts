/**
 * `accounts remove` destroys the credentials of an account, with `--purge` also the rows that were read for it;
 * `accounts purge` deletes the rows of one that was removed before.
 */
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { type AccountKey, Accounts } from "../../accounts/Accounts.ts"
import * as Purge from "../../accounts/Purge.ts"
import { type AccountRef, accountName } from "../../config/Account.ts"
import { plural } from "../render/terminal/Format.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import { account, asking, connector, initiator, looking, orStop } from "../shared/AccountCommand.ts"
import { ask, canAsk } from "../shared/Ask.ts"
import { toggle } from "../shared/Flags.ts"
import { answer, stop } from "../shared/Root.ts"

const withRows = toggle("purge", "Also delete the rows that were read for it, in every table of its connector")
const yes = toggle("yes", "Purge without a question")
const id = Argument.String("id").pipe(Argument.withDescription("As `tributary accounts --removed` shows it"))

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
  const rest = "is removed; its credentials and schedules are destroyed. The rows that were read for it stay;"
  const advice = `\`tributary accounts purge ${found.id}\` deletes them.`
  yield* answer(
    { account: found.id, name: accountName(found), remove: true },
    `${accountName(found)} ${rest} ${advice}`
  )
})

/** Shows how many rows would go, and goes on if the person types `yes`. */
const agree = Effect.fnUntraced(function* (found: AccountRef, { rows, tables }: Purge.AccountRows) {
  const { err } = yield* Terminal
  const list = tables.map(({ rows, table }) => `  ${table}: ${plural(rows, "row")}`)
  const what = `${plural(rows, "row")} of ${accountName(found)} would be deleted for good`
  if (!(yield* canAsk))
    return yield* stop(2, `${what}: --yes does it.`, { error: `${what}: --yes does it`, rows, tables })
  yield* err.write(`${[`${what}:`, ...list].join("\n")}\n`)
  if ((yield* ask("Type yes to delete them: ", false)) !== "yes") return yield* stop(1, "Nothing was changed.")
})

/** Counts the rows of an account, asks, and deletes them. */
const destroy = Effect.fnUntraced(
  function* (found: AccountKey, deleting: typeof Purge.remove | typeof Purge.purgeRemoved, isAgreed: boolean) {
    const kept = yield* Purge.count(found)
    if (!isAgreed && kept.rows > 0) yield* agree(found, kept)
    return yield* deleting(found, kept.rows, initiator)
  },
  Effect.catchTag("PurgeUnconfirmed", ({ rows }) =>
    stop(1, `Meanwhile there are ${plural(rows, "row")}; nothing was changed. Try again.`)
  )
)

const removeWithRows = Effect.fnUntraced(function* (named: Named, isAgreed: boolean) {
  const services = yield* asking
  const [found, gone] = yield* Effect.gen(function* () {
    const { find } = yield* Accounts
    const found = yield* find(named.connector, named.account)
    return [found, yield* destroy(found, Purge.remove, isAgreed)] as const
  }).pipe(orStop, Effect.provide(services))
  yield* answer(
    { account: found.id, name: accountName(found), remove: true, ...gone },
    `${accountName(found)} is removed with ${plural(gone.rows, "row")}, and its credentials and schedules are destroyed.`
  )
})

export const remove = Command.make(
  "remove",
  { connector, account, purge: withRows, yes },
  Effect.fn("cli.accounts.remove")(function* ({ purge, yes, ...named }) {
    if (yes && !purge) return yield* stop(2, "--yes is for --purge: without it, no row is deleted.")
    yield* purge ? removeWithRows(named, yes) : keep(named)
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

export const purge = Command.make(
  "purge",
  { id, yes },
  Effect.fn("cli.accounts.purge")(function* ({ id, yes }) {
    const services = yield* asking
    const [found, gone] = yield* Effect.gen(function* () {
      const found = yield* Purge.findRemoved(id)
      return [found, yield* destroy(found, Purge.purgeRemoved, yes)] as const
    }).pipe(orStop, Effect.provide(services))
    yield* answer(
      { account: found.id, name: accountName(found), purge: true, ...gone },
      `${plural(gone.rows, "row")} of ${accountName(found)}, which is removed, ${gone.rows === 1 ? "is" : "are"} deleted.`
    )
  })
).pipe(
  Command.withDescription("Delete the rows that were read for an account that is removed"),
  Command.withExamples([
    {
      command: "tributary accounts purge ID",
      description: "Counts the rows, asks, and deletes them; `tributary accounts --removed` shows the ids"
    }
  ])
)
