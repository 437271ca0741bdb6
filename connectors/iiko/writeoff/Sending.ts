/** How a write-off goes out: through the action of that name, which sends at most once per number and logs it. */
import { Effect, Stream } from "effect"
import type { SqlError } from "effect/sql"
import type { ActionItem } from "../../../core/plugin/Action.ts"
import { carried, type Reason } from "../../../core/reason/Reason.ts"
import type { Writeoff } from "./Writeoff.ts"

/** What became of it, as the action says. */
export type Sent = Pick<ActionItem, "status" | "detail">

export interface Sending {
  readonly send: (writeoff: Writeoff, actor: string) => Effect.Effect<Sent>
  /** What became of one that may have arrived; `undefined`: nobody knows yet. Default: asking again is the only way. */
  readonly outcome?: (writeoff: Writeoff) => Effect.Effect<Sent | undefined, SqlError.SqlError>
  /** Tells when somebody has decided on one that may have arrived. Default: never. */
  readonly decided?: Stream.Stream<unknown>
}

/** What `Actions` is, as far as it is needed here. */
export interface ActionsPort {
  readonly run: (
    id: string,
    input: unknown,
    by: { readonly trigger: string; readonly actor: string | null }
  ) => Effect.Effect<
    {
      readonly summaryReason: Reason
      readonly items: ReadonlyArray<{ readonly status: Sent["status"]; readonly detailReason: Reason | null }>
    },
    { readonly message: string; readonly reason: Reason }
  >
  readonly find: (action: string, key: string) => Effect.Effect<LoggedWriteoff | undefined, SqlError.SqlError>
  readonly decisions: Stream.Stream<{ readonly action: string }>
}

interface LoggedWriteoff {
  readonly status: string
  readonly errorReason: Reason | null
  readonly resolvedBy: string | null
}

export const viaActions = (connector: string, { decisions, find, run }: ActionsPort): Required<Sending> => {
  const action = `${connector}.writeoff`
  return {
    send: (writeoff, actor) =>
      run(action, inputOf(writeoff), { trigger: "bot", actor }).pipe(
        // Without an item nothing was sent: the summary says why.
        Effect.map(({ items: [sent], summaryReason }) =>
          sent === undefined ? notSent(summaryReason) : { status: sent.status, detail: sent.detailReason }
        ),
        Effect.catch((error) => Effect.succeed(notSent(carried(error))))
      ),
    outcome: ({ number }) => Effect.map(find(action, number ?? ""), (entry) => entry && outcomeOf(entry)),
    decided: Stream.filter(decisions, (entry) => entry.action === action)
  }
}

const notSent = (detail: Reason): Sent => ({ status: "failed", detail })

/** What a person says of it counts, not the error before that. */
const outcomeOf = ({ errorReason, resolvedBy, status }: LoggedWriteoff): Sent | undefined =>
  status === "done" || status === "failed" ? { status, detail: resolvedBy === null ? errorReason : null } : undefined

const inputOf = ({ account, authorName, items, number, reason, store }: Writeoff) => ({
  storeId: store.id,
  accountId: account?.id,
  items: items.map(({ amount, productId }) => ({ productId, amount })),
  comment: `${reason} (${authorName})`,
  number
})
