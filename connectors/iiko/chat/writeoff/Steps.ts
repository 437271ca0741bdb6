/** The steps of a draft: the choices of each, its view, and the step before. All choices come from memory. */
import { Effect } from "effect"
import type { SqlError } from "effect/sql"
import type { ChatPerson, ChatView, Translator } from "../../../../core/sdk.ts"
import type { StoreStock } from "../../writeoff/OnHand.ts"
import { Writeoffs } from "../../writeoff/Writeoffs.ts"
import type { Draft, Step } from "./Draft.ts"
import * as StepViews from "./StepViews.ts"

/** More than a catalogue has. */
const everything = { limit: 1_000_000 }

export interface StepNotes {
  /** HTML above the view: why the last answer was not accepted. */
  readonly note?: string
  readonly page?: number
}

export const make = Effect.map(Writeoffs, (writeoffs) => {
  /** Admins may choose regardless of their position. */
  const storesFor = ({ department, isAdmin, position }: ChatPerson) =>
    writeoffs.stores(department?.id ?? "", isAdmin ? undefined : (position ?? undefined))
  const stockFor = ({ store }: Draft) =>
    store === null ? Effect.succeed<StoreStock | undefined>(undefined) : writeoffs.stock(store.id)
  const accountsFor = ({ store }: Draft) => (store === null ? Effect.succeed([]) : writeoffs.accounts(store.kind))
  const frequent = ({ actor }: ChatPerson) => writeoffs.frequent(actor, StepViews.perPage)
  const productsFor = ({ query }: Draft, person: ChatPerson) =>
    query === "" ? frequent(person) : Effect.map(writeoffs.search(query, everything), ({ products }) => products)

  const partsOf = (
    translator: Translator,
    draft: Draft,
    person: ChatPerson,
    page: number,
    stock: StoreStock | undefined
  ): Effect.Effect<StepViews.StepParts, SqlError.SqlError> => {
    switch (draft.step) {
      case "store":
        return Effect.map(storesFor(person), ({ stores }) => StepViews.storeStep(translator, stores))
      case "account":
        return Effect.map(accountsFor(draft), (accounts) => StepViews.accountStep(translator, accounts))
      case "products":
        return Effect.map(productsFor(draft, person), (found) => StepViews.productStep(translator, draft, found, page))
      case "amount":
        return Effect.succeed(StepViews.amountStep(translator, draft, stock))
      case "reason":
        return Effect.succeed(StepViews.reasonStep(translator))
      case "confirm":
        return Effect.succeed(StepViews.confirmStep(translator, draft, stock))
      case "change":
        return Effect.succeed(StepViews.changeStep(translator, draft))
    }
  }

  const view = Effect.fnUntraced(function* (
    translator: Translator,
    draft: Draft,
    person: ChatPerson,
    extra: StepNotes = {}
  ) {
    const stock = yield* stockFor(draft)
    const { body, keyboard } = yield* partsOf(translator, draft, person, extra.page ?? 0, stock)
    if (draft.step !== "store") keyboard.text(translator.t("back"), "writeoff:back")
    const parts = [extra.note, StepViews.headOf(translator, draft, stock), body]
    return { text: parts.filter((part) => part !== undefined && part !== "").join("\n\n"), keyboard } satisfies ChatView
  })

  /** The step before, without steps that have one choice only; `undefined`: the menu. */
  const before = Effect.fnUntraced(function* (draft: Draft, person: ChatPerson) {
    const accounts = yield* accountsFor(draft)
    const { chosen } = yield* storesFor(person)
    const store: Step | undefined = chosen === undefined ? "store" : undefined
    const steps: Readonly<Record<Step, Step | undefined>> = {
      store: undefined,
      account: store,
      products: accounts.length > 1 ? "account" : store,
      amount: draft.asked?.from ?? "products",
      reason: "products",
      confirm: "reason",
      change: "confirm"
    }
    return steps[draft.step]
  })

  return { accountsFor, before, frequent, productOf: writeoffs.product, stockFor, storesFor, view }
})

export type Steps = Effect.Success<typeof make>
