/** Messages without a request, to the chats that the configuration names for them. */
import type { Effect } from "effect"
import type { SqlError } from "effect/sql"
import type { ChatView } from "./ChatView.ts"
import type { ChatPerson } from "./People.ts"
import type { Translator } from "./Translator.ts"

export interface ChatRecipient {
  /** The id of the chat. */
  readonly chat: number
  readonly topic?: number
  readonly translator: Translator
  /** `undefined` for a group, and for a person who is not signed in. */
  readonly person: ChatPerson | undefined
}

/** Called for each recipient, with the translator of their language. */
export type ViewIn = (translator: Translator) => ChatView

/** The subject of a message. The bot stores which messages are about it, so that it can edit or replace them. */
export interface Subject {
  readonly kind: string
  readonly subject: string
}

type Answer<A> = Effect.Effect<A, SqlError.SqlError>

export interface ChatBroadcast {
  /** The chats that the bot's file names for the role; everybody if it names none. */
  readonly recipients: (role: string) => Answer<ReadonlyArray<ChatRecipient>>
  /** Whether the bot's file names any chat for the role. */
  readonly isNamed: (role: string) => boolean
  readonly admins: Answer<ReadonlyArray<ChatRecipient>>
  /** The chat of a person, by their name in the audit; `undefined` if they may not use the bot. */
  readonly personal: (actor: string) => Answer<(ChatRecipient & { readonly person: ChatPerson }) | undefined>
  /** A message that cannot be sent now waits in the outbox. */
  readonly notify: (to: ChatRecipient, view: ViewIn) => Answer<void>
  /** Sends to all concurrently, and stores the messages under the subject if there is one. Returns the number reached. */
  readonly notifyAll: (to: ReadonlyArray<ChatRecipient>, view: ViewIn, about?: Subject) => Answer<number>
  /** Sends a new message and deletes the former one about the subject. */
  readonly replaceAll: (
    to: ReadonlyArray<ChatRecipient>,
    view: ViewIn,
    about: Subject & { readonly pin: boolean }
  ) => Answer<void>
  /** Edits all messages about the subject. Returns the number reached. */
  readonly editAll: (view: ViewIn, about: Subject) => Answer<number>
  /** The subjects of a kind about which there are messages. */
  readonly subjects: (kind: string) => Answer<ReadonlyArray<string>>
  readonly forget: (about: Subject) => Answer<void>
}
