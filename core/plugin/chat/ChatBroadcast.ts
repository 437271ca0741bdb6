/** Messages that nobody asked for, to those whom the configuration names for them. */
import type { Effect } from "effect"
import type { SqlError } from "effect/sql"
import type { ChatPerson } from "./People.ts"
import type { Translator } from "./Translator.ts"
import type { ChatView } from "./View.ts"

export interface ChatRecipient {
  /** The id of the chat. */
  readonly chat: number
  readonly topic?: number
  readonly translator: Translator
  /** `undefined`: a group, or somebody who is not signed in. */
  readonly person: ChatPerson | undefined
}

/** Each reads it in their own language. */
export type ViewIn = (translator: Translator) => ChatView

/** What a message is about: it is remembered where it stands, to be edited or replaced there. */
export interface Subject {
  readonly kind: string
  readonly subject: string
}

type Answer<A> = Effect.Effect<A, SqlError.SqlError>

export interface ChatBroadcast {
  /** Chats that the bot's file names for the role; without any, everybody. */
  readonly recipients: (role: string) => Answer<ReadonlyArray<ChatRecipient>>
  /** Whether it names any. */
  readonly isNamed: (role: string) => boolean
  readonly admins: Answer<ReadonlyArray<ChatRecipient>>
  /** Somebody as the audit names them; `undefined`: nobody who may be here. */
  readonly personal: (actor: string) => Answer<(ChatRecipient & { readonly person: ChatPerson }) | undefined>
  /** What cannot be sent now waits. */
  readonly tell: (to: ChatRecipient, view: ViewIn) => Answer<void>
  /** To all of them at once, each remembered by the subject when there is one. Answers how many it has reached. */
  readonly tellAll: (to: ReadonlyArray<ChatRecipient>, view: ViewIn, about?: Subject) => Answer<number>
  /** A new message below all others, and the one that stood for the subject goes. */
  readonly replaceAll: (
    to: ReadonlyArray<ChatRecipient>,
    view: ViewIn,
    about: Subject & { readonly pin: boolean }
  ) => Answer<void>
  /** In every chat where the subject stands. Answers how many it has reached. */
  readonly editAll: (view: ViewIn, about: Subject) => Answer<number>
  /** The subjects of a kind that stand somewhere. */
  readonly standing: (kind: string) => Answer<ReadonlyArray<string>>
  readonly forget: (about: Subject) => Answer<void>
}
