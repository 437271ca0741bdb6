/**
 * The features that a connector type adds to the bot. A feature is made once for each bot and may use the kernel. It declares
 * the commands, presses and texts that it handles; the kernel passes it no others.
 */
import type { Effect, Scope } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import type { ChatYaml } from "../../config/schema/ChatYaml.ts"
import type { ChatContext, ChatFailure, ChatHandler } from "./ChatContext.ts"
import type { ChatKernel } from "./ChatKernel.ts"
import type { PeopleSource } from "./People.ts"

/** The people who are offered something. Admins who are no employees are not offered what is for employees. */
export type Audience = "everybody" | "employees" | "admins"

export interface ChatCommand {
  /** The locales have its description under `command-<name>`. */
  readonly name: string
  /** The people who are offered it. A command for admins is ignored for others. */
  readonly audience: Audience
  readonly run: ChatHandler
}

/** A button of the main menu. */
export interface ChatEntry {
  /** The key of its label in the locales; unique among entries. */
  readonly key: string
  readonly audience: Audience
  /** The kind of `PendingItems` whose count is on the button. */
  readonly waits?: string
  /** Whether it is offered now. Default: always. */
  readonly when?: (ctx: ChatContext) => boolean
  readonly open: ChatHandler
}

/** A press of a button. Its data can be forged: a feature looks ids up among those that the person may choose. */
export interface ChatPress {
  /** Matches the whole data. */
  readonly data: string | RegExp
  /** Accept only presses of admins. Default: of everybody. */
  readonly admins?: true
  /** `match`: the whole data, then the groups of the pattern. */
  readonly run: (ctx: ChatContext, match: ReadonlyArray<string | undefined>) => Effect.Effect<void, ChatFailure>
}

/** A typed answer to a question that the feature put into `session.expects`. */
export interface ChatAnswer {
  readonly step: string
  readonly admins?: true
  readonly run: (ctx: ChatContext, text: string) => Effect.Effect<void, ChatFailure>
}

/** Things that wait for a decision of an admin. */
export interface PendingItems {
  readonly kind: string
  /**
   * The author of each, by their name in the audit: it is not counted for the author while there is another admin. null if
   * every admin may decide.
   */
  readonly authors: Effect.Effect<ReadonlyArray<string | null>, SqlError.SqlError>
  /** The data of the button that opens them. */
  readonly opens: string
  /** The key of the label of that button. */
  readonly label: string
  /** The key of the line about them in the status. Default: no line. */
  readonly line?: string
}

export interface ChatFeature {
  /** The first word of the data of its buttons, unique among features. Other presses are not passed to it. */
  readonly namespace: string
  readonly commands?: ReadonlyArray<ChatCommand>
  readonly entries?: ReadonlyArray<ChatEntry>
  readonly presses?: ReadonlyArray<ChatPress>
  readonly answers?: ReadonlyArray<ChatAnswer>
  readonly waiting?: PendingItems
  /** Runs as long as the bot; a failure is logged and it is started again. */
  readonly background?: Effect.Effect<void, ChatFailure>
}

export type { ChatFeatureYaml, ChatYaml } from "../../config/schema/ChatYaml.ts"

export interface NamedFeature {
  /** The name under which its type declares its keys of the bot's file. */
  readonly name: string
  readonly make: Effect.Effect<ChatFeature, never, ChatKernel | SqlClient.SqlClient | Scope.Scope>
}

/** The export `chat` of a type's `chat/index.ts`. The texts are in `chat/locales/<language>/`. */
export interface ConnectorChat {
  /** In the order of the menu. */
  readonly features: ReadonlyArray<NamedFeature>
  readonly people?: PeopleSource
}

/** The chat of a connector type: the keys of its features in the bot's file, and how to load their code. */
export interface TypeChat extends ChatYaml {
  /** Imports `chat/index.ts`, when a bot starts: nothing else needs it. */
  readonly load: () => Promise<{ readonly chat: ConnectorChat }>
}
