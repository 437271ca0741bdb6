/** What a handler is given with an update. */
import type { Context, SessionFlavor } from "grammy"
import type { Translator } from "../../core/plugin/chat/Translator.ts"
import type { Person } from "../people/Person.ts"
import type { Session } from "./Session.ts"

interface Own {
  /** In the language of who wrote. */
  translator: Translator
  /** Who wrote, when they are signed in and may still be here. */
  person: Person | undefined
}

export type BotContext = Context & SessionFlavor<Session> & Own
