/** The windows of `/admins`: the list, the search for a person, and the question before one is removed. */
import { InlineKeyboard } from "grammy"
import { cut, fitLines } from "../../../core/plugin/chat/Html.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import type { Person } from "../../people/Person.ts"
import type { View } from "../../window/View.ts"

/** The typed text, and the page of the people it finds. */
export interface Search {
  readonly text: string
  readonly page: number
}

const pageSize = 8

/** `isNamed`: whether `bot.yaml` names the admin, so that nobody can remove them. */
export const listView = (
  translator: Translator,
  admins: ReadonlyArray<Person>,
  isNamed: (telegramId: number) => boolean
): View => {
  const keyboard = new InlineKeyboard().text(translator.t("admins-add"), "admins:add").row()
  for (const { name, telegramId } of admins.filter((admin) => !isNamed(admin.telegramId))) {
    keyboard.text(translator.t("admins-remove", { name: cut(name, 40) }), `admins:ask:${telegramId}`).row()
  }
  keyboard.text(translator.t("menu-back"), "menu")
  const lines = admins.map(({ name, telegramId }) =>
    translator.say(isNamed(telegramId) ? "admins-line-named" : "admins-line", { name })
  )
  const text = fitLines([translator.say("admins-title"), ...lines], (left) =>
    translator.say("admins-more", { count: left })
  )
  return { text, keyboard }
}

export const searchView = (translator: Translator, search: Search, found: ReadonlyArray<Person>): View => {
  const from = search.page * pageSize
  const keyboard = new InlineKeyboard()
  for (const { name, position, telegramId } of found.slice(from, from + pageSize)) {
    keyboard.text(cut(position === null ? name : `${name}, ${position}`, 60), `admins:pick:${telegramId}`).row()
  }
  if (search.page > 0) keyboard.text(translator.t("admins-previous"), `admins:page:${search.page - 1}`)
  if (found.length > from + pageSize) keyboard.text(translator.t("admins-next"), `admins:page:${search.page + 1}`)
  keyboard.row().text(translator.t("back"), "admins")
  const text =
    found.length > 0
      ? translator.say("admins-who", { count: found.length })
      : search.text === ""
        ? translator.say("admins-nobody")
        : translator.say("admins-not-found", { text: search.text })
  return { text, keyboard }
}

export const questionView = (translator: Translator, { name, telegramId }: Person): View => ({
  text: translator.say("admins-ask", { name }),
  keyboard: new InlineKeyboard()
    .text(translator.t("admins-yes"), `admins:remove:${telegramId}`)
    .row()
    .text(translator.t("cancel"), "admins")
})

/** Shown to the person who is no admin any more. */
export const removedView = (
  translator: Translator,
  variables: { readonly by: string; readonly name: string }
): View => ({
  text: translator.say("admins-you-removed", variables),
  keyboard: new InlineKeyboard().text(translator.t("menu-back"), "menu")
})
