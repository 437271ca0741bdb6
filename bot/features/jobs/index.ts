/** `/jobs`: when each job fires and how it last ended. An admin runs one now, pauses or resumes it. */
import { Effect } from "effect"
import { Composer } from "grammy"
import { Control } from "../../../core/control/Control.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { adminFeature, isAdmin } from "../../Feature.ts"
import { HandlerRuntime } from "../../HandlerRuntime.ts"
import { actorOfUpdate } from "../../people/Actor.ts"
import { Settings } from "../../Settings.ts"
import type { BotContext } from "../../session/Context.ts"
import { callbackIdOf, callbackIdPattern } from "../../window/CallbackIds.ts"
import * as ProgressBoard from "../../window/ProgressBoard.ts"
import { Window } from "../../window/Window.ts"
import * as Views from "./Views.ts"

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const { list, run, setPaused, show } = yield* makeHandlers

  const composer = new Composer<BotContext>()
  const admins = composer.filter(isAdmin)
  admins.command("jobs", on(list))
  admins.callbackQuery("jobs", on(list))
  admins.callbackQuery(
    new RegExp(`^jobs:show:(${callbackIdPattern})$`),
    on((ctx) => show(ctx, ctx.match[1] ?? ""))
  )
  admins.callbackQuery(
    new RegExp(`^jobs:run:(${callbackIdPattern})$`),
    on((ctx) => run(ctx, ctx.match[1] ?? ""))
  )
  admins.callbackQuery(
    new RegExp(`^jobs:(pause|resume):(${callbackIdPattern})$`),
    on((ctx) => setPaused(ctx, ctx.match[1] === "pause" ? "pause" : "resume", ctx.match[2] ?? ""))
  )

  return adminFeature("jobs", composer, list)
})

const makeHandlers = Effect.gen(function* () {
  const { jobs } = yield* Control
  const { timezone } = yield* Settings
  const window = yield* Window

  const list = Effect.fnUntraced(function* (ctx: BotContext) {
    yield* window.show(ctx, Views.listView(ctx.translator, yield* jobs.list, timezone))
  })

  const find = Effect.fnUntraced(function* (id: string) {
    const found = (yield* jobs.list).find(({ name }) => callbackIdOf(name) === id)
    return found === undefined ? yield* new UserFacingError({ key: "jobs-gone" }) : found
  })

  const show = Effect.fnUntraced(function* (ctx: BotContext, id: string) {
    yield* window.show(ctx, Views.jobView(ctx.translator, yield* find(id), timezone))
  })

  const run = Effect.fnUntraced(function* (ctx: BotContext, id: string) {
    const { translator } = ctx
    const { name } = yield* find(id)
    const by = actorOfUpdate(ctx)
    const title = translator.say("jobs-running", { job: name })
    yield* window.work(ctx, { text: title }, (show) =>
      Effect.map(
        ProgressBoard.live({ entities: [], show, title, translator }, (onEvent) => jobs.run(name, { ...by, onEvent })),
        (ended) => Views.outcomeView(translator, name, ended)
      )
    )
  })

  const setPaused = Effect.fnUntraced(function* (ctx: BotContext, what: "pause" | "resume", id: string) {
    const { name } = yield* find(id)
    const by = actorOfUpdate(ctx).actor
    yield* jobs[what](name, by)
    yield* Effect.annotateLogs(Effect.logInfo(what === "pause" ? "a job was paused" : "a job goes on"), {
      service: "jobs",
      job: name,
      actor: by
    })
    yield* show(ctx, id)
  })

  return { list, run, setPaused, show }
})
