/**
 * `/deletes`: deletes that a guard withheld, with the exact rows. An admin applies or drops them, once; the next one
 * who tries sees who decided, and how.
 */
import { Effect } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import { Control, type DecidedDelete, type PendingDelete, type PendingDeletePage } from "../../core/control/Control.ts"
import { code, cut, escapeHtml, within } from "../../core/plugin/chat/Html.ts"
import { reasonHtml } from "../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../core/plugin/chat/Translator.ts"
import { UserFacingError } from "../../core/plugin/chat/UserFacingError.ts"
import { together } from "../../core/reason/Reason.ts"
import { type Feature, isAdmin } from "../Feature.ts"
import { HandlerRuntime } from "../HandlerRuntime.ts"
import { actorOfUpdate } from "../people/Actor.ts"
import * as ActorNames from "../people/ActorNames.ts"
import { Directory } from "../people/Directory.ts"
import type { BotContext } from "../session/Context.ts"
import { Window } from "../window/Window.ts"

const pageSize = 8
/** The number of pending deletes in one message; there have never been more. */
const maxListed = 20
/** For a decision older than this many the answer is only that it is gone. */
const decisionsLooked = 100
const maxReason = 300

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const control = yield* Control
  const directory = yield* Directory
  const window = yield* Window

  const list = Effect.fnUntraced(function* (ctx: BotContext) {
    const { translator } = ctx
    const open = yield* control.deletes.open(0)
    const keyboard = new InlineKeyboard()
    for (const one of open.slice(0, maxListed)) {
      keyboard
        .text(translator.t("deletes-choose", { entity: entityOf(one), rows: one.total }), `deletes:show:${one.id}:0`)
        .row()
    }
    keyboard.text(translator.t("menu-back"), "menu")
    const lines = open.map((one) => translator.say("deletes-line", { entity: entityOf(one), rows: one.total }))
    const text =
      open.length === 0
        ? translator.say("deletes-none")
        : within([translator.say("deletes-title"), ...lines], (left) => translator.say("deletes-more", { count: left }))
    yield* window.show(ctx, { text, keyboard })
  })

  /** Returns how it was decided, and by whom. */
  const decidedView = Effect.fnUntraced(function* (translator: Translator, id: bigint) {
    const decided = (yield* control.deletes.decided(0, decisionsLooked)).find((one) => one.id === id)
    if (decided === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    const by = decided.decided_by === null ? "?" : yield* ActorNames.actorNameOf(directory, decided.decided_by)
    return { text: decisionText(translator, decided, by), keyboard: backToList(translator) }
  })

  /** Finds a delete that is still pending; otherwise shows how it was decided. */
  const find = Effect.fnUntraced(function* (ctx: BotContext, id: bigint) {
    const found = (yield* control.deletes.open(0)).find((one) => one.id === id)
    if (found === undefined) yield* window.show(ctx, yield* decidedView(ctx.translator, id))
    return found
  })

  const show = Effect.fnUntraced(function* (ctx: BotContext, id: bigint, offset: number) {
    const { translator } = ctx
    const found = yield* find(ctx, id)
    if (found === undefined) return
    const page = yield* control.deletes.page(id, offset, pageSize)
    if (page === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    const keyboard = new InlineKeyboard()
    if (offset > 0)
      keyboard.text(translator.t("deletes-previous"), `deletes:show:${id}:${Math.max(0, offset - pageSize)}`)
    if (offset + pageSize < page.total)
      keyboard.text(translator.t("deletes-next"), `deletes:show:${id}:${offset + pageSize}`)
    keyboard
      .row()
      .text(translator.t("deletes-apply"), `deletes:ask:apply:${id}`)
      .text(translator.t("deletes-drop"), `deletes:ask:drop:${id}`)
      .row()
      .text(translator.t("back"), "deletes")
    const rows = page.page.map((key, at) => rowLine(key, page.current[at] ?? null))
    const to = Math.min(offset + pageSize, page.total)
    const text = within(
      [
        translator.say("deletes-shown", { entity: entityOf(page), rows: page.total }),
        `<i>${reasonHtml(translator, together(page.reasons), maxReason)}</i>`,
        "",
        translator.say("deletes-range", { from: Math.min(offset + 1, to), to, total: page.total }),
        ...rows
      ],
      (left) => translator.say("deletes-more", { count: left })
    )
    yield* window.show(ctx, { text, keyboard })
  })

  const ask = Effect.fnUntraced(function* (ctx: BotContext, decision: string, id: bigint) {
    const { translator } = ctx
    const found = yield* find(ctx, id)
    if (found === undefined) return
    const variables = { entity: entityOf(found), rows: found.total }
    const keyboard = new InlineKeyboard()
      .text(translator.t(`deletes-yes-${decision}`, { rows: found.total }), `deletes:do:${decision}:${id}`)
      .row()
      .text(translator.t("cancel"), `deletes:show:${id}:0`)
    yield* window.show(ctx, { text: translator.say(`deletes-ask-${decision}`, variables), keyboard })
  })

  const decide = Effect.fnUntraced(function* (ctx: BotContext, decision: "apply" | "drop", id: bigint) {
    const { translator } = ctx
    const found = yield* find(ctx, id)
    if (found === undefined) return
    const entity = entityOf(found)
    yield* window.work(ctx, { text: translator.say("working") }, () =>
      control.deletes.decide(id, decision, actorOfUpdate(ctx)).pipe(
        Effect.map((rows) => ({
          text: translator.say(`deletes-done-${decision}`, { entity, rows: decision === "apply" ? rows : found.total }),
          keyboard: backToList(translator)
        })),
        // Another admin decided between the look and this decision.
        Effect.catchTag("PendingDeleteGone", () => decidedView(translator, id))
      )
    )
  })

  const composer = new Composer<BotContext>()
  const admins = composer.filter(isAdmin)
  admins.command("deletes", on(list))
  admins.callbackQuery("deletes", on(list))
  admins.callbackQuery(
    /^deletes:show:(\d{1,18}):(\d{1,9})$/,
    on((ctx) => show(ctx, BigInt(ctx.match[1] ?? ""), Number(ctx.match[2])))
  )
  admins.callbackQuery(
    /^deletes:ask:(apply|drop):(\d{1,18})$/,
    on((ctx) => ask(ctx, ctx.match[1] ?? "", BigInt(ctx.match[2] ?? "")))
  )
  admins.callbackQuery(
    /^deletes:do:(apply|drop):(\d{1,18})$/,
    on((ctx) => decide(ctx, ctx.match[1] === "apply" ? "apply" : "drop", BigInt(ctx.match[2] ?? "")))
  )

  const feature: Feature = {
    namespaces: ["deletes"],
    composer,
    entries: [{ key: "menu-deletes", audience: "admins", waits: "deletes", open: list }],
    commands: [{ name: "deletes", audience: "admins" }],
    waiting: {
      kind: "deletes",
      authors: Effect.map(control.deletes.open(0), (open) => open.map(() => null)),
      opens: "deletes",
      label: "status-to-deletes"
    }
  }
  return feature
})

const entityOf = ({ account, connector, entity }: PendingDelete | PendingDeletePage): string =>
  `${connector}.${entity}${account === null ? "" : ` (${account})`}`

const backToList = (translator: Translator) =>
  new InlineKeyboard().text(translator.t("back"), "deletes").text(translator.t("menu-back"), "menu")

const decisionText = (translator: Translator, decided: DecidedDelete, by: string): string =>
  translator.say(`deletes-was-${decided.status}`, {
    entity: entityOf(decided),
    by,
    at: decided.decided_at === null ? "" : translator.moment(decided.decided_at),
    rows: decided.status === "applied" ? (decided.deleted ?? decided.total) : decided.total
  })

type Row = Readonly<Record<string, string | null>>

/** The columns that people know a row by, the best first. */
const readable = [/^name$/, /name$/, /^title$/, /^(?:description|label|comment)$/]

const rowLine = (key: Row, current: Row | null): string => {
  const id = Object.values(key)
    .map((value) => value ?? "∅")
    .join(" · ")
  const names = Object.entries(current ?? {}).filter(([column, value]) => !(column in key) && value !== null)
  const name = readable
    .map((pattern) => names.filter(([column]) => pattern.test(column)).map(([, value]) => (value ?? "").trim()))
    .find((found) => found.length > 0)
  const what = name === undefined ? "" : ` ${escapeHtml(cut(name.join(", "), 120))}`
  return `• ${code(cut(id, 80))}${current === null ? " 🫥" : what}`
}
