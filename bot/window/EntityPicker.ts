/**
 * Lets a person choose the entities and options of a command: connector by connector, or typed as on the command line.
 * For a selector without matches it offers the nearest name as a button. A button repeats the last choice, with the
 * same options.
 */
import { Effect, Option, Schema } from "effect"
import { type Composer, InlineKeyboard } from "grammy"
import { nearest } from "../../core/config/Nearest.ts"
import { Control } from "../../core/control/Control.ts"
import { addPages, pageOf } from "../../core/plugin/chat/Pages.ts"
import { UserFacingError } from "../../core/plugin/chat/UserFacingError.ts"
import {
  type CommandArguments,
  type CommandOption,
  choices,
  optionsIn,
  parse,
  suffix,
  suffixOf,
  textOf
} from "../CommandArguments.ts"
import { expects } from "../Feature.ts"
import { type Handler, HandlerRuntime } from "../HandlerRuntime.ts"
import type { BotContext } from "../session/Context.ts"
import { callbackIdOf, callbackIdPattern } from "./CallbackIds.ts"
import { Window } from "./Window.ts"

export interface Chosen extends CommandArguments {
  /** Ids, as in `iiko.product`. */
  readonly entities: ReadonlyArray<string>
  /** The data of a button that repeats the choice. */
  readonly again: string
}

export interface EntityPicker {
  readonly open: Handler
  /** Installs commands, buttons and texts; `admins` is a branch of admins. */
  readonly install: (admins: Composer<BotContext>) => void
}

/**
 * `feature` is its command, the first part of its buttons' data, and the end of its question's key in the locales;
 * `known` are its options.
 */
export const make = Effect.fnUntraced(function* (
  feature: "plan" | "sync",
  known: ReadonlyArray<CommandOption>,
  start: (ctx: BotContext, chosen: Chosen) => Effect.Effect<void, { readonly message: string }>
) {
  const { on } = yield* HandlerRuntime
  const { generation, select } = yield* Control
  const window = yield* Window

  const runData = (asked: CommandArguments) => `${feature}:run:${callbackIdOf(textOf(asked))}`
  const homeData = (options: ReadonlyArray<CommandOption>) =>
    options.length === 0 ? feature : `${feature}:with${suffixOf(options)}`

  const connectors = Effect.map(generation, ({ declarations }) =>
    declarations.filter(({ entities }) => entities.length > 0)
  )

  const home = Effect.fnUntraced(function* (ctx: BotContext, options: ReadonlyArray<CommandOption>) {
    const { session, translator } = ctx
    session.expects = null
    const keyboard = new InlineKeyboard()
    for (const { entities, name } of yield* connectors) {
      keyboard.text(`${name} (${entities.length})`, `${feature}:of:${callbackIdOf(name)}:0${suffixOf(options)}`).row()
    }
    // An option that gives up records is only for entities that the person names.
    if (!options.includes("past-rejected")) {
      keyboard.text(translator.t("pick-everything"), runData({ options, selectors: ["*"] }))
    }
    keyboard.text(translator.t("pick-type"), `${feature}:type${suffixOf(options)}`).row()
    for (const option of known) {
      const others = known.filter((one) => options.includes(one) !== (one === option))
      const mark = options.includes(option) ? "☑️" : "◻️"
      keyboard.text(`${mark} ${translator.t(`pick-option-${option}`)}`, homeData(others)).row()
    }
    keyboard.text(translator.t("menu-back"), "menu")
    const about = options.map((option) => translator.say(`pick-about-${option}`))
    yield* window.show(ctx, { text: [translator.say(`pick-title-${feature}`), ...about].join("\n\n"), keyboard })
  })

  const open: Handler = (ctx) => home(ctx, [])

  const showEntities = Effect.fnUntraced(function* (
    ctx: BotContext,
    wanted: string,
    asked: number,
    options: ReadonlyArray<CommandOption>
  ) {
    const { translator } = ctx
    const connector = (yield* connectors).find(({ name }) => callbackIdOf(name) === wanted)
    if (connector === undefined) return yield* new UserFacingError({ key: "pick-gone" })
    const { name } = connector
    const page = pageOf(connector.entities, asked, perPage)
    const all = runData({ options, selectors: [`${name}.*`] })
    const keyboard = new InlineKeyboard().text(translator.t("pick-all-of", { name }), all).row()
    for (const [at, entity] of page.items.entries()) {
      keyboard.text(entity.name, runData({ options, selectors: [idOf(entity)] }))
      if (at % 2 === 1) keyboard.row()
    }
    if (page.items.length % 2 === 1) keyboard.row()
    addPages(keyboard, page, (next) => `${feature}:of:${wanted}:${next}${suffixOf(options)}`)
    keyboard.text(translator.t("back"), homeData(options))
    const about = options.map((option) => translator.say(`pick-about-${option}`))
    yield* window.show(ctx, { text: [translator.say("pick-entity", { name }), ...about].join("\n\n"), keyboard })
  })

  /** Reads the next text with the options that were chosen before. */
  const expectText = ({ session }: BotContext, options: ReadonlyArray<CommandOption>) => {
    session.expects = { feature, step: "selector", about: options.length === 0 ? null : options.join("+") }
  }

  const ask = Effect.fnUntraced(function* (ctx: BotContext, options: ReadonlyArray<CommandOption>) {
    const { translator } = ctx
    expectText(ctx, options)
    const keyboard = new InlineKeyboard().text(translator.t("back"), homeData(options))
    const more = known.length === 0 ? [] : [translator.say(known.length === 1 ? "pick-ask-full" : "pick-ask-options")]
    yield* window.show(ctx, { text: [translator.say("pick-ask"), ...more].join("\n"), keyboard })
  })

  const unknown = Effect.fnUntraced(function* (ctx: BotContext, { options, selectors }: CommandArguments) {
    const { translator } = ctx
    const ids = (yield* generation).entities.map(idOf)
    const bare = selectors.map((selector) => selector.replace(/^!/, ""))
    const found = yield* Effect.forEach(bare, (selector) => Effect.option(select([selector])))
    const selector = bare.find((_, at) => found[at] !== undefined && Option.isNone(found[at])) ?? ""
    const near = nearest(selector, ids)
    const keyboard = new InlineKeyboard()
    if (near !== undefined) keyboard.text(near, runData({ options, selectors: [near] })).row()
    keyboard.text(translator.t("back"), homeData(options))
    expectText(ctx, options)
    const text =
      near === undefined
        ? translator.say("pick-unknown", { selector })
        : translator.say("pick-near", { selector, near })
    yield* window.show(ctx, { text, keyboard })
  })

  /** Returns the selectors that buttons offer, without typed ones. */
  const offered = Effect.gen(function* () {
    const names = (yield* connectors).map(({ name }) => `${name}.*`)
    const selectors = ["*", ...names, ...(yield* generation).entities.map(idOf)]
    return choices(known).flatMap((options) =>
      selectors.map((selector): CommandArguments => ({ options, selectors: [selector] }))
    )
  })

  const typedIn = ({ session }: BotContext): ReadonlyArray<CommandArguments> =>
    Option.getOrElse(decodeTyped(session.flows[feature] ?? []), (): typeof Typed.Type => []).map((list) =>
      parse(list.join(" "), known)
    )

  const run = (ctx: BotContext, { options, selectors }: CommandArguments) =>
    Effect.matchEffect(select(selectors), {
      onFailure: () => unknown(ctx, { options, selectors }),
      onSuccess: Effect.fnUntraced(function* (entities) {
        if (entities.length === 0) return yield* new UserFacingError({ key: "pick-nothing" })
        const asked: CommandArguments = { options, selectors }
        const again = runData(asked)
        ctx.session.expects = null
        if ((yield* offered).every((one) => runData(one) !== again)) {
          const others = typedIn(ctx).filter((one) => runData(one) !== again)
          ctx.session.flows[feature] = [...others.slice(1 - typedKept), asked].map((one) => textOf(one).split(" "))
        }
        yield* start(ctx, { options, selectors, entities: entities.map(idOf), again })
      })
    })

  const runTyped = Effect.fnUntraced(function* (
    ctx: BotContext,
    text: string,
    chosen: ReadonlyArray<CommandOption> = []
  ) {
    if (text.length > maxTextLength) return yield* new UserFacingError({ key: "pick-too-long" })
    const { options: typed, selectors, unknown } = parse(text, known)
    const [option] = unknown
    if (option !== undefined) {
      const example = textOf({ options: known.slice(0, 1), selectors: ["iiko.*"] })
      return yield* new UserFacingError({
        key: "pick-no-option",
        variables: { option, example: `/${feature} ${example}` }
      })
    }
    const options = known.filter((one) => typed.includes(one) || chosen.includes(one))
    return yield* selectors.length === 0 ? home(ctx, options) : run(ctx, { options, selectors })
  })

  const runAgain = Effect.fnUntraced(function* (ctx: BotContext, wanted: string) {
    const asked = [...(yield* offered), ...typedIn(ctx)].find((one) => callbackIdOf(textOf(one)) === wanted)
    if (asked === undefined) return yield* new UserFacingError({ key: "pick-gone" })
    yield* run(ctx, asked)
  })

  const install = (admins: Composer<BotContext>) => {
    admins.command(
      feature,
      on((ctx) => runTyped(ctx, ctx.match))
    )
    admins.callbackQuery(feature, on(open))
    admins.callbackQuery(
      new RegExp(`^${feature}:with${suffix}$`),
      on((ctx) => home(ctx, optionsIn(ctx.match[1], known)))
    )
    admins.callbackQuery(
      new RegExp(`^${feature}:type${suffix}$`),
      on((ctx) => ask(ctx, optionsIn(ctx.match[1], known)))
    )
    admins.callbackQuery(
      new RegExp(`^${feature}:of:(${callbackIdPattern}):(\\d{1,3})${suffix}$`),
      on((ctx) => showEntities(ctx, ctx.match[1] ?? "", Number(ctx.match[2]), optionsIn(ctx.match[3], known)))
    )
    admins.callbackQuery(
      new RegExp(`^${feature}:run:(${callbackIdPattern})$`),
      on((ctx) => runAgain(ctx, ctx.match[1] ?? ""))
    )
    admins.filter(expects(feature, "selector")).on(
      "message:text",
      on((ctx) => runTyped(ctx, ctx.message.text, optionsIn(ctx.session.expects?.about, known)))
    )
  }
  return { install, open } satisfies EntityPicker
})

const Typed = Schema.Array(Schema.Array(Schema.String))
const decodeTyped = Schema.decodeUnknownOption(Typed)

/** The number of typed selections that a chat can repeat. */
const typedKept = 10

const maxTextLength = 300

const perPage = 16

const idOf = ({ connector, name }: { readonly connector: string; readonly name: string }) => `${connector}.${name}`
