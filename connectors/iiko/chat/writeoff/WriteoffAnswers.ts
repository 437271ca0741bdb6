/** The answers at each step of a draft, and how each changes the draft. */
import { Effect } from "effect"
import { type ChatFailure, type ChatPerson, cut, type Translator } from "../../../../core/sdk.ts"
import type { Draft, Step } from "./Draft.ts"
import type { StepNotes, Steps } from "./Steps.ts"
import { usualReasons } from "./StepViews.ts"

const maxItems = 50
const maxQuery = 60
const maxReason = 300

/** The changed draft, and what else to show. */
export type StepResult = readonly [Draft, StepNotes?]

/** `value`: the typed text, or the group of the button's pattern. */
export type AnswerHandler = (
  draft: Draft,
  value: string,
  person: ChatPerson,
  translator: Translator
) => Effect.Effect<StepResult, ChatFailure>

export interface StepAnswer {
  readonly step: Step
  /** The pattern of a button, or the name of the question that a text answers. */
  readonly to: RegExp | string
  readonly handle: AnswerHandler
}

export const refuse = (draft: Draft, translator: Translator): StepResult => [
  draft,
  { note: translator.say("writeoff-not-offered") }
]

/** Chooses the account if there is only one, and keeps the former one if the store offers it. */
export const withStore = Effect.fnUntraced(function* (
  { accountsFor }: Steps,
  draft: Draft,
  store: NonNullable<Draft["store"]>
) {
  const accounts = yield* accountsFor({ ...draft, store })
  const [only, ...others] = accounts
  const kept = accounts.find(({ id }) => id === draft.account?.id)
  const account = only !== undefined && others.length === 0 ? only : (kept ?? null)
  // Confirmations only hold for one store.
  const confirmed = store.id === draft.store?.id ? draft.confirmed : undefined
  const step = account === null ? "account" : "products"
  return { ...draft, store, account, confirmed: confirmed ?? {}, step } satisfies Draft
})

export const placeAnswers = (steps: Steps): ReadonlyArray<StepAnswer> => [
  {
    step: "store",
    to: /^writeoff:store:([0-9a-f-]{36})$/,
    handle: Effect.fnUntraced(function* (draft, id, person, translator) {
      const { stores } = yield* steps.storesFor(person)
      const store = stores.find((one) => one.id === id)
      return store === undefined ? refuse(draft, translator) : ([yield* withStore(steps, draft, store)] as const)
    })
  },
  {
    step: "account",
    to: /^writeoff:account:([0-9a-f-]{36})$/,
    handle: (draft, id, _, translator) =>
      Effect.map(steps.accountsFor(draft), (accounts): StepResult => {
        const account = accounts.find((one) => one.id === id)
        return account === undefined ? refuse(draft, translator) : [{ ...draft, account, step: "products" }]
      })
  }
]

export const productAnswers = (steps: Steps): ReadonlyArray<StepAnswer> => [
  {
    step: "products",
    to: "search",
    handle: (draft, text) => Effect.succeed([{ ...draft, query: cut(text, maxQuery) }])
  },
  { step: "products", to: /^writeoff:clear$/, handle: (draft) => Effect.succeed([{ ...draft, query: "" }]) },
  {
    step: "products",
    to: /^writeoff:page:(\d{1,4})$/,
    handle: (draft, page) => Effect.succeed([draft, { page: Number(page) }])
  },
  {
    step: "products",
    to: /^writeoff:product:([0-9a-f-]{36})$/,
    handle: (draft, id, _, translator) =>
      Effect.map(steps.productOf(id), (product): StepResult => {
        if (product === undefined) return refuse(draft, translator)
        const isNew = draft.items.every(({ productId }) => productId !== id)
        if (isNew && draft.items.length >= maxItems) return [draft, { note: translator.say("writeoff-too-many") }]
        const asked = { productId: id, name: product.name, unit: product.unit, from: "products" as const }
        return [{ ...draft, asked, step: "amount" }]
      })
  },
  {
    step: "products",
    to: /^writeoff:done$/,
    handle: (draft) =>
      Effect.succeed([
        draft.items.length === 0 ? draft : { ...draft, query: "", step: draft.reason === "" ? "reason" : "confirm" }
      ])
  }
]

export const reasonAnswers: ReadonlyArray<StepAnswer> = [
  {
    step: "reason",
    to: "reason",
    handle: (draft, reason, _, translator) =>
      Effect.succeed(
        reason.length > maxReason
          ? [draft, { note: translator.say("writeoff-long-reason", { most: maxReason }) }]
          : [{ ...draft, reason, step: "confirm" }]
      )
  },
  {
    step: "reason",
    to: new RegExp(`^writeoff:reason:(${usualReasons.join("|")})$`),
    handle: (draft, reason, _, translator) =>
      Effect.succeed([{ ...draft, reason: translator.t(`writeoff-reason-text-${reason}`), step: "confirm" }])
  },
  {
    step: "reason",
    to: /^writeoff:other-reason$/,
    handle: (draft, _, __, translator) => Effect.succeed([draft, { note: translator.say("writeoff-type-reason") }])
  }
]

export const changeAnswers: ReadonlyArray<StepAnswer> = [
  { step: "confirm", to: /^writeoff:change$/, handle: (draft) => Effect.succeed([{ ...draft, step: "change" }]) },
  { step: "confirm", to: /^writeoff:add$/, handle: (draft) => Effect.succeed([{ ...draft, step: "products" }]) },
  {
    step: "confirm",
    to: /^writeoff:change-reason$/,
    handle: (draft) => Effect.succeed([{ ...draft, step: "reason" }])
  },
  {
    step: "change",
    to: /^writeoff:item:([0-9a-f-]{36})$/,
    handle: (draft, id, _, translator) => {
      const item = draft.items.find(({ productId }) => productId === id)
      if (item === undefined) return Effect.succeed(refuse(draft, translator))
      const { name, productId, unit } = item
      return Effect.succeed([{ ...draft, asked: { productId, name, unit, from: "change" }, step: "amount" }])
    }
  }
]
