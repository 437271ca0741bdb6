/** How a write-off goes out: through the action of that name, which sends at most once per number and logs it. */
import { Effect } from "effect"
import type { ActionItem } from "../../../core/plugin/Action.ts"
import type { Writeoff } from "./Writeoff.ts"

/** What became of it, as the action says. */
export type Sent = Pick<ActionItem, "status" | "detail">

export type Send = (writeoff: Writeoff, actor: string) => Effect.Effect<Sent>

/** What `Actions.run` is, as far as it is needed here. */
export type RunAction = (
  id: string,
  input: unknown,
  by: { readonly trigger: string; readonly actor: string | null }
) => Effect.Effect<{ readonly summary: string; readonly items: ReadonlyArray<Sent> }, { readonly message: string }>

export const viaAction =
  (connector: string, run: RunAction): Send =>
  (writeoff, actor) =>
    run(`${connector}.writeoff`, inputOf(writeoff), { trigger: "bot", actor }).pipe(
      // Without an item nothing was sent: the summary says why.
      Effect.map(({ items: [sent], summary }) => sent ?? notSent(summary)),
      Effect.catch(({ message }) => Effect.succeed(notSent(message)))
    )

const notSent = (detail: string): Sent => ({ status: "failed", detail })

const inputOf = ({ account, authorName, items, number, reason, store }: Writeoff) => ({
  storeId: store.id,
  accountId: account?.id,
  items: items.map(({ amount, productId }) => ({ productId, amount })),
  comment: `${reason} (${authorName})`,
  number
})
