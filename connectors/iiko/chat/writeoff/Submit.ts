/** Submits a draft, once however often its button is pressed: to the admins, or directly if only the author is one. */

import { Effect } from "effect"
import { type ChatContext, ChatKernel, type ChatPress, Keyboard, UserFacingError } from "../../../../core/sdk.ts"
import { Writeoffs } from "../../writeoff/Writeoffs.ts"
import { doubtfulLines, hashOfLines, questionsAbout } from "./AmountCheck.ts"
import { type Draft, tokenOf } from "./Draft.ts"
import type { Flow, FlowParts } from "./Flow.ts"
import type { Refusals } from "./WriteoffRefusals.ts"
import { makeNames, writeoffView } from "./WriteoffView.ts"

export interface SubmitParts extends Pick<FlowParts, "drafts" | "notices" | "steps"> {
  readonly flow: Flow
  readonly refusals: Refusals
}

export const make = Effect.fnUntraced(function* ({ drafts, flow, notices, refusals, steps }: SubmitParts) {
  const { people } = yield* ChatKernel
  const writeoffs = yield* Writeoffs
  const namesIn = yield* makeNames
  const sending = new Set<string>()

  const submit = Effect.fnUntraced(function* (ctx: ChatContext, draft: Draft, token: string) {
    const { person } = ctx
    const admins = yield* people.admins
    const approval = admins.some(({ actor }) => actor !== person.actor) ? "needed" : "none"
    const wanted = {
      token,
      author: person.actor,
      authorName: person.name,
      departmentId: person.department?.id ?? "",
      storeId: draft.store?.id ?? "",
      accountId: draft.account?.id ?? "",
      items: draft.items,
      reason: draft.reason
    }
    const written = yield* writeoffs.submitNew(wanted, approval)
    drafts.note(token, written.id)
    yield* notices.runInBackground(approval === "needed" ? notices.announce(written) : notices.account(written))
    const reader = { isAuthor: true, isAdmin: person.isAdmin }
    const note = written.status === "waiting" ? ctx.translator.say("writeoff-now-waiting") : undefined
    return writeoffView(ctx.translator, written, yield* namesIn(written), reader, note)
  })

  /** After a second press: the outcome of the first. */
  const showAgain = Effect.fnUntraced(function* (ctx: ChatContext, token: string) {
    const id = drafts.submitted(token)
    const written = id === undefined ? undefined : yield* writeoffs.byId(id)
    const draft = drafts.of(ctx)
    if (written !== undefined) {
      const { isAdmin } = ctx.person
      const view = writeoffView(ctx.translator, written, yield* namesIn(written), { isAuthor: true, isAdmin })
      return yield* ctx.show(view)
    }
    if (draft === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    yield* flow.present(ctx, draft)
  })

  /** Asks for confirmation if amounts are far above the stock; returns whether it asked. */
  const asksFirst = Effect.fnUntraced(function* (ctx: ChatContext, draft: Draft, mark: string | undefined) {
    const { translator } = ctx
    const stock = yield* steps.stockFor(draft)
    const far = doubtfulLines(draft.items, stock, draft.confirmed)
    if (far.length === 0 || mark === hashOfLines(far)) return false
    const keyboard = new Keyboard()
      .text(translator.t("writeoff-send-sure"), `writeoff:send:${draft.begun}:${hashOfLines(far)}`)
      .row()
      .text(translator.t("back"), "writeoff:continue")
    yield* ctx.show({
      text: `${questionsAbout(translator, far, stock)}\n\n${translator.say("writeoff-far-send")}`,
      keyboard
    })
    return true
  })

  const send = Effect.fnUntraced(function* (ctx: ChatContext, begun: number, mark: string | undefined) {
    const token = tokenOf(ctx.chat, begun)
    if (sending.has(token)) return
    const draft = drafts.of(ctx)
    if (draft?.begun !== begun || draft.step !== "confirm") return yield* showAgain(ctx, token)
    if (!(yield* flow.isReady(ctx, draft)) || (yield* asksFirst(ctx, draft, mark))) return
    sending.add(token)
    const work = submit(ctx, draft, token).pipe(
      Effect.catchTag("WriteoffRefused", (error) => refusals(ctx, error)),
      Effect.ensuring(Effect.sync(() => sending.delete(token)))
    )
    yield* ctx.work({ text: ctx.translator.say("writeoff-sending") }, () => work)
    if (drafts.submitted(token) !== undefined) drafts.clear(ctx)
  })

  const presses: ReadonlyArray<ChatPress> = [
    {
      data: /^writeoff:send:(\d{10,15})(?::([0-9a-f]{16}))?$/,
      run: (ctx, [, begun, mark]) => send(ctx, Number(begun), mark)
    }
  ]
  return { presses }
})
