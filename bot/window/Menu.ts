/**
 * The main menu: the entries that the features offer to the person, in the order of the features, two in a row; for
 * admins the daily work comes before the operation of the daemon. An entry shows the number of its waiting items.
 */
import { Menu } from "@grammyjs/menu"
import { Context, Duration, Effect, Fiber, Layer } from "effect"
import { type Entry, isFor } from "../Feature.ts"
import { type Handler, HandlerRuntime } from "../HandlerRuntime.ts"
import type { BotContext } from "../session/Context.ts"
import { logInputEntry } from "../session/InputLog.ts"
import { WaitingCounts } from "./WaitingCounts.ts"
import { Window } from "./Window.ts"

export class MainMenu extends Context.Service<
  MainMenu,
  {
    /** Shows it in the window and ends the chat's current flow. */
    readonly show: Handler
    /** Called once, when all features are made. Returns the middleware that draws it and handles its presses. */
    readonly fill: (entries: ReadonlyArray<Entry>) => Menu<BotContext>
  }
>()("tributary/bot/window/Menu") {
  static readonly layer = Layer.effect(
    MainMenu,
    Effect.gen(function* () {
      const [{ runInBackground, on }, waiting, window] = [yield* HandlerRuntime, yield* WaitingCounts, yield* Window]
      let menu = new Menu<BotContext>("empty")

      /** Runs after the answer if the database is slow: the menu then shows the last known numbers. */
      const counted = Effect.fnUntraced(function* ({ person }: BotContext) {
        if (person?.isAdmin !== true) return
        yield* Effect.timeoutOption(Fiber.await(runInBackground(waiting.read(person))), timeout)
      })

      const show: Handler = Effect.fn("Menu.show")(function* (ctx) {
        const { person, session, translator } = ctx
        session.expects = null
        yield* counted(ctx)
        const { department = null, name = "" } = person ?? {}
        const text =
          department === null
            ? translator.say("menu-title", { name })
            : translator.say("menu-title-at", { name, department: department.name })
        yield* window.show(ctx, { text, keyboard: menu })
      })

      const labelOf = ({ person, translator }: BotContext, { key, waits }: Entry): string => {
        const count = waits === undefined ? 0 : waiting.known(waits, person)
        return count === 0 ? translator.t(key) : `${translator.t(key)} (${count})`
      }

      const open = (ctx: BotContext, { key, open }: Entry) => Effect.andThen(logInputEntry(ctx, key), open(ctx))

      const fill = (entries: ReadonlyArray<Entry>) => {
        const offeredTo = (ctx: BotContext) => {
          const offered = entries.filter(({ audience, when }) => isFor(audience, ctx.person) && when?.(ctx) !== false)
          const [ofAdmins, daily] = [true, false].map((is) =>
            offered.filter((entry) => isOfAdmins(entry, ctx.person) === is)
          )
          return { daily: daily ?? [], ofAdmins: ofAdmins ?? [] }
        }
        const again: Handler = (ctx) => Effect.andThen(logInputEntry(ctx, "again"), show(ctx))
        menu = new Menu<BotContext>("main", {
          autoAnswer: false,
          // A press on an entry that is no longer offered shows the current menu; a stranger gets nothing.
          onMenuOutdated: (ctx, next) => (ctx.person === undefined ? next() : on(again)(ctx, next)),
          // The numbers may change between two looks, but not what a button does.
          fingerprint: (ctx) => {
            const { daily, ofAdmins } = offeredTo(ctx)
            return [ctx.translator?.locale ?? "", ...[...daily, ...ofAdmins].map(({ key }) => key)].join()
          }
        }).dynamic((ctx, range) => {
          const { daily, ofAdmins } = offeredTo(ctx)
          for (const [heading, group] of [
            ["menu-daily", daily],
            ["menu-running", ofAdmins]
          ] as const) {
            if (daily.length > 0 && ofAdmins.length > 0) range.text(ctx.translator.t(heading), on(again)).row()
            for (const [at, entry] of group.entries()) {
              range.text(
                labelOf(ctx, entry),
                on((ctx) => open(ctx, entry))
              )
              if (at % 2 === 1) range.row()
            }
            if (group.length % 2 === 1) range.row()
          }
        })
        return menu
      }
      return MainMenu.of({ fill, show })
    })
  )
}

/** An admin sees all accounts as part of the daemon; an owner has nothing else. */
const isOfAdmins = ({ audience }: Entry, person: BotContext["person"]): boolean =>
  audience === "admins" || (audience === "owners" && person?.isAdmin === true)

const timeout = Duration.millis(100)
