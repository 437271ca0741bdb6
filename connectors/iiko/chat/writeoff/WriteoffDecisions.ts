/** The decisions of an admin on an opened write-off: approve, reject, or release it for others. */
import { Effect } from "effect"
import { type ChatContext, Keyboard } from "../../../../core/sdk.ts"
import type { Writeoff } from "../../writeoff/Writeoff.ts"
import { Writeoffs } from "../../writeoff/Writeoffs.ts"
import { doubtfulLines, hashOfLines, questionsAbout } from "./AmountCheck.ts"
import { namespace } from "./Draft.ts"
import type { Notices } from "./Notices.ts"
import type { OpenWriteoff } from "./OpenWriteoff.ts"
import type { Refusals } from "./WriteoffRefusals.ts"
import { announcement, makeNames, writeoffView } from "./WriteoffView.ts"

const maxRejection = 300

export interface DecisionParts extends Pick<OpenWriteoff, "opened"> {
  readonly notices: Notices
  readonly refusals: Refusals
}

export const make = Effect.fnUntraced(function* ({ notices, opened, refusals }: DecisionParts) {
  const writeoffs = yield* Writeoffs
  const namesIn = yield* makeNames

  /** Asks for confirmation if amounts are far above the stock; returns whether it asked. */
  const asksFirst = Effect.fnUntraced(function* (ctx: ChatContext, id: number, mark: string | undefined) {
    const { person, translator } = ctx
    const writeoff = yield* writeoffs.byId(id)
    // Approval without having opened it is refused anyway.
    if (writeoff?.status !== "waiting" || writeoff.lockedBy !== person.actor) return false
    const stock = yield* writeoffs.stock(writeoff.store.id)
    const far = doubtfulLines(writeoff.items, stock)
    if (far.length === 0 || mark === hashOfLines(far)) return false
    const { number } = yield* opened(ctx, id)
    const keyboard = new Keyboard()
      .text(translator.t("writeoff-approve-sure"), `writeoff:approve:${id}:${hashOfLines(far)}`)
      .row()
      .text(translator.t("back"), `writeoff:open:${id}`)
    const question = translator.say("writeoff-far-approve", { number: number ?? "" })
    yield* ctx.show({ text: `${questionsAbout(translator, far, stock)}\n\n${question}`, keyboard })
    return true
  })

  const decided = Effect.fnUntraced(function* ({ person, translator }: ChatContext, writeoff: Writeoff) {
    yield* notices.runInBackground(notices.settle(writeoff, person.actor))
    const reader = { isAuthor: writeoff.author === person.actor, isAdmin: true }
    return writeoffView(translator, writeoff, yield* namesIn(writeoff), reader)
  })

  const approve = Effect.fnUntraced(function* (ctx: ChatContext, id: number, mark?: string) {
    if (yield* asksFirst(ctx, id, mark)) return
    const work = writeoffs.approve(id, ctx.person.actor).pipe(
      Effect.flatMap((writeoff) => decided(ctx, writeoff)),
      Effect.catchTag("WriteoffRefused", (error) => refusals(ctx, error))
    )
    yield* ctx.work({ text: ctx.translator.say("writeoff-sending") }, () => work)
  })

  const askWhy = Effect.fnUntraced(function* (ctx: ChatContext, id: number, note?: string) {
    const { session, translator } = ctx
    const { authorName, number } = yield* opened(ctx, id)
    session.expects = { feature: namespace, step: "reject", about: String(id) }
    const question = translator.say("writeoff-reject-why", { author: authorName, number: number ?? "" })
    const text = note === undefined ? question : `${note}\n\n${question}`
    yield* ctx.show({ text, keyboard: new Keyboard().text(translator.t("back"), `writeoff:open:${id}`) })
  })

  const reject = Effect.fnUntraced(function* (ctx: ChatContext, id: number, why: string) {
    if (why.length > maxRejection) {
      return yield* askWhy(ctx, id, ctx.translator.say("writeoff-long-reason", { most: maxRejection }))
    }
    const rejected = yield* writeoffs.reject(id, ctx.person.actor, why)
    ctx.session.expects = null
    yield* ctx.show(yield* decided(ctx, rejected))
  })

  const release = Effect.fnUntraced(function* ({ person, session, show, translator }: ChatContext, id: number) {
    const writeoff = yield* writeoffs.release(id, person.actor)
    session.expects = null
    yield* show(announcement(translator, writeoff, translator.say("writeoff-released")))
  })

  return { approve, askWhy, reject, release }
})
