/**
 * The type of a feature: middleware for its commands, buttons and texts, its places in the menu, and its background
 * work. A feature is made once for each bot, with all services available; its handlers need nothing more.
 */
import type { Effect } from "effect"
import type { Composer } from "grammy"
import type { Audience, PendingItems } from "../core/plugin/chat/ChatFeature.ts"
import type { Handler } from "./HandlerRuntime.ts"
import { isStaff, type Person } from "./people/Person.ts"
import type { BotContext } from "./session/Context.ts"

/** Owners are those of accounts, and admins, who see all; everybody is who works here, and anybody owners, too. */
export type BotAudience = Audience | "owners" | "anybody"

export const isFor = (audience: BotAudience, person: Person | undefined): boolean => {
  if (person === undefined) return false
  switch (audience) {
    case "admins":
      return person.isAdmin
    case "owners":
      return person.isAdmin || person.ownsAccounts
    case "anybody":
      return true
    case "everybody":
      return isStaff(person)
    case "employees":
      return person.department !== null || person.employeeId !== null
  }
}

export interface Entry {
  /** The key of its label in the locales; it also identifies the entry. */
  readonly key: string
  readonly audience: BotAudience
  /** The kind of waiting items behind the entry: the button shows their number. */
  readonly waits?: string
  /** Whether the entry is offered now; always, if absent. */
  readonly when?: (ctx: BotContext) => boolean
  readonly open: Handler
}

export interface Command {
  /** Its description in the locales is `command-<name>`. */
  readonly name: string
  readonly audience: BotAudience
}

export interface Feature {
  /** The first words of the data of its buttons, unique among features. */
  readonly namespaces: ReadonlyArray<string>
  /** Receives only updates of people who are signed in and work here, in private chats. */
  readonly composer: Composer<BotContext>
  /** The same for people who only own accounts; nothing of theirs comes to the other features. */
  readonly ofOwners?: Composer<BotContext>
  /** Receives only commands and presses of admins in groups. */
  readonly groups?: Composer<BotContext>
  readonly entries?: ReadonlyArray<Entry>
  readonly commands?: ReadonlyArray<Command>
  readonly waiting?: PendingItems
  /** Runs as long as the bot does; a failure is logged and it starts again. */
  readonly background?: Effect.Effect<void, { readonly message: string }>
}

/** A feature for admins whose command, menu entry and buttons have the name of the feature. */
export const adminFeature = (name: string, composer: Composer<BotContext>, open: Handler): Feature => ({
  namespaces: [name],
  composer,
  entries: [{ key: `menu-${name}`, audience: "admins", open }],
  commands: [{ name, audience: "admins" }]
})

/** The condition of a composer's branch for admins. Buttons and commands can be forged, so the branch is the guard. */
export const isAdmin = (ctx: BotContext): boolean => ctx.person?.isAdmin === true

/** Whether the next text answers this feature's question. */
export const expectsText =
  (feature: string, step?: string) =>
  ({ session }: BotContext): boolean =>
    session.expects?.feature === feature && (step === undefined || session.expects.step === step)
