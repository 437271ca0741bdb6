/**
 * What a connector brings to chats. A feature is made once for each bot, with the kernel at hand; what it takes (commands,
 * buttons, texts) is data, and the kernel hands it nothing else.
 */
import type { Effect, Scope } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { ChatContext, ChatFailure, ChatHandler } from "./ChatContext.ts"
import type { ChatKernel } from "./ChatKernel.ts"
import type { PeopleSource } from "./People.ts"

/** Whom something is for; admins who are no employees see nothing that needs a department. */
export type Audience = "everybody" | "employees" | "admins"

export interface ChatCommand {
  /** Its description in the locales is `command-<name>`. */
  readonly name: string
  /** Whom it is offered to. Others are refused it where it is for admins. */
  readonly audience: Audience
  readonly run: ChatHandler
}

/** A place in the main menu. */
export interface ChatEntry {
  /** Of its label in the locales; also tells entries apart. */
  readonly key: string
  readonly audience: Audience
  /** The kind of what waits behind it: its number stands on the button. */
  readonly waits?: string
  /** Whether it is offered at this moment; not given: always. */
  readonly when?: (ctx: ChatContext) => boolean
  readonly open: ChatHandler
}

/** Of a button. Data can be forged, so what it names is looked up among what the person may choose. */
export interface ChatPress {
  /** All of its data. */
  readonly data: string | RegExp
  /** Only admins' presses come; default everybody's. */
  readonly admins?: true
  /** `match`: all of the data, and the groups of the pattern. */
  readonly run: (ctx: ChatContext, match: ReadonlyArray<string | undefined>) => Effect.Effect<void, ChatFailure>
}

/** The answer to a question of the feature, as it put it into `session.expects`. */
export interface ChatAnswer {
  readonly step: string
  readonly admins?: true
  readonly run: (ctx: ChatContext, text: string) => Effect.Effect<void, ChatFailure>
}

/** What admins are to decide on. */
export interface Waiting {
  readonly kind: string
  /** Who made each of them, as the audit names them: nobody decides on their own while there is another admin. null: anybody does. */
  readonly authors: Effect.Effect<ReadonlyArray<string | null>, SqlError.SqlError>
  /** The data of the button that opens them, and the key of its label. */
  readonly opens: string
  readonly label: string
  /** The key of the line about them in the status; not given: something else tells of them. */
  readonly line?: string
}

export interface ChatFeature {
  /** The first word of the data of its buttons: presses of others never come. No two features have the same. */
  readonly namespace: string
  readonly commands?: ReadonlyArray<ChatCommand>
  readonly entries?: ReadonlyArray<ChatEntry>
  readonly presses?: ReadonlyArray<ChatPress>
  readonly answers?: ReadonlyArray<ChatAnswer>
  readonly waiting?: Waiting
  /** Goes on as long as the bot does; a failure is logged and it begins again. */
  readonly background?: Effect.Effect<void, ChatFailure>
}

export interface NamedFeature {
  /** As `features:` of the bot's file switches it off. */
  readonly name: string
  readonly make: Effect.Effect<ChatFeature, never, ChatKernel | SqlClient.SqlClient | Scope.Scope>
}

/** What `chat/index.ts` of a connector type exports as `chat`. Its words are in `chat/locales/<language>/`. */
export interface ConnectorChat {
  /** In the order of the menu. */
  readonly features: ReadonlyArray<NamedFeature>
  readonly people?: PeopleSource
}

/** Imported when a bot starts: nothing else has a use for it. */
export type ChatModule = () => Promise<{ readonly chat: ConnectorChat }>
