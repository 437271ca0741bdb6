/** What a feature is given with a press, a command or a text: who it is from, and how the answer gets there. */
import type { Effect, Schema } from "effect"
import type { Initiator } from "../../observe/Initiator.ts"
import type { ChatPerson } from "./People.ts"
import type { Translator } from "./Translator.ts"
import type { ChatView } from "./View.ts"

/** What may go wrong on the way to a chat; the kernel tells the person and the log. */
export type ChatFailure = { readonly message: string }

/** What the next text that somebody types is meant for. */
export interface ExpectedText {
  /** The namespace of the feature, and which of its questions. */
  readonly feature: string
  readonly step: string
  /** What the question was about: an id, as the feature likes. */
  readonly about: string | null
}

/** Is stored after every step that changes it, so that a restart interrupts nobody; handlers change it in place. */
export interface ChatSession {
  expects: ExpectedText | null
  /** The state of a feature's flow, by its namespace; each decodes its own. */
  flows: Record<string, Schema.Json>
}

/** Who asks, for the audit. */
export interface AskedBy extends Initiator {
  readonly actor: string
}

export interface ChatContext {
  /** The id of the chat. */
  readonly chat: number
  readonly person: ChatPerson
  readonly by: AskedBy
  readonly translator: Translator
  readonly session: ChatSession
  /** In the window of the chat. */
  readonly show: (view: ChatView) => Effect.Effect<void, ChatFailure>
  /**
   * Shows what the work comes to, and `placeholder` where it takes longer than a second. It goes on after the handler has
   * ended; `progress` may be called as often as one likes.
   */
  readonly work: <E extends ChatFailure>(
    placeholder: ChatView,
    work: (progress: (view: ChatView) => Effect.Effect<void>) => Effect.Effect<ChatView, E>
  ) => Effect.Effect<void, ChatFailure>
  /** The main menu, in the window; what the chat was in the middle of is over. */
  readonly menu: Effect.Effect<void, ChatFailure>
}

export type ChatHandler = (ctx: ChatContext) => Effect.Effect<void, ChatFailure>
