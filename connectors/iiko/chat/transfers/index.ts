/**
 * Automatic transfers, for admins: the last evenings from the log, a dry run, and a run now. The outcome of every run,
 * whatever its trigger, is sent to admins and to the accounting chats that the configuration names.
 */
import { Effect, Stream } from "effect"
import {
  type ActionOutcome,
  addPages,
  type ChatContext,
  type ChatFeature,
  ChatKernel,
  type ChatView,
  Keyboard,
  pageOf,
  type Translator,
  UserFacingError
} from "../../../../core/sdk.ts"
import * as Evenings from "./Evenings.ts"
import * as SkippedTransfers from "./SkippedTransfers.ts"
import { decodeTransfers, type Evening, eveningText, failureText, runText } from "./Summary.ts"

const textOf = (translator: Translator, run: ActionOutcome): Effect.Effect<string> =>
  run.data === null
    ? Effect.succeed(failureText(translator, run))
    : Effect.map(Effect.orDie(decodeTransfers(run.data)), (found) => runText(translator, found, run.dryRun))

export const make = Effect.gen(function* () {
  const { broadcast, confirmations, connector, control } = yield* ChatKernel
  const { actionRuns, actions } = control
  const action = `${connector}.negative-transfer`
  const evenings = yield* Evenings.make(action)
  const left = yield* SkippedTransfers.make

  const show = (ctx: ChatContext, page: number) =>
    ctx.work({ text: ctx.translator.say("working") }, () =>
      Effect.map(evenings, (all) => eveningView(ctx.translator, all, page))
    )

  const perform = ({ by, translator, work }: ChatContext, dryRun: boolean) => {
    const placeholder = { text: translator.say(dryRun ? "transfers-looking" : "transfers-moving") }
    return work(placeholder, () =>
      Effect.gen(function* () {
        const run = yield* actions.run(action, {}, { ...by, dryRun })
        return { text: yield* textOf(translator, run), keyboard: backTo(translator) }
      })
    )
  }

  const ask = Effect.fnUntraced(function* ({ by, show, translator }: ChatContext) {
    const offer = yield* confirmations.make("transfers", null, by.actor)
    const keyboard = new Keyboard()
      .text(translator.t("transfers-run-now"), `transfers:run:${offer}`)
      .row()
      .text(translator.t("cancel"), "transfers")
    yield* show({ text: translator.say("transfers-sure"), keyboard })
  })

  const go = Effect.fnUntraced(function* (ctx: ChatContext, offer: number) {
    const taken = yield* confirmations.take("transfers", offer)
    if (taken === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    yield* perform(ctx, false)
  })

  /** Accounting only if the configuration names it: the default of a role is everybody. */
  const concerned = Effect.gen(function* () {
    const admins = yield* broadcast.admins
    const accounting = broadcast.isNamed("accounting") ? yield* broadcast.recipients("accounting") : []
    const known = new Set(admins.map(({ chat }) => chat))
    return [...admins, ...accounting.filter(({ chat }) => !known.has(chat))]
  })

  const notify = Effect.fnUntraced(function* (run: ActionOutcome) {
    if (run.data !== null) {
      const found = yield* Effect.orDie(decodeTransfers(run.data))
      yield* left.remember(found.day, found)
    }
    yield* Effect.forEach(
      yield* concerned,
      (recipient) =>
        Effect.flatMap(textOf(recipient.translator, run), (text) => broadcast.notify(recipient, () => ({ text }))),
      { concurrency: "unbounded", discard: true }
    )
  })

  const open = (ctx: ChatContext) => show(ctx, 0)
  const feature: ChatFeature = {
    namespace: "transfers",
    commands: [{ name: "transfers", audience: "admins", run: open }],
    entries: [{ key: "menu-transfers", audience: "admins", open }],
    presses: [
      { data: "transfers", admins: true, run: open },
      { data: /^transfers:page:(\d{1,3})$/, admins: true, run: (ctx, [, page]) => show(ctx, Number(page)) },
      { data: "transfers:dry", admins: true, run: (ctx) => perform(ctx, true) },
      { data: "transfers:ask", admins: true, run: ask },
      { data: /^transfers:run:(\d{1,18})$/, admins: true, run: (ctx, [, offer]) => go(ctx, Number(offer)) }
    ],
    background: actionRuns.pipe(
      Stream.filter(({ run }) => run.action === action && !run.dryRun),
      Stream.runForEach(({ run }) => notify(run))
    )
  }
  return feature
})

const eveningView = (translator: Translator, all: ReadonlyArray<Evening>, page: number): ChatView => {
  const { at, count, items } = pageOf(all, page, 1)
  const [evening] = items
  const keyboard = new Keyboard()
  addPages(keyboard, { at, count }, (next) => `transfers:page:${next}`)
  keyboard.text(translator.t("transfers-dry-run"), "transfers:dry").row()
  keyboard.text(translator.t("transfers-run"), "transfers:ask").row()
  keyboard.text(translator.t("menu-back"), "menu")
  const text = evening === undefined ? translator.say("transfers-none") : eveningText(translator, evening)
  return { text, keyboard }
}

const backTo = (translator: Translator) =>
  new Keyboard().text(translator.t("back"), "transfers").row().text(translator.t("menu-back"), "menu")
