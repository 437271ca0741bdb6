/** The windows of an `EntityPicker`: connectors and options, the entities of one, and questions for a typed selector. */
import { InlineKeyboard } from "grammy"
import { nearest } from "../../core/config/Nearest.ts"
import type { Generation } from "../../core/control/Control.ts"
import { addPages, pageOf } from "../../core/plugin/chat/ListPages.ts"
import type { Translator } from "../../core/plugin/chat/Translator.ts"
import { type CommandArguments, type CommandOption, suffixOf, textOf } from "../CommandArguments.ts"
import { callbackIdOf } from "./CallbackIds.ts"
import type { View } from "./View.ts"

export interface PickerCommand {
  /** The command, the first part of its buttons' data, and the end of its question's key in the locales. */
  readonly feature: "plan" | "sync"
  readonly known: ReadonlyArray<CommandOption>
}

type Options = ReadonlyArray<CommandOption>
type Connector = Generation["declarations"][number]

const perPage = 16

export const idOf = ({ connector, name }: { readonly connector: string; readonly name: string }): string =>
  `${connector}.${name}`

/** Returns the data of the button that runs the command with these arguments. */
export const runData = ({ feature }: PickerCommand, chosen: CommandArguments): string =>
  `${feature}:run:${callbackIdOf(textOf(chosen))}`

const homeData = ({ feature }: PickerCommand, options: Options): string =>
  options.length === 0 ? feature : `${feature}:with${suffixOf(options)}`

const aboutOptions = (translator: Translator, options: Options): ReadonlyArray<string> =>
  options.map((option) => translator.say(`pick-about-${option}`))

export const homeView = (
  translator: Translator,
  command: PickerCommand,
  connectors: ReadonlyArray<Connector>,
  options: Options
): View => {
  const { feature, known } = command
  const keyboard = new InlineKeyboard()
  for (const { entities, name } of connectors) {
    keyboard.text(`${name} (${entities.length})`, `${feature}:of:${callbackIdOf(name)}:0${suffixOf(options)}`).row()
  }
  // An option that gives up records is only for entities that the person names.
  if (!options.includes("past-rejected")) {
    keyboard.text(translator.t("pick-everything"), runData(command, { options, selectors: ["*"] }))
  }
  keyboard.text(translator.t("pick-type"), `${feature}:type${suffixOf(options)}`).row()
  for (const option of known) {
    const others = known.filter((one) => options.includes(one) !== (one === option))
    const mark = options.includes(option) ? "☑️" : "◻️"
    keyboard.text(`${mark} ${translator.t(`pick-option-${option}`)}`, homeData(command, others)).row()
  }
  keyboard.text(translator.t("menu-back"), "menu")
  const text = [translator.say(`pick-title-${feature}`), ...aboutOptions(translator, options)].join("\n\n")
  return { text, keyboard }
}

export const entitiesView = (
  translator: Translator,
  command: PickerCommand,
  { entities, name }: Connector,
  wantedPage: number,
  options: Options
): View => {
  const page = pageOf(entities, wantedPage, perPage)
  const all = runData(command, { options, selectors: [`${name}.*`] })
  const keyboard = new InlineKeyboard().text(translator.t("pick-all-of", { name }), all).row()
  for (const [at, entity] of page.items.entries()) {
    keyboard.text(entity.name, runData(command, { options, selectors: [idOf(entity)] }))
    if (at % 2 === 1) keyboard.row()
  }
  if (page.items.length % 2 === 1) keyboard.row()
  addPages(keyboard, page, (next) => `${command.feature}:of:${callbackIdOf(name)}:${next}${suffixOf(options)}`)
  keyboard.text(translator.t("back"), homeData(command, options))
  const text = [translator.say("pick-entity", { name }), ...aboutOptions(translator, options)].join("\n\n")
  return { text, keyboard }
}

/** Asks for a selector as on the command line. */
export const questionView = (translator: Translator, command: PickerCommand, options: Options): View => {
  const count = command.known.length
  const more = count === 0 ? [] : [translator.say(count === 1 ? "pick-ask-full" : "pick-ask-options")]
  return {
    text: [translator.say("pick-ask"), ...more].join("\n"),
    keyboard: new InlineKeyboard().text(translator.t("back"), homeData(command, options))
  }
}

/** Reports a selector without matches, and offers the nearest of the ids as a button. */
export const unknownView = (
  translator: Translator,
  command: PickerCommand,
  selector: string,
  ids: ReadonlyArray<string>,
  options: Options
): View => {
  const near = nearest(selector, ids)
  const keyboard = new InlineKeyboard()
  if (near !== undefined) keyboard.text(near, runData(command, { options, selectors: [near] })).row()
  keyboard.text(translator.t("back"), homeData(command, options))
  const text =
    near === undefined ? translator.say("pick-unknown", { selector }) : translator.say("pick-near", { selector, near })
  return { text, keyboard }
}
