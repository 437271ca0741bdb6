/** `/config`: what is declared, the files to download and to send back edited, and the history of changes. */
import { Effect } from "effect"
import { Composer } from "grammy"
import { Control } from "../../../core/control/Control.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { adminFeature, isAdmin } from "../../Feature.ts"
import { type Handler, HandlerRuntime } from "../../HandlerRuntime.ts"
import * as ActorNames from "../../people/ActorNames.ts"
import { Directory } from "../../people/Directory.ts"
import type { BotContext } from "../../session/Context.ts"
import { callbackIdOf, callbackIdPattern } from "../../window/CallbackIds.ts"
import { Window } from "../../window/Window.ts"
import * as FileEdits from "./FileEdits.ts"
import * as Overview from "./Overview.ts"

const versionsShown = 10

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const control = yield* Control
  const directory = yield* Directory
  const window = yield* Window
  const edits = yield* FileEdits.make

  const open: Handler = Effect.fnUntraced(function* (ctx) {
    ctx.session.expects = null
    const [generation, files] = [yield* control.generation, yield* control.configuration.files]
    yield* window.show(ctx, Overview.overview(ctx.translator, generation, files))
  })

  const showConnector = Effect.fnUntraced(function* (ctx: BotContext, wanted: string, page: number) {
    const view = yield* Overview.connector(ctx.translator, control, { wanted, page })
    if (view === undefined) return yield* new UserFacingError({ key: "pick-gone" })
    yield* window.show(ctx, view)
  })

  const sendFile = Effect.fnUntraced(function* (ctx: BotContext, wanted: string) {
    const file = (yield* control.configuration.files).find(({ name }) => callbackIdOf(name) === wanted)
    if (file === undefined) return yield* new UserFacingError({ key: "pick-gone" })
    const { name, text } = file
    yield* edits.sendFile(ctx, { name: name.replace(/^.*\//, ""), text, caption: name })
  })

  const showVersions = Effect.fnUntraced(function* (ctx: BotContext) {
    const all = yield* control.configuration.versions(versionsShown)
    const actors = yield* Effect.forEach(all, ({ actor, trigger }) =>
      actor === null ? Effect.succeed(trigger) : ActorNames.actorNameOf(directory, actor)
    )
    yield* window.show(ctx, Overview.versions(ctx.translator, all, actors))
  })

  const composer = new Composer<BotContext>()
  const admins = composer.filter(isAdmin)
  admins.command("config", on(open))
  admins.callbackQuery("config", on(open))
  admins.callbackQuery("config:versions", on(showVersions))
  admins.callbackQuery(
    new RegExp(`^config:of:(${callbackIdPattern}):(\\d{1,3})$`),
    on((ctx) => showConnector(ctx, ctx.match[1] ?? "", Number(ctx.match[2])))
  )
  admins.callbackQuery(
    new RegExp(`^config:file:(${callbackIdPattern})$`),
    on((ctx) => sendFile(ctx, ctx.match[1] ?? ""))
  )
  admins.callbackQuery(
    /^config:(write|drop):(\d{1,15})$/,
    on((ctx) => (ctx.match[1] === "write" ? edits.write : edits.drop)(ctx, Number(ctx.match[2])))
  )
  admins.on("message:document", on(edits.receive))

  return adminFeature("config", composer, open)
})
