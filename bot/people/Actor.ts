/** The actor for the audit: the person whose update it is. */
import type { Requester } from "../../core/control/Control.ts"
import type { BotContext } from "../session/Context.ts"
import { actorOf } from "./Person.ts"

export const actorOfUpdate = ({ from, person }: BotContext): Requester => ({
  trigger: "bot",
  actor: actorOf(person?.telegramId ?? from?.id ?? 0)
})
