/** Sends a write-off through the action of that name, which sends at most once per number and logs it. */
import { Effect, Stream } from "effect"
import type { SqlError } from "effect/sql"
import { type ActionItem, type Reason, reasonOfError } from "../../../core/sdk.ts"
import type { Writeoff } from "./Writeoff.ts"

/** The outcome that the action reports. */
export type SendOutcome = Pick<ActionItem, "status" | "detail">

export interface WriteoffSender {
  readonly send: (writeoff: Writeoff, actor: string) => Effect.Effect<SendOutcome>
  /**
   * The outcome of a write-off that may have arrived; `undefined`: still unknown. Default: only sending again can tell.
   */
  readonly outcome?: (writeoff: Writeoff) => Effect.Effect<SendOutcome | undefined, SqlError.SqlError>
  /** Emits when somebody has decided on a write-off that may have arrived. Default: never. */
  readonly decided?: Stream.Stream<unknown>
}

/** The part of `Actions` that is needed here. */
export interface ActionsPort {
  readonly run: (
    id: string,
    input: unknown,
    by: { readonly trigger: string; readonly actor: string | null }
  ) => Effect.Effect<
    {
      readonly summaryReason: Reason
      readonly items: ReadonlyArray<{ readonly status: SendOutcome["status"]; readonly detailReason: Reason | null }>
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

export const viaActions = (connector: string, { decisions, find, run }: ActionsPort): Required<WriteoffSender> => {
  const action = `${connector}.writeoff`
  return {
    send: (writeoff, actor) =>
      run(action, inputOf(writeoff), { trigger: "bot", actor }).pipe(
        // Without an item nothing was sent, and the summary gives the reason.
        Effect.map(({ items: [sent], summaryReason }) =>
          sent === undefined ? notSent(summaryReason) : { status: sent.status, detail: sent.detailReason }
        ),
        Effect.catch((error) => Effect.succeed(notSent(reasonOfError(error))))
      ),
    outcome: ({ number }) => Effect.map(find(action, number ?? ""), (entry) => entry && outcomeOf(entry)),
    decided: Stream.filter(decisions, (entry) => entry.action === action)
  }
}

const notSent = (detail: Reason): SendOutcome => ({ status: "failed", detail })

/** A person's decision counts, not the earlier error. */
const outcomeOf = ({ errorReason, resolvedBy, status }: LoggedWriteoff): SendOutcome | undefined =>
  status === "done" || status === "failed" ? { status, detail: resolvedBy === null ? errorReason : null } : undefined

const inputOf = ({ account, authorName, items, number, reason, store }: Writeoff) => ({
  storeId: store.id,
  accountId: account?.id,
  items: items.map(({ amount, productId }) => ({ productId, amount })),
  comment: `${reason} (${authorName})`,
  number
})
