/** Answers to the question for an amount: typed, picked, or confirmed although it is far above the stock. */
import { Effect } from "effect"
import { readAmount } from "../../writeoff/Amounts.ts"
import { doubtfulLines } from "./AmountCheck.ts"
import { type Draft, withItem, without } from "./Draft.ts"
import type { Steps } from "./Steps.ts"
import { quickAmounts } from "./StepViews.ts"
import { noAmount } from "./StockOnHand.ts"
import type { AnswerHandler, StepAnswer } from "./WriteoffAnswers.ts"

export const amountAnswers = (steps: Steps): ReadonlyArray<StepAnswer> => {
  const measure: AnswerHandler = Effect.fnUntraced(function* (draft, text, _, translator) {
    if (draft.asked === null) return [{ ...draft, step: "products" }] as const
    const { doubted: __, ...asked } = draft.asked
    const read = readAmount(text, asked.unit)
    if ("why" in read) return [{ ...draft, asked }, { note: noAmount(translator, text, read.why, asked.unit) }] as const
    const { amount } = read
    const far = doubtfulLines([{ ...asked, amount }], yield* steps.stockFor(draft), draft.confirmed)
    return [
      far.length > 0 ? { ...draft, asked: { ...asked, doubted: amount } } : measured(draft, asked, amount)
    ] as const
  })
  return [
    { step: "amount", to: "amount", handle: measure },
    { step: "amount", to: new RegExp(`^writeoff:amount:(${quickAmounts.join("|")})$`), handle: measure },
    {
      step: "amount",
      to: /^writeoff:sure:([\d.]{1,20})$/,
      // A confirmation for another question: the current one is asked again.
      handle: (draft, amount) =>
        Effect.succeed([draft.asked?.doubted === amount ? sure(draft, draft.asked, amount) : draft])
    },
    {
      step: "amount",
      to: /^writeoff:remove$/,
      handle: (draft) => Effect.succeed([settled(draft, without(draft.items, draft.asked?.productId ?? ""))])
    }
  ]
}

type AmountQuestion = NonNullable<Draft["asked"]>

/** Returns to the step where the product was picked, with an empty search. */
const settled = (draft: Draft, items: Draft["items"]): Draft => {
  const from = items.length === 0 ? "products" : draft.asked?.from === "change" ? "confirm" : "products"
  return { ...draft, items, asked: null, query: "", step: from }
}

const measured = (draft: Draft, { name, productId, unit }: AmountQuestion, amount: string): Draft =>
  settled(draft, withItem(draft.items, { productId, name, unit, amount }))

const sure = (draft: Draft, asked: AmountQuestion, amount: string): Draft => ({
  ...measured(draft, asked, amount),
  confirmed: { ...draft.confirmed, [asked.productId]: amount }
})
