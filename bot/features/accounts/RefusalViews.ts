/** The message to the owner of an account whose credentials are refused, while they are and afterwards. */
import { InlineKeyboard } from "grammy"
import type { Account } from "../../../core/control/AccountControl.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import type { View } from "../../window/View.ts"
import { quotedReason } from "./Views.ts"

const nameOf = ({ connector, name }: Account): string => `${name} (${connector})`

/** The buttons open a message below: this one tells the end. */
export const refusedView = (translator: Translator, account: Account): View => ({
  text: [
    translator.say("accounts-refused", { name: nameOf(account) }),
    ...(account.reason === null ? [] : [quotedReason(translator, account.reason)]),
    translator.say("accounts-refused-todo")
  ].join("\n"),
  keyboard: new InlineKeyboard()
    .text(translator.t("accounts-again"), `accounts:to:accounts:again:${account.id}`)
    .row()
    .text(translator.t("accounts-open"), `accounts:to:accounts:show:${account.id}`)
})

/** `undefined`: the account was removed. */
export const overView = (translator: Translator, account: Account | undefined): View => {
  if (account === undefined) return { text: translator.say("accounts-refused-removed") }
  const is = account.status === "invalid" ? "accounts-refused-anew" : "accounts-refused-over"
  return { text: translator.say(is, { name: nameOf(account) }) }
}
