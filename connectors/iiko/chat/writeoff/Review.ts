/**
 * The review by admins: the first who opens a write-off has it locked for ten minutes, and corrects, approves, rejects
 * or releases it. No admin decides on their own write-off while there is another admin.
 */
import { Effect } from "effect"
import type { ChatAnswer, ChatContext, ChatPress } from "../../../../core/sdk.ts"
import type { WriteoffRefused } from "../../writeoff/Writeoff.ts"
import * as Corrections from "./Corrections.ts"
import { without } from "./Draft.ts"
import type { Notices } from "./Notices.ts"
import * as OpenWriteoff from "./OpenWriteoff.ts"
import * as WaitingList from "./WaitingList.ts"
import * as WriteoffDecisions from "./WriteoffDecisions.ts"
import type { Refusals } from "./WriteoffRefusals.ts"

export interface ReviewParts {
  readonly notices: Notices
  readonly refusals: Refusals
}

export const make = Effect.fnUntraced(function* ({ notices, refusals }: ReviewParts) {
  const { opened, review } = yield* OpenWriteoff.make
  const { approve, askWhy, reject, release } = yield* WriteoffDecisions.make({ notices, opened, refusals })
  const { askLine, correct, showLines, takeLine, takeSure } = yield* Corrections.make({ opened, review })
  const showWaiting = yield* WaitingList.make

  const open = (ctx: ChatContext, id: number) => Effect.flatMap(opened(ctx, id), (writeoff) => review(ctx, writeoff))

  /** Shows the current state if the write-off refuses the step. */
  const guarded = <E extends { readonly message: string }>(
    ctx: ChatContext,
    effect: Effect.Effect<void, WriteoffRefused | E>
  ) =>
    Effect.catchIf(
      effect,
      (error): error is WriteoffRefused => "_tag" in error && error._tag === "WriteoffRefused",
      (error) => {
        ctx.session.expects = null
        return Effect.flatMap(refusals(ctx, error), ctx.show)
      }
    )

  const press = (data: RegExp, run: ChatPress["run"]): ChatPress => ({
    data,
    admins: true,
    run: (ctx, match) => guarded(ctx, run(ctx, match))
  })
  const steps = Object.entries({ open, reject: askWhy, release, correct: showLines })
  const presses: ReadonlyArray<ChatPress> = [
    ...steps.map(([name, handle]) =>
      press(new RegExp(`^writeoff:${name}:(\\d{1,12})$`), (ctx, [, id]) => handle(ctx, Number(id)))
    ),
    press(/^writeoff:approve:(\d{1,12})(?::([0-9a-f]{16}))?$/, (ctx, [, id, mark]) => approve(ctx, Number(id), mark)),
    press(/^writeoff:sure-line:(\d{1,12}):([\d.]{1,20})$/, (ctx, [, id, amount = ""]) =>
      takeSure(ctx, Number(id), amount)
    ),
    press(/^writeoff:(line|strike):(\d{1,12}):([0-9a-f-]{36})$/, (ctx, [, what, id, product = ""]) =>
      what === "line" ? askLine(ctx, Number(id), product) : correct(ctx, Number(id), (items) => without(items, product))
    ),
    { data: /^writeoff:waiting:(\d{1,3})$/, admins: true, run: (ctx, [, page]) => showWaiting(ctx, Number(page)) }
  ]
  const answers: ReadonlyArray<ChatAnswer> = [
    { step: "line", admins: true, run: (ctx, text) => guarded(ctx, takeLine(ctx, text)) },
    {
      step: "reject",
      admins: true,
      run: (ctx, text) => guarded(ctx, reject(ctx, Number(ctx.session.expects?.about), text.trim()))
    }
  ]
  return { answers, presses, waiting: (ctx: ChatContext) => showWaiting(ctx, 0) }
})
