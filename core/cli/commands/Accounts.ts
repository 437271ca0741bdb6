/** `accounts`: lists the accounts of connectors, adds and removes them, and does what their credentials need. */
import { DateTime, Effect, Record, Redacted } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import type { SqlError } from "effect/sql"
import * as AccountEvents from "../../accounts/AccountEvents.ts"
import type { AccountUnusable } from "../../accounts/AccountRefused.ts"
import { type Account, Accounts, type AccountVendor, type NewAccount } from "../../accounts/Accounts.ts"
import { AccountVendors } from "../../accounts/AccountVendors.ts"
import { Authorizations } from "../../accounts/Authorizations.ts"
import { masterKeyVariable, type VaultError } from "../../accounts/MasterKeys.ts"
import { accountName } from "../../config/Account.ts"
import { render } from "../../reason/Reason.ts"
import type { UpstreamError } from "../../upstream/Source.ts"
import { plural } from "../render/terminal/Format.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import * as AccountsView from "../render/views/AccountsView.ts"
import { account, asking, connector, initiator, looking, orStop } from "../shared/AccountCommand.ts"
import { toggle } from "../shared/Flags.ts"
import { operator } from "../shared/Operator.ts"
import { answer, environment, stop } from "../shared/Root.ts"
import { purge, remove } from "./AccountRemoval.ts"

const name = Argument.String("name").pipe(Argument.withDescription("What its owner calls it"))
const owner = Flag.String("owner").pipe(
  Flag.withDescription("Whose account it is; else the person at the terminal"),
  Flag.withDefault(operator)
)
const credential = Flag.KeyValuePair("credential").pipe(
  Flag.withDescription(
    "For vendors without a link: the name of a credential and the variable that holds it: token=WB_TOKEN"
  ),
  Flag.withDefault({})
)

type Added = Pick<NewAccount, "connector" | "name" | "owner">

/** Shows link and code, and waits for the person who confirms them. */
const authorize = Effect.fnUntraced(function* (added: Added) {
  const authorizations = yield* Authorizations
  const { err } = yield* Terminal
  const { expiresAt, link, taskId, userCode } = yield* authorizations.start(added, initiator)
  yield* err.write(`Open ${link}\nand confirm the code ${userCode}, until ${DateTime.formatIso(expiresAt)}.\n`)
  yield* err.write("If this is ended, a running daemon goes on waiting.\n")
  const { reason, state } = yield* authorizations.await(taskId)
  if (state !== "done") return yield* stop(1, reason === null ? `The authorization is ${state}.` : render(reason))
})

/** Takes the credentials from the environment: a secret is not typed. */
const addGiven = Effect.fnUntraced(function* (added: NewAccount, given: Variables, vendor: AccountVendor) {
  const values = yield* environment
  const missing = Object.values(given).filter((variable) => !values[variable])
  if (missing.length > 0) return yield* stop(2, `Not set in the environment or .env: ${missing.join(", ")}`)
  const credentials = Record.map(given, (variable) => Redacted.make(values[variable] ?? ""))
  const accounts = yield* Accounts
  yield* accounts.addGiven(added, credentials, vendor, initiator)
})

type Variables = Readonly<Record<string, string>>

const add = Command.make(
  "add",
  { connector, name, owner, credential },
  Effect.fn("cli.accounts.add")(function* ({ credential, ...added }) {
    const services = yield* asking
    const made = yield* Effect.gen(function* () {
      const vendors = yield* AccountVendors
      const vendor = yield* vendors.find(added.connector)
      if (Record.isEmptyReadonlyRecord(credential)) yield* authorize(added)
      else yield* addGiven({ ...added, perOwner: vendor.traits.perOwner }, credential, vendor)
      const { find } = yield* Accounts
      return yield* find(added.connector, accountName(added))
    }).pipe(orStop, Effect.scoped, Effect.provide(services))
    yield* answer(AccountsView.document(made), `${accountName(made)} is added: ${made.belongsTo}.`)
  })
).pipe(
  Command.withDescription("Add an account, or authorize one again that is paused or invalid"),
  Command.withExamples([
    { command: "tributary accounts add market shop1 --owner anna", description: "Shows a link and a code, and waits" },
    {
      command: "tributary accounts add market shop1 --credential token=SHOP1_TOKEN",
      description: "Takes the token from the environment or .env"
    }
  ])
)

/** A command on one account that asks its vendor. */
const asks = (
  verb: string,
  description: string,
  ask: (
    account: Account,
    vendor: AccountVendor
  ) => Effect.Effect<string, AccountUnusable | UpstreamError | VaultError | SqlError.SqlError, Accounts>
) =>
  Command.make(
    verb,
    { connector, account },
    Effect.fn(`cli.accounts.${verb}`)(function* (input) {
      const services = yield* asking
      const [text, after] = yield* Effect.gen(function* () {
        const { find } = yield* Accounts
        const vendors = yield* AccountVendors
        const vendor = yield* vendors.find(input.connector)
        const line = yield* ask(yield* find(input.connector, input.account), vendor)
        return [line, yield* find(input.connector, input.account)] as const
      }).pipe(orStop, Effect.scoped, Effect.provide(services))
      yield* answer(AccountsView.document(after), text)
    })
  ).pipe(Command.withDescription(description))

const verify = asks("verify", "Ask the vendor whether it accepts the credentials", (found, vendor) =>
  Effect.flatMap(Accounts, (accounts) => accounts.verify(found, vendor, initiator))
)

const refresh = asks("refresh", "Replace the credentials by new ones now", (found, vendor) =>
  Effect.flatMap(Accounts, (accounts) =>
    Effect.as(accounts.refresh(found, vendor, initiator), `${accountName(found)} has new credentials.`)
  )
)

/** A command on one account that the database alone answers. */
const changes = (verb: "pause" | "resume", description: string, done: string) =>
  Command.make(
    verb,
    { connector, account },
    Effect.fn(`cli.accounts.${verb}`)(function* (input) {
      const { services } = yield* looking
      const found = yield* Effect.gen(function* () {
        const accounts = yield* Accounts
        const found = yield* accounts.find(input.connector, input.account)
        yield* accounts[verb](found, initiator)
        return found
      }).pipe(orStop, Effect.provide(services))
      yield* answer({ account: found.id, name: accountName(found), [verb]: true }, `${accountName(found)} ${done}`)
    })
  ).pipe(Command.withDescription(description))

const pause = changes("pause", "Read no more for an account, until it is resumed", "is paused.")
const resume = changes("resume", "Read for a paused account again", "is read again.")
const rotateKey = Command.make(
  "rotate-key",
  {},
  Effect.fn("cli.accounts.rotateKey")(function* () {
    const { services } = yield* looking
    const { resealed, unopened } = yield* Effect.flatMap(Accounts, (accounts) => accounts.rotateKey(initiator)).pipe(
      orStop,
      Effect.provide(services)
    )
    const left = unopened.map(({ name, reason }) => ({ name, reason: render(reason) }))
    const done = `${plural(resealed, "record")} sealed anew with the first key of ${masterKeyVariable}.`
    if (left.length === 0) return yield* answer({ resealed, unopened: left }, `${done} The other keys can go.`)
    const lines = left.map(({ name, reason }) => `${name}: ${reason}`)
    return yield* stop(1, [`${done} Not opened:`, ...lines].join("\n"), { resealed, unopened: left })
  })
).pipe(
  Command.withDescription(`Seal everything with the first key of ${masterKeyVariable}, while daemons run`),
  Command.withExamples([
    {
      command: "tributary accounts rotate-key",
      description: `After the new key was put first, as in ${masterKeyVariable}=new,old`
    }
  ])
)

const removed = toggle("removed", "Those that are removed and whose rows are still there")

export const accounts = Command.make(
  "accounts",
  { removed },
  Effect.fn("cli.accounts")(function* ({ removed }) {
    const { services, timezone } = yield* looking
    const now = DateTime.setZoneNamedUnsafe(yield* DateTime.now, timezone)
    if (removed) {
      const gone = yield* Effect.provide(AccountEvents.removed(), services)
      const document = { accounts: gone.map(AccountsView.removedDocument) }
      return yield* answer(document, (screen) => AccountsView.renderRemoved(gone, now, screen))
    }
    const listed = yield* Effect.provide(
      Effect.flatMap(Accounts, ({ list }) => list()),
      services
    )
    yield* answer({ accounts: listed.map(AccountsView.document) }, (screen) => AccountsView.render(listed, now, screen))
  })
).pipe(
  Command.withDescription("Accounts of connectors that have many; adding, pausing and removing one"),
  Command.withSubcommands([add, verify, refresh, pause, resume, remove, purge, rotateKey])
)
