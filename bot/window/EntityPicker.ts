/**
 * Lets a person choose the entities and options of a command: connector by connector, or typed as on the command line.
 * For a selector without matches it offers the nearest name as a button. A button repeats the last choice, with the
 * same options.
 */
import { Effect, Option } from "effect"
import type { Composer } from "grammy"
import { Control } from "../../core/control/Control.ts"
import { UserFacingError } from "../../core/plugin/chat/UserFacingError.ts"
import {
  type CommandArguments,
  type CommandOption,
  choices,
  optionsIn,
  parse,
  suffix,
  textOf
} from "../CommandArguments.ts"
import { expectsText } from "../Feature.ts"
import { type Handler, HandlerRuntime } from "../HandlerRuntime.ts"
import { Settings } from "../Settings.ts"
import type { BotContext } from "../session/Context.ts"
import { callbackIdOf, callbackIdPattern } from "./CallbackIds.ts"
import * as Views from "./EntityPickerViews.ts"
import { rememberTyped, typedSelections } from "./TypedSelections.ts"
import { Window } from "./Window.ts"

export interface Selection extends CommandArguments {
  /** Ids, as in `crm.deal`. */
  readonly entities: ReadonlyArray<string>
  /** The data of a button that repeats the choice. */
  readonly again: string
}

export interface EntityPicker {
  readonly open: Handler
  /** Installs commands, buttons and texts; `admins` is a branch of admins. */
  readonly install: (admins: Composer<BotContext>) => void
}

type Options = ReadonlyArray<CommandOption>
type Start = (ctx: BotContext, chosen: Selection) => Effect.Effect<void, { readonly message: string }>

const maxTextLength = 300

/** `known` are the options of the command. */
export const make = Effect.fnUntraced(function* (feature: "plan" | "sync", known: Options, start: Start) {
  const { on } = yield* HandlerRuntime
  const command: Views.PickerCommand = { feature, known }
  const windows = yield* makeWindows(command)
  const { runAgain, runTyped } = yield* makeRuns(command, windows, start)
  const { ask, home, showEntities } = windows

  const open: Handler = (ctx) => home(ctx, [])
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
    admins.filter(expectsText(feature, "selector")).on(
      "message:text",
      on((ctx) => runTyped(ctx, ctx.message.text, optionsIn(ctx.session.expects?.about, known)))
    )
  }
  return { install, open } satisfies EntityPicker
})

const connectorsWithEntities = Effect.map(Control, ({ generation }) =>
  Effect.map(generation, ({ declarations }) => declarations.filter(({ entities }) => entities.length > 0))
)

const makeWindows = Effect.fnUntraced(function* (command: Views.PickerCommand) {
  const { generation, select } = yield* Control
  const connectors = yield* connectorsWithEntities
  const window = yield* Window

  const home = Effect.fnUntraced(function* (ctx: BotContext, options: Options) {
    ctx.session.expects = null
    yield* window.show(ctx, Views.homeView(ctx.translator, command, yield* connectors, options))
  })

  const showEntities = Effect.fnUntraced(function* (ctx: BotContext, id: string, page: number, options: Options) {
    const connector = (yield* connectors).find(({ name }) => callbackIdOf(name) === id)
    if (connector === undefined) return yield* new UserFacingError({ key: "pick-gone" })
    yield* window.show(ctx, Views.entitiesView(ctx.translator, command, connector, page, options))
  })

  /** Reads the next text with the options that were chosen before. */
  const expectText = ({ session }: BotContext, options: Options) => {
    const about = options.length === 0 ? null : options.join("+")
    session.expects = { feature: command.feature, step: "selector", about }
  }

  const ask = Effect.fnUntraced(function* (ctx: BotContext, options: Options) {
    expectText(ctx, options)
    yield* window.show(ctx, Views.questionView(ctx.translator, command, options))
  })

  const showUnknown = Effect.fnUntraced(function* (ctx: BotContext, { options, selectors }: CommandArguments) {
    const ids = (yield* generation).entities.map(Views.idOf)
    const bare = selectors.map((selector) => selector.replace(/^!/, ""))
    const found = yield* Effect.forEach(bare, (selector) => Effect.option(select([selector])))
    const selector = bare.find((_, at) => found[at] !== undefined && Option.isNone(found[at])) ?? ""
    expectText(ctx, options)
    yield* window.show(ctx, Views.unknownView(ctx.translator, command, selector, ids, options))
  })

  return { ask, home, showEntities, showUnknown }
})

const makeRuns = Effect.fnUntraced(function* (
  command: Views.PickerCommand,
  { home, showUnknown }: Effect.Success<ReturnType<typeof makeWindows>>,
  start: Start
) {
  const { feature, known } = command
  const { generation, select } = yield* Control
  const { connector } = yield* Settings
  const connectors = yield* connectorsWithEntities

  /** Returns the selections that buttons offer. */
  const offered = Effect.gen(function* () {
    const names = (yield* connectors).map(({ name }) => `${name}.*`)
    const selectors = ["*", ...names, ...(yield* generation).entities.map(Views.idOf)]
    return choices(known).flatMap((options) =>
      selectors.map((selector): CommandArguments => ({ options, selectors: [selector] }))
    )
  })

  const run = (ctx: BotContext, { options, selectors }: CommandArguments) =>
    Effect.matchEffect(select(selectors), {
      onFailure: () => showUnknown(ctx, { options, selectors }),
      onSuccess: Effect.fnUntraced(function* (entities) {
        if (entities.length === 0) return yield* new UserFacingError({ key: "pick-nothing" })
        const chosen: CommandArguments = { options, selectors }
        const again = Views.runData(command, chosen)
        ctx.session.expects = null
        const isOffered = (yield* offered).some((one) => Views.runData(command, one) === again)
        if (!isOffered) rememberTyped(ctx, command, chosen)
        yield* start(ctx, { ...chosen, entities: entities.map(Views.idOf), again })
      })
    })

  const runTyped = Effect.fnUntraced(function* (ctx: BotContext, text: string, chosen: Options = []) {
    if (text.length > maxTextLength) return yield* new UserFacingError({ key: "pick-too-long" })
    const { options: typed, selectors, unknown } = parse(text, known)
    const [option] = unknown
    if (option !== undefined) {
      const example = textOf({
        options: known.slice(0, 1),
        selectors: [connector === undefined ? "*" : `${connector}.*`]
      })
      const variables = { option, example: `/${feature} ${example}` }
      return yield* new UserFacingError({ key: "pick-no-option", variables })
    }
    const options = known.filter((one) => typed.includes(one) || chosen.includes(one))
    return yield* selectors.length === 0 ? home(ctx, options) : run(ctx, { options, selectors })
  })

  const runAgain = Effect.fnUntraced(function* (ctx: BotContext, id: string) {
    const chosen = [...(yield* offered), ...typedSelections(ctx, command)].find(
      (one) => callbackIdOf(textOf(one)) === id
    )
    if (chosen === undefined) return yield* new UserFacingError({ key: "pick-gone" })
    yield* run(ctx, chosen)
  })

  return { runAgain, runTyped }
})
