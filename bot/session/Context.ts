/** The context that a handler receives with an update. */
import type { Context, SessionFlavor } from "grammy"
import type { Translator } from "../../core/plugin/chat/Translator.ts"
import type { Person } from "../people/Person.ts"
import type { Session } from "./ChatSession.ts"

interface Own {
  /** The translator for the sender's language. */
  translator: Translator
  /** The sender, if they are signed in and still have access. */
  person: Person | undefined
}

export type BotContext = Context & SessionFlavor<Session> & Own
