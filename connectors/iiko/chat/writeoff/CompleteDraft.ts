/** Whether a draft is complete. Lines that are no longer offered are removed and named. */
import { Effect } from "effect"
import { type ChatPerson, cut, type Translator } from "../../../../core/sdk.ts"
import type { Draft, Step } from "./Draft.ts"
import type { StepNotes, Steps } from "./Steps.ts"

/** The returned draft is at the first incomplete step, or at the confirmation. */
export const checkDraft = Effect.fnUntraced(function* (
  steps: Steps,
  draft: Draft,
  person: ChatPerson,
  translator: Translator
) {
  const known = yield* Effect.forEach(draft.items, ({ productId }) => steps.productOf(productId))
  const items = draft.items.filter((_, at) => known[at] !== undefined)
  const gone = draft.items.filter((_, at) => known[at] === undefined).map(({ name }) => name)
  const { stores } = yield* steps.storesFor(person)
  const store = stores.find(({ id }) => id === draft.store?.id) ?? null
  const accounts = yield* steps.accountsFor({ ...draft, store })
  const account = accounts.find(({ id }) => id === draft.account?.id) ?? null
  const whole = { ...draft, items, store, account }
  const extra: StepNotes =
    gone.length === 0 ? {} : { note: translator.say("writeoff-gone", { names: cut(gone.join(", "), 300) }) }
  return { draft: { ...whole, step: lacking(whole) } satisfies Draft, extra }
})

const lacking = ({ account, items, reason, store }: Draft): Step => {
  if (store === null) return "store"
  if (account === null) return "account"
  if (items.length === 0) return "products"
  return reason === "" ? "reason" : "confirm"
}
