/** The languages of the configuration; their files are read once, when a bot is made. */
import { Context, Effect, Layer } from "effect"
import { Settings } from "../Settings.ts"
import { type Languages, make } from "./FluentTranslator.ts"

export class Locales extends Context.Service<Locales, Languages>()("tributary/bot/i18n/Locales") {
  static readonly layer = Layer.effect(
    Locales,
    Effect.map(Settings, ({ locales, timezone }) => make(locales, timezone))
  )
}
