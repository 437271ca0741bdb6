/** The `ChatContext` of an update from a person who is signed in. */
import { Effect } from "effect"
import type { ChatContext } from "../../core/plugin/chat/ChatContext.ts"
import { actorOfUpdate } from "../people/Actor.ts"
import type { Person } from "../people/Person.ts"
import type { BotContext } from "../session/Context.ts"
import { MainMenu } from "../window/Menu.ts"
import { Window } from "../window/Window.ts"
import { toChatPerson, toView } from "./Conversions.ts"

export const make = Effect.gen(function* () {
  const [menu, window] = [yield* MainMenu, yield* Window]
  return (ctx: BotContext, person: Person): ChatContext => ({
    chat: ctx.chat?.id ?? 0,
    person: toChatPerson(person),
    by: actorOfUpdate(ctx),
    translator: ctx.translator,
    session: ctx.session,
    show: (view) => Effect.asVoid(window.show(ctx, toView(view))),
    work: (placeholder, work) =>
      window.work(ctx, toView(placeholder), (progress) =>
        Effect.map(
          work((view) => progress(toView(view))),
          toView
        )
      ),
    menu: Effect.suspend(() => menu.show(ctx))
  })
})
