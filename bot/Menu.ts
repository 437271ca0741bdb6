/** The main menu: what the features offer to who sees it, in the order of the features, two in a row. */
import { Menu } from "@grammyjs/menu"
import { Context, Effect, Layer } from "effect"
import { Bridge, type Handler } from "./Bridge.ts"
import type { BotContext } from "./Context.ts"
import { type Entry, isFor } from "./Feature.ts"
import { Window } from "./Window.ts"

export class MainMenu extends Context.Service<
  MainMenu,
  {
    /** Shows it in the window; what the chat was in the middle of is over. */
    readonly show: Handler
    /** Once, when all features are made. Answers the middleware that draws it and takes its presses. */
    readonly fill: (entries: ReadonlyArray<Entry>) => Menu<BotContext>
  }
>()("tributary/bot/Menu") {
  static readonly layer = Layer.effect(
    MainMenu,
    Effect.gen(function* () {
      const [{ on }, window] = [yield* Bridge, yield* Window]
      let menu = new Menu<BotContext>("empty")

      const show: Handler = Effect.fn("Menu.show")(function* (ctx) {
        const { person, session, words } = ctx
        session.expects = null
        const { department = null, name = "" } = person ?? {}
        const text =
          department === null
            ? words.say("menu-title", { name })
            : words.say("menu-title-at", { name, department: department.name })
        yield* window.show(ctx, { text, keyboard: menu })
      })

      const fill = (entries: ReadonlyArray<Entry>) => {
        menu = new Menu<BotContext>("main", {
          autoAnswer: false,
          // Who is no longer offered what they press gets what they are offered now; a stranger, nothing.
          onMenuOutdated: (ctx, next) => (ctx.person === undefined ? next() : on(show)(ctx, next))
        }).dynamic((ctx, range) => {
          const offered = entries.filter(({ audience, when }) => isFor(audience, ctx.person) && when?.(ctx) !== false)
          for (const [at, { key, open }] of offered.entries()) {
            range.text(ctx.words.t(key), on(open))
            if (at % 2 === 1) range.row()
          }
        })
        return menu
      }
      return MainMenu.of({ fill, show })
    })
  )
}
