/**
 * A write-off that a person is gathering. It is only in the session, so it survives a restart; it becomes a row when it is
 * submitted.
 */

import { Clock, Effect, Option, Schema } from "effect"
import { type ChatContext, remember } from "../../../../core/sdk.ts"
import { storeKinds } from "../../writeoff/Kinds.ts"
import { WriteoffItem } from "../../writeoff/Writeoff.ts"

export const namespace = "writeoff"

const Named = { id: Schema.String, name: Schema.String }

/** The product whose amount is asked for, and the step that follows. */
const Asked = Schema.Struct({
  productId: Schema.String,
  name: Schema.String,
  unit: Schema.NullOr(Schema.String),
  from: Schema.Literals(["products", "change"]),
  /** An amount far above the stock, which has to be confirmed. */
  doubted: Schema.optionalKey(Schema.String)
})

export const Draft = Schema.Struct({
  /** When it was begun: distinguishes the drafts of a chat. */
  begun: Schema.Int,
  step: Schema.Literals(["store", "account", "products", "amount", "reason", "confirm", "change"]),
  store: Schema.NullOr(Schema.Struct({ ...Named, kind: Schema.Literals(storeKinds) })),
  account: Schema.NullOr(Schema.Struct(Named)),
  items: Schema.Array(WriteoffItem),
  asked: Schema.NullOr(Asked),
  /** Confirmed amounts far above the stock of the store, by product. */
  confirmed: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  reason: Schema.String,
  query: Schema.String
})
export type Draft = typeof Draft.Type
export type Step = Draft["step"]

const decode = Schema.decodeUnknownOption(Draft)

/** The question that a text answers, by step. */
const questions: Readonly<Partial<Record<Step, string>>> = { products: "search", amount: "amount", reason: "reason" }

export const begin = Effect.map(
  Clock.currentTimeMillis,
  (begun): Draft => ({
    begun,
    step: "store",
    store: null,
    account: null,
    items: [],
    asked: null,
    reason: "",
    query: ""
  })
)

/** Submissions with the same token are one write-off. Not by message: one window shows several drafts in turn. */
export const tokenOf = (chat: number, begun: number): string => `${chat}:${begun}`

export const withItem = (items: ReadonlyArray<WriteoffItem>, item: WriteoffItem): ReadonlyArray<WriteoffItem> =>
  items.some(({ productId }) => productId === item.productId)
    ? items.map((each) => (each.productId === item.productId ? item : each))
    : [...items, item]

export const without = (items: ReadonlyArray<WriteoffItem>, product: string): ReadonlyArray<WriteoffItem> =>
  items.filter(({ productId }) => productId !== product)

export const makeDrafts = () => {
  /** Ids by token. Sending may end after its handler, when the session can no longer be changed. */
  const submitted = new Map<string, number>()
  const tokenIn = (ctx: ChatContext, { begun }: Draft) => tokenOf(ctx.chat, begun)
  const of = (ctx: ChatContext): Draft | undefined => {
    const draft = Option.getOrUndefined(decode(ctx.session.flows[namespace]))
    return draft === undefined || submitted.has(tokenIn(ctx, draft)) ? undefined : draft
  }
  return {
    of,
    /** Whether there is a draft with lines. */
    isKept: (ctx: ChatContext): boolean => (of(ctx)?.items.length ?? 0) > 0,
    save: (ctx: ChatContext, draft: Draft): void => {
      const step = questions[draft.step]
      ctx.session.flows = { ...ctx.session.flows, [namespace]: draft }
      ctx.session.expects = step === undefined ? null : { feature: namespace, step, about: null }
    },
    clear: (ctx: ChatContext): void => {
      const { [namespace]: _, ...flows } = ctx.session.flows
      ctx.session.flows = flows
    },
    submitted: (token: string): number | undefined => submitted.get(token),
    note: (token: string, id: number): void => remember(submitted, token, id)
  }
}
export type Drafts = ReturnType<typeof makeDrafts>
