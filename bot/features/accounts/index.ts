/**
 * `/accounts`: which accounts connectors read for and what is wrong with one; adding, pausing and syncing one. An admin has all
 * of them, an owner their own: those whose owner is their name in the audit, `telegram:42`. Owners are told of refused credentials.
 */
import { Effect, Schedule } from "effect"
import { Composer } from "grammy"
import { type Account, decodeProgress, type Task, type Viewer } from "../../../core/control/AccountControl.ts"
import { Control } from "../../../core/control/Control.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { type Feature, isAdmin } from "../../Feature.ts"
import { HandlerRuntime } from "../../HandlerRuntime.ts"
import { actorOfUpdate } from "../../people/Actor.ts"
import type { BotContext } from "../../session/Context.ts"
import * as OpenBelow from "../../window/OpenBelow.ts"
import { Window } from "../../window/Window.ts"
import * as RefusalNotices from "./RefusalNotices.ts"
import * as SyncViews from "./SyncViews.ts"
import * as Views from "./Views.ts"

/** How soon a message shows what has changed. */
const lookEvery = "1 second"

const id = "([\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12})"

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const { accounts } = yield* Control
  const { add, again, follow, list, rows, show, stop, sync, task, turn, turnSchedule } = yield* makeHandlers

  const composer = new Composer<BotContext>()
  composer.use(yield* OpenBelow.make("accounts"))
  composer.command(
    "accounts",
    on((ctx) => (ctx.match.trim() === "" ? list(ctx) : add(ctx, ctx.match.trim().split(/\s+/))))
  )
  composer.callbackQuery("accounts", on(list))
  const pressed = <E extends { readonly message: string }>(
    verb: string,
    handle: (ctx: BotContext, id: string) => Effect.Effect<void, E>
  ) =>
    composer.callbackQuery(
      new RegExp(`^accounts:${verb}:${id}$`),
      on((ctx) => handle(ctx, ctx.match[1] ?? ""))
    )
  pressed("show", show)
  pressed("sync", sync)
  pressed("follow", follow)
  pressed("stop", stop)
  composer.callbackQuery(
    new RegExp(`^accounts:list(\\d):${id}$`),
    on((ctx) => rows(ctx, Number(ctx.match[1]), ctx.match[2] ?? ""))
  )
  pressed("task", task)
  pressed("again", again)
  pressed("pause", turn("pause"))
  pressed("resume", turn("resume"))
  pressed("on", turnSchedule(true))
  pressed("off", turnSchedule(false))

  const background = yield* RefusalNotices.make
  const feature: Feature = { namespaces: ["accounts"], composer, ofOwners: composer, background }
  // Most bots have none: the command works, should a reload bring some, and the menu has it after a restart of the bot.
  if ((yield* accounts.connectors).length === 0) return feature
  return {
    ...feature,
    entries: [{ key: "menu-accounts", audience: "owners" as const, open: list }],
    commands: [{ name: "accounts", audience: "owners" as const }]
  }
})

/** Buttons and commands can be forged: whatever they name is looked up among what the person may see. */
const viewerOf = (ctx: BotContext): Viewer => (isAdmin(ctx) ? "all" : { owner: actorOfUpdate(ctx).actor })

const makeHandlers = Effect.gen(function* () {
  const { accounts } = yield* Control
  const window = yield* Window

  const list = Effect.fnUntraced(function* (ctx: BotContext) {
    const connectors = yield* accounts.connectors
    if (connectors.length === 0) return yield* new UserFacingError({ key: "accounts-nowhere" })
    const viewer = viewerOf(ctx)
    yield* window.show(ctx, Views.listView(ctx.translator, yield* accounts.list(viewer), connectors, viewer))
  })

  const show = Effect.fnUntraced(function* (ctx: BotContext, id: string) {
    const account = yield* accounts.read(id, viewerOf(ctx))
    const about = yield* Effect.all({
      lists: accounts.lists(account),
      failures: accounts.failures(account),
      schedules: accounts.schedules(account),
      syncs: accounts.syncs(account)
    })
    yield* window.show(ctx, Views.accountView(ctx.translator, account, about))
  })

  const rows = Effect.fnUntraced(function* (ctx: BotContext, at: number, id: string) {
    const account = yield* accounts.read(id, viewerOf(ctx))
    const list = (yield* accounts.lists(account))[at]
    if (list === undefined) return yield* show(ctx, id)
    yield* window.show(ctx, Views.rowsView(ctx.translator, account, yield* accounts.rows(account, list.name)))
  })

  /** Link and code are for the person who asked: whoever else confirmed them would connect another account. */
  const task = Effect.fnUntraced(function* (ctx: BotContext, id: string) {
    const found = yield* accounts.task(id, viewerOf(ctx))
    const { actor, trigger } = actorOfUpdate(ctx)
    const isTheirs = found.trigger === trigger && found.createdBy === actor
    const progress = isTheirs ? yield* decodeProgress(found.progress) : undefined
    yield* window.show(ctx, Views.taskView(ctx.translator, found, progress))
  })

  const authorize = Effect.fnUntraced(function* (
    ctx: BotContext,
    wanted: Pick<Account, "connector" | "name" | "owner">
  ) {
    const { taskId } = yield* accounts.authorize(wanted, actorOfUpdate(ctx))
    yield* task(ctx, taskId)
  })

  const add = Effect.fnUntraced(function* (ctx: BotContext, words: ReadonlyArray<string>) {
    const viewer = viewerOf(ctx)
    if (viewer !== "all") return yield* addOwn(ctx, viewer.owner, words)
    const [connector, owner, name, ...others] = words
    if (connector === undefined || owner === undefined || name === undefined || others.length > 0) {
      return yield* new UserFacingError({ key: "accounts-usage" })
    }
    yield* authorize(ctx, { connector, owner, name })
  })

  /** Whoever owns none is let in by an admin, who adds the first one. */
  const addOwn = Effect.fnUntraced(function* (ctx: BotContext, owner: string, words: ReadonlyArray<string>) {
    if ((yield* accounts.list({ owner })).length === 0) return yield* new UserFacingError({ key: "accounts-own-none" })
    const [connector, name, ...others] = words
    if (connector === undefined || name === undefined || others.length > 0) {
      return yield* new UserFacingError({ key: "accounts-own-usage" })
    }
    yield* authorize(ctx, { connector, owner, name })
  })

  const again = Effect.fnUntraced(function* (ctx: BotContext, id: string) {
    yield* authorize(ctx, yield* accounts.read(id, viewerOf(ctx)))
  })

  const turn = (way: "pause" | "resume") =>
    Effect.fnUntraced(function* (ctx: BotContext, id: string) {
      yield* accounts[way](yield* accounts.read(id, viewerOf(ctx)), actorOfUpdate(ctx))
      yield* show(ctx, id)
    })

  const turnSchedule = (enabled: boolean) =>
    Effect.fnUntraced(function* (ctx: BotContext, id: string) {
      const { account } = yield* accounts.schedule(id, viewerOf(ctx))
      yield* accounts.turnSchedule(id, enabled, actorOfUpdate(ctx))
      yield* show(ctx, account.id)
    })

  /** The tasks that a message follows. */
  const followed = new Set<string>()

  /** Shows how far a started sync is, until it ends. It goes on without the bot, which can follow it again. */
  const follow = Effect.fnUntraced(function* (ctx: BotContext, id: string) {
    const begun = yield* accounts.task(id, viewerOf(ctx))
    const viewOf = (task: Task) => SyncViews.taskView(ctx.translator, task)
    followed.add(id)
    yield* window.work(ctx, viewOf(begun), (show) =>
      accounts.task(id, viewerOf(ctx)).pipe(
        Effect.tap((task) => show(viewOf(task))),
        Effect.repeat({ until: ({ state }) => state !== "running", schedule: Schedule.spaced(lookEvery) }),
        Effect.map(viewOf),
        Effect.ensuring(Effect.sync(() => followed.delete(id)))
      )
    )
  })

  const sync = Effect.fnUntraced(function* (ctx: BotContext, id: string) {
    const task = yield* accounts.sync(yield* accounts.read(id, viewerOf(ctx)), actorOfUpdate(ctx))
    yield* follow(ctx, task.id)
  })

  /** A message that follows the sync shows by itself that it was stopped. */
  const stop = Effect.fnUntraced(function* (ctx: BotContext, id: string) {
    const task = yield* accounts.task(id, viewerOf(ctx))
    if (task.state === "running") yield* accounts.stop(task, actorOfUpdate(ctx))
    if (!followed.has(id))
      yield* window.show(ctx, SyncViews.taskView(ctx.translator, yield* accounts.task(id, viewerOf(ctx))))
  })

  return { add, again, follow, list, rows, show, stop, sync, task, turn, turnSchedule }
})
