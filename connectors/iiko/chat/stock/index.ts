/**
 * What is below its minimum, as it was read last. Opening it asks iiko for nothing, turning its pages asks nobody, and a
 * button reads products and balances anew. What a job finds goes to the chats of the role; an employee among them is told
 * of their own department.
 */
import { Effect, Option, Schema, Stream } from "effect"
import { Composer, InlineKeyboard } from "grammy"
import type { Feature } from "../../../../bot/Feature.ts"
import { HandlerRuntime } from "../../../../bot/HandlerRuntime.ts"
import { actorOfUpdate } from "../../../../bot/people/Actor.ts"
import { Directory } from "../../../../bot/people/Directory.ts"
import { Settings } from "../../../../bot/Settings.ts"
import type { BotContext } from "../../../../bot/session/Context.ts"
import { Broadcast } from "../../../../bot/telegram/Broadcast.ts"
import type { View } from "../../../../bot/window/View.ts"
import { Window } from "../../../../bot/window/Window.ts"
import { Control } from "../../../../core/control/Control.ts"
import { remember } from "../../../../core/plugin/chat/BoundedMap.ts"
import { bold, escapeHtml, within } from "../../../../core/plugin/chat/Html.ts"
import { addPages, pageOf } from "../../../../core/plugin/chat/Pages.ts"
import type { Translator } from "../../../../core/plugin/chat/Translator.ts"
import { dataOf } from "../ActionData.ts"
import { askForOwn, choice, keyOf, partOf, type Scope, scopeOf, scopePattern } from "../Departments.ts"

const Product = Schema.Struct({
  name: Schema.String,
  unit: Schema.NullOr(Schema.String),
  stock: Schema.String,
  minimum: Schema.String,
  maximum: Schema.NullOr(Schema.String),
  deficit: Schema.String
})
const Found = Schema.Struct({
  departments: Schema.Array(Schema.Struct({ id: Schema.String, name: Schema.String, products: Schema.Array(Product) }))
})
type Departments = (typeof Found.Type)["departments"]
const decodeFound = Schema.decodeUnknownEffect(Found)

/** Of two lines each. */
const perPage = 12

export const make = Effect.gen(function* () {
  const { on } = yield* HandlerRuntime
  const broadcast = yield* Broadcast
  const { actionRuns, actions, events, standings } = yield* Control
  const directory = yield* Directory
  const { connector } = yield* Settings
  const window = yield* Window

  const action = `${connector}.below-minimum`
  const balances = `${connector}.stock_balance`
  const refreshed = [`${connector}.product`, balances]

  /** Says how far the refresh is, until it is interrupted. */
  const follow = (translator: Translator, progress: (view: View) => Effect.Effect<void>) => {
    const rows = new Map(refreshed.map((entity) => [entity, { count: 0, isRead: false }]))
    return Stream.runForEach(events, (event) => {
      const state = rows.get(event.entity)
      if (state === undefined) return Effect.void
      if (event._tag === "Rows") state.count += event.count
      if (event._tag === "Finished") state.isRead = true
      const [products, stock] = refreshed.map((entity) => {
        const { count = 0, isRead = false } = rows.get(entity) ?? {}
        return `${translator.number(String(count))}${isRead ? " ✅" : "…"}`
      })
      return progress({ text: translator.say("stock-reading", { products: products ?? "", stock: stock ?? "" }) })
    })
  }

  const readAt = Effect.map(standings, (all) => all.find(({ id }) => id === balances)?.freshAt ?? null)

  /** By chat; a person turns the pages of the list that they opened. */
  const opened = new Map<number, Opened>()

  const turn = Effect.fnUntraced(function* (ctx: BotContext, asked: string, page: number) {
    const { person, translator } = ctx
    const scope = yield* scopeOf(person, asked, yield* directory.departments)
    const list = opened.get(ctx.chat?.id ?? 0)
    if (scope === undefined || list === undefined || keyOf(list.scope) !== keyOf(scope)) {
      return yield* show(ctx, asked, page, false)
    }
    yield* window.show(ctx, listed(translator, list, page, person?.isAdmin === true))
  })

  const show = Effect.fnUntraced(function* (ctx: BotContext, asked: string, page: number, refresh: boolean) {
    const { person, translator } = ctx
    const departments = yield* directory.departments
    const scope = yield* scopeOf(person, asked, departments)
    if (scope === undefined) return yield* Effect.asVoid(window.show(ctx, askForOwn(translator)))
    const by = actorOfUpdate(ctx)
    const input = { refresh, ...(scope === "all" ? {} : { department: scope.id }) }
    const placeholder = { text: refresh ? translator.say("stock-refreshing") : translator.say("working") }
    yield* window.work(ctx, placeholder, (progress) =>
      Effect.gen(function* () {
        const running = actions.run(action, input, by)
        const run = yield* refresh
          ? Effect.raceFirst(running, Effect.andThen(follow(translator, progress), Effect.never))
          : running
        const [found, at] = yield* Effect.all([dataOf(decodeFound)(run), readAt], { concurrency: 2 })
        const list: Opened = { scope, departments: found.departments, at, isStale: run.notes.length > 0 }
        remember(opened, ctx.chat?.id ?? 0, list)
        return listed(translator, list, page, person?.isAdmin === true)
      })
    )
  })

  const open = (ctx: BotContext) =>
    ctx.person?.isAdmin === true
      ? Effect.flatMap(directory.departments, (all) =>
          Effect.asVoid(
            window.show(
              ctx,
              choice(ctx.translator, all, (key) => `stock:show:${key}:0`)
            )
          )
        )
      : show(ctx, "own", 0, false)

  const tell = Effect.fnUntraced(function* ({ departments }: typeof Found.Type) {
    const to = yield* broadcast.recipients("stock")
    yield* Effect.forEach(
      to,
      Effect.fnUntraced(function* (recipient) {
        const part = partOf(yield* directory.find(recipient.chat))
        const own = part === null ? departments : departments.filter(({ id }) => id === part)
        // Where others lack something and this one does not, there is nothing to say.
        if (own.length === 0 && departments.length > 0) return
        yield* broadcast.tell(recipient, (translator) => ({
          text: [translator.say("stock-told"), bodyOf(translator, own, part === null)].join("\n\n")
        }))
      }),
      { concurrency: "unbounded", discard: true }
    )
  })

  const composer = new Composer<BotContext>()
  composer.command("stock", on(open))
  composer.callbackQuery("stock", on(open))
  composer.callbackQuery(
    new RegExp(`^stock:(show|refresh):(${scopePattern}):(\\d{1,3})$`),
    on((ctx) => show(ctx, ctx.match[2] ?? "", Number(ctx.match[3]), ctx.match[1] === "refresh"))
  )
  composer.callbackQuery(
    new RegExp(`^stock:page:(${scopePattern}):(\\d{1,3})$`),
    on((ctx) => turn(ctx, ctx.match[1] ?? "", Number(ctx.match[2])))
  )

  const feature: Feature = {
    composer,
    entries: [{ key: "menu-stock", audience: "everybody", open }],
    commands: [{ name: "stock", audience: "everybody" }],
    background: actionRuns.pipe(
      Stream.filter(
        ({ run, trigger }) => trigger === "job" && run.action === action && !run.dryRun && run.data !== null
      ),
      Stream.runForEach(({ run }) => Effect.flatMap(Effect.orDie(decodeFound(run.data)), tell))
    )
  }
  return feature
})

const amount = (translator: Translator, number: string, unit: string | null): string =>
  unit === null ? translator.number(number) : `${translator.number(number)} ${unit}`

const lineOf = (
  translator: Translator,
  { deficit, maximum, minimum, name, stock, unit }: typeof Product.Type
): string => {
  const amounts = {
    stock: translator.number(stock),
    minimum: amount(translator, minimum, unit),
    deficit: amount(translator, deficit, unit)
  }
  const second =
    maximum === null
      ? translator.say("stock-amounts", amounts)
      : translator.say("stock-amounts-most", { ...amounts, maximum: translator.number(maximum) })
  return `${bold(escapeHtml(name))}\n${second}`
}

const flat = (departments: Departments) =>
  departments.flatMap(({ name, products }) => products.map((product) => ({ department: name, product })))

const linesOf = (
  translator: Translator,
  rows: Readonly<ReturnType<typeof flat>>,
  named: boolean
): ReadonlyArray<string> =>
  rows.flatMap(({ department, product }, at) => [
    ...(named && rows[at - 1]?.department !== department ? [`\n🏠 ${bold(escapeHtml(department))}`] : []),
    lineOf(translator, product)
  ])

/** `named`: under the names of departments. */
const bodyOf = (translator: Translator, departments: Departments, named: boolean): string => {
  const rows = flat(departments)
  if (rows.length === 0) return translator.say("stock-enough")
  return within(linesOf(translator, rows, named), (count) => translator.say("stock-more", { count }))
}

interface Opened {
  readonly scope: Scope
  readonly departments: Departments
  readonly at: Date | null
  /** Something could not be read anew. */
  readonly isStale: boolean
}

const listed = (
  translator: Translator,
  { at, departments, isStale, scope }: Opened,
  page: number,
  isAdmin: boolean
): View => {
  const rows = flat(departments)
  const shown = pageOf(rows, page, perPage)
  const name = scope === "all" ? translator.t("departments-all") : scope.name
  const title = translator.say("stock-title", { name, count: rows.length })
  const body =
    rows.length === 0
      ? translator.say("stock-enough")
      : linesOf(translator, shown.items, scope === "all")
          .join("\n")
          .trim()
  const read = Option.match(Option.fromNullishOr(at), {
    onNone: () => translator.say("stock-never-read"),
    onSome: (moment) => translator.say("stock-read", { at: translator.moment(moment) })
  })
  const key = keyOf(scope)
  const keyboard = new InlineKeyboard()
  addPages(keyboard, shown, (next) => `stock:page:${key}:${next}`)
  keyboard.text(translator.t("stock-refresh"), `stock:refresh:${key}:0`).row()
  if (isAdmin) keyboard.text(translator.t("departments-other"), "stock").row()
  keyboard.text(translator.t("menu-back"), "menu")
  return { text: [title, body, isStale ? `${read}\n${translator.say("stock-stale")}` : read].join("\n\n"), keyboard }
}
