/**
 * The main menu: what the features offer to who sees it, in the order of the features, two in a row; for admins the daily
 * work first and the running of the daemon below it. An entry behind which something waits has the number on it.
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
    /** Shows it in the window; what the chat was in the middle of is over. */
    readonly show: Handler
    /** Once, when all features are made. Answers the middleware that draws it and takes its presses. */
    readonly fill: (entries: ReadonlyArray<Entry>) => Menu<BotContext>
  }
>()("tributary/bot/window/Menu") {
  static readonly layer = Layer.effect(
    MainMenu,
    Effect.gen(function* () {
      const [{ behind, on }, waiting, window] = [yield* HandlerRuntime, yield* WaitingCounts, yield* Window]
      let menu = new Menu<BotContext>("empty")

      /** Behind the answer when the database is far away: the numbers are then those of the last time. */
      const counted = Effect.fnUntraced(function* ({ person }: BotContext) {
        if (person?.isAdmin !== true) return
        yield* Effect.timeoutOption(Fiber.await(behind(waiting.read(person))), timeout)
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
          const [ofAdmins, daily] = [true, false].map((is) => offered.filter((entry) => isOfAdmins(entry) === is))
          return { daily: daily ?? [], ofAdmins: ofAdmins ?? [] }
        }
        const again: Handler = (ctx) => Effect.andThen(logInputEntry(ctx, "again"), show(ctx))
        menu = new Menu<BotContext>("main", {
          autoAnswer: false,
          // Who is no longer offered what they press gets what they are offered now; a stranger, nothing.
          onMenuOutdated: (ctx, next) => (ctx.person === undefined ? next() : on(again)(ctx, next)),
          // The numbers may change between two looks: what a button does, does not.
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

const isOfAdmins = ({ audience }: Entry): boolean => audience === "admins"

const timeout = Duration.millis(100)
