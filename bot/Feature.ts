/**
 * What a feature is: middleware for its commands, buttons and texts, its places in the menu, and what it does by itself.
 * A feature is made once for each bot, with all services at hand; its handlers need nothing more.
 */
import type { Effect } from "effect"
import type { Composer } from "grammy"
import type { Audience, Waiting } from "../core/plugin/chat/ChatFeature.ts"
import type { Handler } from "./HandlerRuntime.ts"
import type { Person } from "./people/Person.ts"
import type { BotContext } from "./session/Context.ts"

export const isFor = (audience: Audience, person: Person | undefined): boolean => {
  if (person === undefined) return false
  if (audience === "admins") return person.isAdmin
  return audience === "everybody" || person.department !== null || person.employeeId !== null
}

export interface Entry {
  /** Of its label in the locales; also tells entries apart. */
  readonly key: string
  readonly audience: Audience
  /** The kind of what waits behind it: its number stands on the button. */
  readonly waits?: string
  /** Whether it is offered at this moment; not given: always. */
  readonly when?: (ctx: BotContext) => boolean
  readonly open: Handler
}

export interface Command {
  /** Its description in the locales is `command-<name>`. */
  readonly name: string
  readonly audience: Audience
}

export interface Feature {
  /** Sees only updates of people who are signed in, in private chats. */
  readonly composer: Composer<BotContext>
  /** Sees only commands and presses of admins in groups. */
  readonly groups?: Composer<BotContext>
  readonly entries?: ReadonlyArray<Entry>
  readonly commands?: ReadonlyArray<Command>
  readonly waiting?: Waiting
  /** Goes on as long as the bot does; a failure is logged and it begins again. */
  readonly background?: Effect.Effect<void, { readonly message: string }>
}

/** For a composer's branch of admins: buttons and commands can be forged, so the branch is what guards them. */
export const isAdmin = (ctx: BotContext): boolean => ctx.person?.isAdmin === true

/** Whether the next text is an answer to this feature's question. */
export const expects =
  (feature: string, step?: string) =>
  ({ session }: BotContext): boolean =>
    session.expects?.feature === feature && (step === undefined || session.expects.step === step)
