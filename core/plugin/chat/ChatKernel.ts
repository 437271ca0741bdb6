/**
 * The services that the bot offers to the features of a connector, in plain types: a connector imports neither the bot nor
 * grammY. Answers to a press or a text go through its `ChatContext`.
 */
import { Context, type Effect, type Schema } from "effect"
import type { SqlError } from "effect/sql"
import type { ChatBroadcast } from "./ChatBroadcast.ts"
import type { ChatFailure } from "./ChatContext.ts"
import type { ChatControl } from "./ChatControl.ts"
import type { ChatPerson, Department } from "./People.ts"

type Answer<A> = Effect.Effect<A, SqlError.SqlError>

/** The state of a subject as of the last message about it; it survives a restart. */
export interface NotificationState<A> {
  /** `undefined` before the first message. */
  readonly read: Answer<A | undefined>
  readonly write: (state: A) => Answer<void>
}

export class ChatKernel extends Context.Service<
  ChatKernel,
  {
    /** The name of the connector, such as `crm`. */
    readonly connector: string
    /** The time zone of the daemon. */
    readonly timezone: string
    /** A decoded section of the bot's file that belongs to the features. */
    readonly settings: (section: string) => unknown
    readonly control: ChatControl
    readonly people: {
      /** By their name in the audit; `undefined` if they may not use the bot. */
      readonly find: (actor: string) => Answer<ChatPerson | undefined>
      readonly admins: Answer<ReadonlyArray<ChatPerson>>
      readonly departments: Answer<ReadonlyArray<Department>>
    }
    readonly broadcast: ChatBroadcast
    /** Offers bound to a button: each is taken once, by the first press, also after a restart. */
    readonly confirmations: {
      /** Returns its id, for the data of the button. */
      readonly make: (kind: string, about: Schema.Json, madeBy: string) => Answer<number>
      /** `undefined` if it was taken already, or is too old. */
      readonly take: (kind: string, id: number) => Answer<Schema.Json | undefined>
    }
    readonly notificationState: <A, I>(subject: string, schema: Schema.Codec<A, I>) => NotificationState<A>
    /** Runs it in the background: a failure is logged, and the end of the bot interrupts it. */
    readonly runInBackground: (effect: Effect.Effect<unknown, ChatFailure>) => Effect.Effect<void>
  }
>()("tributary/core/plugin/chat/ChatKernel") {}
