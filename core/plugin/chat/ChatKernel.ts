/**
 * Everything that the bot hands to the features of a connector: plain types, so that a connector imports neither the bot
 * nor what it is made with. Answers to a press or a text go by its `ChatContext`.
 */
import { Context, type Effect, type Schema } from "effect"
import type { SqlError } from "effect/sql"
import type { ChatBroadcast } from "./ChatBroadcast.ts"
import type { ChatFailure } from "./ChatContext.ts"
import type { ChatControl } from "./ChatControl.ts"
import type { ChatPerson, Department } from "./People.ts"

type Answer<A> = Effect.Effect<A, SqlError.SqlError>

/** What was told last of a subject, also before a restart. */
export interface ToldState<A> {
  /** `undefined`: nothing was ever told. */
  readonly read: Answer<A | undefined>
  readonly write: (state: A) => Answer<void>
}

export class ChatKernel extends Context.Service<
  ChatKernel,
  {
    /** The instance whose features they are, as in `iiko`. */
    readonly connector: string
    /** The daemon's. */
    readonly timezone: string
    /** A section of the bot's file that is the features' own, decoded. */
    readonly settings: (section: string) => unknown
    readonly control: ChatControl
    readonly people: {
      /** As the audit names them; `undefined`: nobody who may be here. */
      readonly find: (actor: string) => Answer<ChatPerson | undefined>
      readonly admins: Answer<ReadonlyArray<ChatPerson>>
      readonly departments: Answer<ReadonlyArray<Department>>
    }
    readonly broadcast: ChatBroadcast
    /** What a button offers, bound to exactly that: taken once, whoever presses first, also after a restart. */
    readonly confirmations: {
      /** Answers its id, for the data of buttons. */
      readonly make: (kind: string, about: Schema.Json, madeBy: string) => Answer<number>
      /** `undefined`: it was taken already, or is too old. */
      readonly take: (kind: string, id: number) => Answer<Schema.Json | undefined>
    }
    readonly told: <A, I>(subject: string, schema: Schema.Codec<A, I>) => ToldState<A>
    /** Begins it, and nobody waits; a failure is logged, and what the end of the bot cuts off is not done. */
    readonly behind: (effect: Effect.Effect<unknown, ChatFailure>) => Effect.Effect<void>
  }
>()("tributary/core/plugin/chat/ChatKernel") {}
