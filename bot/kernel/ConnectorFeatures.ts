/**
 * Converts the features of the connector to features of the bot: their commands, presses and answers become handlers of
 * composers. Those for admins are behind the branch that checks for admins; a press is only passed to the feature whose
 * namespace is its first word.
 */
import { Effect } from "effect"
import { Composer } from "grammy"
import type { ChatFeature } from "../../core/plugin/chat/ChatFeature.ts"
import { expectsText, type Feature, isAdmin } from "../Feature.ts"
import { HandlerRuntime } from "../HandlerRuntime.ts"
import { Settings } from "../Settings.ts"
import type { BotContext } from "../session/Context.ts"
import * as ChatContexts from "./ChatContexts.ts"
import { ConnectorModule } from "./ConnectorModule.ts"

export const make = Effect.gen(function* () {
  const settings = yield* Settings
  const { features } = yield* ConnectorModule
  const switches = new Map<string, boolean>(Object.entries(settings.features))
  const featureOf = yield* makeFeatureOf
  return yield* Effect.forEach(
    features.filter(({ name }) => switches.get(name) !== false),
    ({ make }) => Effect.map(make, featureOf)
  )
})

const makeFeatureOf = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const contextOf = yield* ChatContexts.make
  type Run<A> = (ctx: ReturnType<typeof contextOf>, given: A) => Effect.Effect<void, { readonly message: string }>

  const handled = <C extends BotContext, A>(run: Run<A>, given: (ctx: C) => A) =>
    on((ctx: C) => (ctx.person === undefined ? Effect.void : run(contextOf(ctx, ctx.person), given(ctx))))

  return ({
    answers = [],
    background,
    commands = [],
    entries = [],
    namespace,
    presses = [],
    waiting
  }: ChatFeature): Feature => {
    const composer = new Composer<BotContext>()
    const admins = composer.filter(isAdmin)
    for (const { audience, name, run } of commands) {
      const branch = audience === "admins" ? admins : composer
      branch.command(
        name,
        handled(run, () => undefined)
      )
    }
    const own = {
      everybody: composer.filter(isPressOf(namespace)),
      admins: admins.filter(isPressOf(namespace))
    }
    for (const { admins, data, run } of presses) {
      own[admins === true ? "admins" : "everybody"].callbackQuery(
        data,
        handled(run, ({ match }) => (typeof match === "string" ? [match] : [...match]))
      )
    }
    for (const { admins: isOfAdmins, run, step } of answers) {
      const branch = isOfAdmins === true ? admins : composer
      branch.filter(expectsText(namespace, step)).on(
        "message:text",
        handled(run, ({ message }) => message.text)
      )
    }
    return {
      namespaces: [namespace],
      composer,
      entries: entries.map(({ open, when, ...entry }) => ({
        ...entry,
        open: (ctx) => (ctx.person === undefined ? Effect.void : open(contextOf(ctx, ctx.person))),
        ...(when === undefined
          ? {}
          : { when: (ctx: BotContext) => ctx.person !== undefined && when(contextOf(ctx, ctx.person)) })
      })),
      commands,
      ...(waiting === undefined ? {} : { waiting }),
      ...(background === undefined ? {} : { background })
    }
  }
})

const isPressOf =
  (namespace: string) =>
  ({ callbackQuery }: BotContext): boolean =>
    callbackQuery?.data?.split(":", 1)[0] === namespace
