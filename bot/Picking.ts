/**
 * Which entities a command is about: picked connector by connector, or typed as selectors. A selector that names nothing
 * is answered with the nearest name, as a button. Whatever was run can be run again by its button.
 */
import { Effect, Option, Schema } from "effect"
import { type Composer, InlineKeyboard } from "grammy"
import { nearest } from "../core/config/Nearest.ts"
import { Control } from "../core/control/Control.ts"
import { Bridge, type Handler } from "./Bridge.ts"
import type { BotContext } from "./Context.ts"
import { Told } from "./Failure.ts"
import { expects } from "./Feature.ts"
import { handle, handleOf } from "./Handles.ts"
import { addPages, pageOf } from "./Pages.ts"
import { Window } from "./Window.ts"

export interface Chosen {
  readonly selectors: ReadonlyArray<string>
  /** Ids, as in `iiko.product`. */
  readonly entities: ReadonlyArray<string>
  /** The data of a button that chooses the same again. */
  readonly again: string
}

export interface Picking {
  readonly open: Handler
  /** Commands, buttons and texts; `admins` is a branch of admins. */
  readonly install: (admins: Composer<BotContext>) => void
}

/** `feature` is its command, the first part of its buttons' data, and the end of its question's key in the locales. */
export const make = Effect.fnUntraced(function* (
  feature: "plan" | "sync",
  start: (ctx: BotContext, chosen: Chosen) => Effect.Effect<void, { readonly message: string }>
) {
  const { on } = yield* Bridge
  const { generation, select } = yield* Control
  const window = yield* Window

  const runData = (selectors: ReadonlyArray<string>) => `${feature}:run:${handleOf(selectors.join(" "))}`

  const connectors = Effect.map(generation, ({ declarations }) =>
    declarations.filter(({ entities }) => entities.length > 0)
  )

  const open: Handler = Effect.fnUntraced(function* (ctx) {
    const { session, words } = ctx
    session.expects = null
    const keyboard = new InlineKeyboard()
    for (const { entities, name } of yield* connectors) {
      keyboard.text(`${name} (${entities.length})`, `${feature}:of:${handleOf(name)}:0`).row()
    }
    keyboard
      .text(words.t("pick-everything"), runData(["*"]))
      .text(words.t("pick-type"), `${feature}:type`)
      .row()
    keyboard.text(words.t("menu-back"), "menu")
    yield* window.show(ctx, { text: words.say(`pick-title-${feature}`), keyboard })
  })

  const showEntities = Effect.fnUntraced(function* (ctx: BotContext, wanted: string, asked: number) {
    const { words } = ctx
    const connector = (yield* connectors).find(({ name }) => handleOf(name) === wanted)
    if (connector === undefined) return yield* new Told({ key: "pick-gone" })
    const { name } = connector
    const page = pageOf(connector.entities, asked, perPage)
    const keyboard = new InlineKeyboard().text(words.t("pick-all-of", { name }), runData([`${name}.*`])).row()
    for (const [at, entity] of page.items.entries()) {
      keyboard.text(entity.name, runData([idOf(entity)]))
      if (at % 2 === 1) keyboard.row()
    }
    if (page.items.length % 2 === 1) keyboard.row()
    addPages(keyboard, page, (next) => `${feature}:of:${wanted}:${next}`)
    keyboard.text(words.t("back"), feature)
    yield* window.show(ctx, { text: words.say("pick-entity", { name }), keyboard })
  })

  const ask = Effect.fnUntraced(function* (ctx: BotContext) {
    ctx.session.expects = { feature, step: "selector", about: null }
    const keyboard = new InlineKeyboard().text(ctx.words.t("back"), feature)
    yield* window.show(ctx, { text: ctx.words.say("pick-ask"), keyboard })
  })

  const unknown = Effect.fnUntraced(function* (ctx: BotContext, selectors: ReadonlyArray<string>) {
    const { words } = ctx
    const ids = (yield* generation).entities.map(idOf)
    const bare = selectors.map((selector) => selector.replace(/^!/, ""))
    const known = yield* Effect.forEach(bare, (selector) => Effect.option(select([selector])))
    const selector = bare.find((_, at) => known[at] !== undefined && Option.isNone(known[at])) ?? ""
    const near = nearest(selector, ids)
    const keyboard = new InlineKeyboard()
    if (near !== undefined) keyboard.text(near, runData([near])).row()
    keyboard.text(words.t("back"), feature)
    ctx.session.expects = { feature, step: "selector", about: null }
    const told =
      near === undefined ? words.say("pick-unknown", { selector }) : words.say("pick-near", { selector, near })
    yield* window.show(ctx, { text: told, keyboard })
  })

  /** What a button offers, without what somebody typed. */
  const offered = Effect.gen(function* () {
    const names = (yield* connectors).map(({ name }) => `${name}.*`)
    return ["*", ...names, ...(yield* generation).entities.map(idOf)].map((selector) => [selector])
  })

  const typedIn = ({ session }: BotContext) =>
    Option.getOrElse(decodeTyped(session.flows[feature] ?? []), (): typeof Typed.Type => [])

  const run = (ctx: BotContext, selectors: ReadonlyArray<string>) =>
    Effect.matchEffect(select(selectors), {
      onFailure: () => unknown(ctx, selectors),
      onSuccess: Effect.fnUntraced(function* (entities) {
        if (entities.length === 0) return yield* new Told({ key: "pick-nothing" })
        const again = runData(selectors)
        ctx.session.expects = null
        if ((yield* offered).every((list) => runData(list) !== again)) {
          const others = typedIn(ctx).filter((list) => runData(list) !== again)
          ctx.session.flows[feature] = [...others.slice(1 - typedKept), selectors].map((list) => [...list])
        }
        yield* start(ctx, { selectors, entities: entities.map(idOf), again })
      })
    })

  const runTyped = Effect.fnUntraced(function* (ctx: BotContext, text: string) {
    const selectors = text.split(/[\s,;]+/).filter((part) => part !== "")
    if (text.length > longestText) return yield* new Told({ key: "pick-too-long" })
    return yield* selectors.length === 0 ? open(ctx) : run(ctx, selectors)
  })

  const runAgain = Effect.fnUntraced(function* (ctx: BotContext, wanted: string) {
    const selectors = [...(yield* offered), ...typedIn(ctx)].find((list) => handleOf(list.join(" ")) === wanted)
    if (selectors === undefined) return yield* new Told({ key: "pick-gone" })
    yield* run(ctx, selectors)
  })

  const install = (admins: Composer<BotContext>) => {
    admins.command(
      feature,
      on((ctx) => runTyped(ctx, ctx.match))
    )
    admins.callbackQuery(feature, on(open))
    admins.callbackQuery(`${feature}:type`, on(ask))
    admins.callbackQuery(
      new RegExp(`^${feature}:of:(${handle}):(\\d{1,3})$`),
      on((ctx) => showEntities(ctx, ctx.match[1] ?? "", Number(ctx.match[2])))
    )
    admins.callbackQuery(
      new RegExp(`^${feature}:run:(${handle})$`),
      on((ctx) => runAgain(ctx, ctx.match[1] ?? ""))
    )
    admins.filter(expects(feature, "selector")).on(
      "message:text",
      on((ctx) => runTyped(ctx, ctx.message.text))
    )
  }
  return { install, open } satisfies Picking
})

const Typed = Schema.Array(Schema.Array(Schema.String))
const decodeTyped = Schema.decodeUnknownOption(Typed)

/** Of what a chat typed so many are kept to be run again. */
const typedKept = 10

const longestText = 300

const perPage = 16

const idOf = ({ connector, name }: { readonly connector: string; readonly name: string }) => `${connector}.${name}`
