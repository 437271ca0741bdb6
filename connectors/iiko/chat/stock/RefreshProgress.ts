/** The progress of the sync of products and balances, for the person who waits for it. */
import { Effect, Stream } from "effect"
import type { ChatControl, ChatView, Translator } from "../../../../core/sdk.ts"

/** Reports until it is interrupted. `refreshed`: the entity ids of products and balances. */
export const follow = (
  translator: Translator,
  events: ChatControl["events"],
  refreshed: readonly [products: string, stock: string],
  progress: (view: ChatView) => Effect.Effect<void>
) => {
  const rows = new Map(refreshed.map((entity) => [entity, { count: 0, isRead: false }]))
  return Stream.runForEach(events, (event) => {
    const state = rows.get(event.entity)
    if (state === undefined) return Effect.void
    if (event._tag === "Rows") state.count += event.count
    if (event._tag === "Finished") state.isRead = true
    const [products, stock] = refreshed.map((entity) => {
      const { count = 0, isRead = false } = rows.get(entity) ?? {}
      return `${translator.number(String(count))}${isRead ? " ✅" : "…"}`
    })
    return progress({ text: translator.say("stock-reading", { products: products ?? "", stock: stock ?? "" }) })
  })
}
