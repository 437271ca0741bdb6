/** The windows of `/mute`: what is muted, the kinds of alerts, and the spans of one kind. */
import { InlineKeyboard } from "grammy"
import { alertKinds } from "../../../core/control/Control.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import type { View } from "../../window/View.ts"
import { type Mute, spans } from "./Mutes.ts"

/** A mute, and the name of the person who set it. */
export interface ShownMute extends Mute {
  readonly by: string
}

const spanButtons = (translator: Translator, kind: string): InlineKeyboard => {
  const keyboard = new InlineKeyboard()
  for (const span of spans) keyboard.text(translator.t(`mute-${span}`), `alerts:mute:${kind}:${span}`).row()
  return keyboard
}

/** `mutes`: those of the chat. A group has no menu to go back to. */
export const mutesView = (translator: Translator, mutes: ReadonlyArray<ShownMute>, isInGroup: boolean): View => {
  const lines = mutes.map(({ by, kind, until: end }) => {
    const until = translator.moment(end)
    return kind === ""
      ? translator.say("mute-all-until", { until, by })
      : translator.say("mute-kind-until", { kind: translator.t(`alert-${kind}`), until, by })
  })
  const keyboard = spanButtons(translator, "all").text(translator.t("mute-one-kind"), "alerts:kinds").row()
  if (mutes.length > 0) keyboard.text(translator.t("mute-end"), "alerts:unmute").row()
  if (!isInGroup) keyboard.text(translator.t("menu-back"), "menu")
  const text = [
    ...(lines.length === 0 ? [translator.say("mute-none")] : lines),
    "",
    translator.say("mute-question")
  ].join("\n")
  return { text, keyboard }
}

export const kindsView = (translator: Translator): View => {
  const keyboard = new InlineKeyboard()
  for (const kind of alertKinds) keyboard.text(translator.t(`alert-${kind}`), `alerts:kind:${kind}`).row()
  keyboard.text(translator.t("back"), "alerts:mutes")
  return { text: translator.say("mute-which"), keyboard }
}

export const spansView = (translator: Translator, kind: string): View => ({
  text: translator.say("mute-how-long", { kind: translator.t(`alert-${kind}`) }),
  keyboard: spanButtons(translator, kind).text(translator.t("back"), "alerts:kinds")
})
