/** Corrections by an admin before the decision: the amount of a line, or its removal. */

import { Effect } from "effect"
import { type ChatContext, cutName, Keyboard } from "../../../../core/sdk.ts"
import { readAmount } from "../../writeoff/Amounts.ts"
import type { Writeoff, WriteoffItem } from "../../writeoff/Writeoff.ts"
import { Writeoffs } from "../../writeoff/Writeoffs.ts"
import { doubtfulLines, questionAbout } from "./AmountCheck.ts"
import { namespace } from "./Draft.ts"
import { unitText } from "./StepViews.ts"
import { amountText, noAmount, onHandText } from "./StockOnHand.ts"

const maxLabel = 48

export interface CorrectionParts<E, F> {
  /** Opens it again, which prolongs the lock. */
  readonly opened: (ctx: ChatContext, id: number) => Effect.Effect<Writeoff, E>
  readonly review: (ctx: ChatContext, writeoff: Writeoff) => Effect.Effect<void, F>
}

export const make = Effect.fnUntraced(function* <E, F>({ opened, review }: CorrectionParts<E, F>) {
  const writeoffs = yield* Writeoffs

  const showLines = Effect.fnUntraced(function* (ctx: ChatContext, id: number) {
    const { translator } = ctx
    const writeoff = yield* opened(ctx, id)
    ctx.session.expects = null
    const keyboard = new Keyboard()
    for (const item of writeoff.items) {
      const label = `${cutName(item.name, maxLabel)}: ${amountText(translator, item)}`
      keyboard.text(label, `writeoff:line:${id}:${item.productId}`).row()
    }
    keyboard.text(translator.t("back"), `writeoff:open:${id}`)
    yield* ctx.show({ text: translator.say("writeoff-which-item"), keyboard })
  })

  const askLine = Effect.fnUntraced(function* (
    ctx: ChatContext,
    id: number,
    product: string,
    /** Why the last answer was no amount, or its amount if it is far above the stock. */
    asked: { readonly note?: string; readonly far?: string } = {}
  ) {
    const { translator } = ctx
    const { items, store } = yield* opened(ctx, id)
    const item = items.find(({ productId }) => productId === product)
    if (item === undefined) return yield* showLines(ctx, id)
    ctx.session.expects = {
      feature: namespace,
      step: "line",
      about: aboutOf({ id, product, far: asked.far, unit: item.unit })
    }
    const stock = yield* writeoffs.stock(store.id)
    const keyboard = new Keyboard()
    if (asked.far !== undefined) {
      const label = translator.t("writeoff-sure", { amount: amountText(translator, { ...item, amount: asked.far }) })
      keyboard.text(label, `writeoff:sure-line:${id}:${asked.far}`).row()
    }
    if (items.length > 1) keyboard.text(translator.t("writeoff-remove"), `writeoff:strike:${id}:${product}`).row()
    keyboard.text(translator.t("back"), `writeoff:correct:${id}`)
    const question = translator.say("writeoff-correct-line", {
      name: item.name,
      unit: unitText(item.unit),
      amount: amountText(translator, item)
    })
    const doubt =
      asked.far === undefined ? asked.note : questionAbout(translator, { ...item, amount: asked.far }, stock)
    const there = onHandText(translator, stock, product, item.unit)
    yield* ctx.show({
      text: [...(doubt === undefined ? [] : [doubt, ""]), question, there].join("\n"),
      keyboard
    })
  })

  const correct = Effect.fnUntraced(function* (
    ctx: ChatContext,
    id: number,
    change: (items: ReadonlyArray<WriteoffItem>) => ReadonlyArray<WriteoffItem>
  ) {
    const { items } = yield* opened(ctx, id)
    const changed = change(items)
    // A write-off without lines cannot be approved; it can be rejected.
    if (changed.length === 0) return yield* showLines(ctx, id)
    yield* review(ctx, yield* writeoffs.correct(id, ctx.person.actor, changed))
  })

  const setLine = (ctx: ChatContext, id: number, product: string, amount: string) =>
    correct(ctx, id, (items) => items.map((item) => (item.productId === product ? { ...item, amount } : item)))

  const takeLine = Effect.fnUntraced(function* (ctx: ChatContext, text: string) {
    const { id, product, unit } = askedIn(ctx)
    const read = readAmount(text, unit)
    if ("why" in read) {
      return yield* askLine(ctx, id, product, { note: noAmount(ctx.translator, text, read.why, unit) })
    }
    const opening = yield* opened(ctx, id)
    const far = doubtfulLines([{ productId: product, amount: read.amount }], yield* writeoffs.stock(opening.store.id))
    yield* far.length > 0 ? askLine(ctx, id, product, { far: read.amount }) : setLine(ctx, id, product, read.amount)
  })

  /** A confirmation for another question shows the lines again. */
  const takeSure = Effect.fnUntraced(function* (ctx: ChatContext, id: number, amount: string) {
    const asked = askedIn(ctx)
    yield* asked.id === id && asked.far === amount ? setLine(ctx, id, asked.product, amount) : showLines(ctx, id)
  })

  return { askLine, correct, showLines, takeLine, takeSure }
})

/** The current question. */
interface AmountQuestion {
  readonly id: number
  readonly product: string
  /** The amount to confirm, because it is far above the stock. */
  readonly far: string | undefined
  readonly unit: string | null
}

const aboutOf = ({ far = "", id, product, unit }: AmountQuestion): string => [id, product, far, unit ?? ""].join(":")

const askedIn = ({ session: { expects } }: ChatContext): AmountQuestion => {
  const isLine = expects?.feature === namespace && expects.step === "line"
  const [id = "", product = "", far = "", ...unit] = (isLine ? (expects.about ?? "") : "").split(":")
  return { id: Number(id), product, far: far || undefined, unit: unit.join(":") || null }
}
