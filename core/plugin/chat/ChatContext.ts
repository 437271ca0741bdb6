/** The context of one press, command or text: who sent it, and how to answer. */
import type { Effect, Schema } from "effect"
import type { Initiator } from "../../observe/Initiator.ts"
import type { ChatView } from "./ChatView.ts"
import type { ChatPerson } from "./People.ts"
import type { Translator } from "./Translator.ts"

/** A failure of a handler; the kernel reports it to the person and to the log. */
export type ChatFailure = { readonly message: string }

/** The question that the next typed text answers. */
export interface ExpectedText {
  /** The namespace of the feature that asked. */
  readonly feature: string
  readonly step: string
  /** The subject of the question: an id in a form of the feature's choice. */
  readonly about: string | null
}

/** The state of a chat. Handlers change it in place; it is stored after each handler, so it survives a restart. */
export interface ChatSession {
  expects: ExpectedText | null
  /** The state of each feature's flow by namespace; each feature decodes its own. */
  flows: Record<string, Schema.Json>
}

/** The person who asks, for the audit. */
export interface ChatRequester extends Initiator {
  readonly actor: string
}

export interface ChatContext {
  /** The id of the chat. */
  readonly chat: number
  readonly person: ChatPerson
  readonly by: ChatRequester
  readonly translator: Translator
  readonly session: ChatSession
  /** Shows it in the window of the chat. */
  readonly show: (view: ChatView) => Effect.Effect<void, ChatFailure>
  /**
   * Shows the result of the work, and `placeholder` if it takes longer than a second. The work continues after the handler
   * has ended; `progress` may be called at any rate.
   */
  readonly work: <E extends ChatFailure>(
    placeholder: ChatView,
    work: (progress: (view: ChatView) => Effect.Effect<void>) => Effect.Effect<ChatView, E>
  ) => Effect.Effect<void, ChatFailure>
  /** Shows the main menu in the window and drops the expected text. */
  readonly menu: Effect.Effect<void, ChatFailure>
}

export type ChatHandler = (ctx: ChatContext) => Effect.Effect<void, ChatFailure>
