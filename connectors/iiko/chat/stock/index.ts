/**
 * Products below their minimum, as of the last sync. Opening the list does not call iiko, turning a page does not even query
 * the database, and a button syncs products and balances. The findings of a job go to the chats of the role `stock`;
 * employees get those of their own department.
 */
import { Effect, Stream } from "effect"
import { type ChatContext, type ChatFeature, ChatKernel, remember } from "../../../../core/sdk.ts"
import { dataOf } from "../ActionData.ts"
import { askForOwn, choice, keyOf, partOf, scopeOf, scopePattern } from "../Departments.ts"
import { follow } from "./RefreshProgress.ts"
import { decodeShortages, type ShortageData } from "./Shortages.ts"
import { listView, notification, type StockList } from "./StockListView.ts"

export const make = Effect.gen(function* () {
  const { broadcast, connector, control, people } = yield* ChatKernel
  const { actionRuns, actions, events, summaries } = control

  const action = `${connector}.below-minimum`
  const balances = `${connector}.stock_balance`

  const readAt = Effect.map(summaries, (all) => all.find(({ id }) => id === balances)?.freshAt ?? null)

  /** The list that was opened in each chat, for its other pages. */
  const opened = new Map<number, StockList>()

  const turn = Effect.fnUntraced(function* (ctx: ChatContext, asked: string, page: number) {
    const { chat, person, translator } = ctx
    const scope = yield* scopeOf(person, asked, yield* people.departments)
    const list = opened.get(chat)
    if (scope === undefined || list === undefined || keyOf(list.scope) !== keyOf(scope)) {
      return yield* show(ctx, asked, page, false)
    }
    yield* ctx.show(listView(translator, list, page, person.isAdmin))
  })

  const show = Effect.fnUntraced(function* (ctx: ChatContext, asked: string, page: number, refresh: boolean) {
    const { by, chat, person, translator } = ctx
    const scope = yield* scopeOf(person, asked, yield* people.departments)
    if (scope === undefined) return yield* ctx.show(askForOwn(translator))
    const input = { refresh, ...(scope === "all" ? {} : { department: scope.id }) }
    const placeholder = { text: translator.say(refresh ? "stock-refreshing" : "working") }
    yield* ctx.work(placeholder, (progress) =>
      Effect.gen(function* () {
        const running = actions.run(action, input, by)
        const following = follow(translator, events, [`${connector}.product`, balances], progress)
        const run = yield* refresh ? Effect.raceFirst(running, Effect.andThen(following, Effect.never)) : running
        const [found, at] = yield* Effect.all([dataOf(decodeShortages)(run), readAt], { concurrency: 2 })
        const list: StockList = { scope, departments: found.departments, at, isStale: run.notes.length > 0 }
        remember(opened, chat, list)
        return listView(translator, list, page, person.isAdmin)
      })
    )
  })

  const open = (ctx: ChatContext) =>
    ctx.person.isAdmin
      ? Effect.flatMap(people.departments, (all) =>
          ctx.show(choice(ctx.translator, all, (key) => `stock:show:${key}:0`))
        )
      : show(ctx, "own", 0, false)

  const notify = Effect.fnUntraced(function* ({ departments }: ShortageData) {
    yield* Effect.forEach(
      yield* broadcast.recipients("stock"),
      (recipient) => {
        const part = partOf(recipient.person)
        const own = part === null ? departments : departments.filter(({ id }) => id === part)
        // Other departments lack something and this one does not: no message.
        if (own.length === 0 && departments.length > 0) return Effect.void
        return broadcast.notify(recipient, (translator) => notification(translator, own, part === null))
      },
      { concurrency: "unbounded", discard: true }
    )
  })

  const feature: ChatFeature = {
    namespace: "stock",
    commands: [{ name: "stock", audience: "everybody", run: open }],
    entries: [{ key: "menu-stock", audience: "everybody", open }],
    presses: [
      { data: "stock", run: open },
      {
        data: new RegExp(`^stock:(show|refresh):(${scopePattern}):(\\d{1,3})$`),
        run: (ctx, [, how, scope = "", page]) => show(ctx, scope, Number(page), how === "refresh")
      },
      {
        data: new RegExp(`^stock:page:(${scopePattern}):(\\d{1,3})$`),
        run: (ctx, [, scope = "", page]) => turn(ctx, scope, Number(page))
      }
    ],
    background: actionRuns.pipe(
      Stream.filter(
        ({ run, trigger }) => trigger === "job" && run.action === action && !run.dryRun && run.data !== null
      ),
      Stream.runForEach(({ run }) => Effect.flatMap(Effect.orDie(decodeShortages(run.data)), notify))
    )
  }
  return feature
})
