/**
 * A write-off that somebody is gathering. It lives in the session alone, so it survives a restart, and the database hears
 * of it once, when it is whole.
 */

import { Clock, Effect, Option, Schema } from "effect"
import { type ChatContext, remember } from "../../../../core/sdk.ts"
import { storeKinds } from "../../writeoff/Kinds.ts"
import { WriteoffItem } from "../../writeoff/Writeoff.ts"

export const namespace = "writeoff"

const Named = { id: Schema.String, name: Schema.String }

/** The product whose quantity is asked for, and where one goes on from there. */
const Asked = Schema.Struct({
  productId: Schema.String,
  name: Schema.String,
  unit: Schema.NullOr(Schema.String),
  from: Schema.Literals(["products", "change"]),
  /** An amount so far above the stock that it is asked about. */
  doubted: Schema.optionalKey(Schema.String)
})

export const Draft = Schema.Struct({
  /** When it was begun, which tells it from others of the same chat. */
  begun: Schema.Int,
  step: Schema.Literals(["store", "account", "products", "amount", "reason", "confirm", "change"]),
  store: Schema.NullOr(Schema.Struct({ ...Named, kind: Schema.Literals(storeKinds) })),
  account: Schema.NullOr(Schema.Struct(Named)),
  items: Schema.Array(WriteoffItem),
  asked: Schema.NullOr(Asked),
  /** Amounts far above the stock of this store that its author has said yes to, by product. */
  confirmed: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  reason: Schema.String,
  query: Schema.String
})
export type Draft = typeof Draft.Type
export type Step = Draft["step"]

const decode = Schema.decodeUnknownOption(Draft)

/** What the next text is an answer to, by the step that asks. */
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

/** What is submitted twice under it is one write-off. Not the message: one window shows one draft after the other. */
export const tokenOf = (chat: number, begun: number): string => `${chat}:${begun}`

export const withItem = (items: ReadonlyArray<WriteoffItem>, item: WriteoffItem): ReadonlyArray<WriteoffItem> =>
  items.some(({ productId }) => productId === item.productId)
    ? items.map((each) => (each.productId === item.productId ? item : each))
    : [...items, item]

export const without = (items: ReadonlyArray<WriteoffItem>, product: string): ReadonlyArray<WriteoffItem> =>
  items.filter(({ productId }) => productId !== product)

export const makeDrafts = () => {
  /** Ids by token. Sending may end after its handler, when the session cannot be changed any more. */
  const submitted = new Map<string, number>()
  const tokenIn = (ctx: ChatContext, { begun }: Draft) => tokenOf(ctx.chat, begun)
  const of = (ctx: ChatContext): Draft | undefined => {
    const draft = Option.getOrUndefined(decode(ctx.session.flows[namespace]))
    return draft === undefined || submitted.has(tokenIn(ctx, draft)) ? undefined : draft
  }
  return {
    of,
    /** One with something in it that would be lost. */
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
