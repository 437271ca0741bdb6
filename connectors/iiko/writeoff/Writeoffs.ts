/**
 * Write-offs of employees: from a draft through an admin's approval to the document in iiko. Every step is one
 * statement, choices come from memory, and everything survives a restart.
 *
 * Authors and admins are texts of the caller, such as `telegram:42`. The caller decides who is an admin; this service
 * ensures that only one of them decides.
 */
import { Context, Duration, Effect, Layer, Stream } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import * as AuthorSteps from "./AuthorSteps.ts"
import * as Catalogue from "./Catalogue.ts"
import type * as Drafts from "./Drafts.ts"
import * as Frequent from "./Frequent.ts"
import type { Account, Store } from "./Kinds.ts"
import * as Moves from "./Moves.ts"
import * as Offers from "./Offers.ts"
import * as OnHand from "./OnHand.ts"
import * as Outcomes from "./Outcomes.ts"
import type { Hits, Product } from "./ProductSearch.ts"
import * as ReviewSteps from "./ReviewSteps.ts"
import { byId } from "./Transitions.ts"
import type { Writeoff, WriteoffRefused } from "./Writeoff.ts"
import type { WriteoffSender } from "./WriteoffSender.ts"
import * as WriteoffStore from "./WriteoffStore.ts"

type Answer<A> = Effect.Effect<A, SqlError.SqlError>
type Step = Effect.Effect<Writeoff, WriteoffRefused | SqlError.SqlError>

export interface Options extends WriteoffSender {
  /** The connector of the products and stores, such as `iiko`. */
  readonly connector: string
  /** Ids of entities that were just synced, as in `Sync.events`. Default: none. */
  readonly synced?: Stream.Stream<string>
  /** Product groups by name or id, each with everything below it. Default: all. */
  readonly groups?: ReadonlyArray<string>
  /** The prefix of numbers. Default TR-. */
  readonly numberPrefix?: string
  /** Default 24 hours. */
  readonly expiry?: Duration.Duration
  /** Default 10 minutes. */
  readonly lock?: Duration.Duration
  /** Older stock is shown with its age. Default 26 hours: balances are read every morning. */
  readonly stockStaleAfter?: Duration.Duration
}

export class Writeoffs extends Context.Service<
  Writeoffs,
  {
    /** The stores of a department, and the one that follows from a person's position. */
    readonly stores: (
      departmentId: string,
      position?: string
    ) => Answer<{ readonly stores: ReadonlyArray<Store>; readonly chosen: Store | undefined }>
    readonly accounts: (kind: Store["kind"]) => Answer<ReadonlyArray<Account>>
    /** A product that may be written off. */
    readonly product: (id: string) => Answer<Product | undefined>
    /** Searches by name as a person types; queries no database once the catalogue is loaded. */
    readonly search: (text: string, page: { readonly limit: number; readonly offset?: number }) => Answer<Hits>

    /** The stock of a store, from memory; unknown amounts are reported as unknown. */
    readonly stock: (storeId: string) => Effect.Effect<OnHand.StoreStock>

    /** The products that a person wrote off most often lately and that are still offered; empty for a new person. */
    readonly frequent: (author: string, limit: number) => Answer<ReadonlyArray<Product>>

    readonly create: (draft: Drafts.NewDraft) => Step
    /** Replaces the given parts. */
    readonly edit: (id: number, author: string, changes: Drafts.DraftChanges) => Step
    /** Submits for approval. If nobody can approve, it is sent at once, and the result has the outcome. */
    readonly submit: (id: number, author: string, approval: "needed" | "none") => Step
    /** Without a draft: data collected elsewhere are checked, stored and submitted by one statement. */
    readonly submitNew: (writeoff: Drafts.NewWriteoff, approval: "needed" | "none") => Step
    readonly cancel: (id: number, author: string) => Step
    /**
     * A new draft as a copy of one of the author's own; `gone` names the omitted products, which are no longer offered.
     */
    readonly repeat: (
      id: number,
      author: string
    ) => Effect.Effect<
      { readonly writeoff: Writeoff; readonly gone: ReadonlyArray<string> },
      WriteoffRefused | SqlError.SqlError
    >

    /** Write-offs that wait for approval, oldest first. */
    readonly waiting: Answer<ReadonlyArray<Writeoff>>
    /** No other person can decide on it while the lock holds; opening it again prolongs the lock. */
    readonly open: (id: number, admin: string) => Step
    readonly release: (id: number, admin: string) => Step
    readonly correct: (id: number, admin: string, items: ReadonlyArray<Drafts.ItemInput>) => Step
    /** Sends it; the status is the outcome. */
    readonly approve: (id: number, admin: string) => Step
    readonly reject: (id: number, admin: string, why: string) => Step
    /** For a failed or unknown write-off; an unknown one is looked up first. */
    readonly retry: (id: number, actor: string) => Step

    readonly byId: (id: number) => Answer<Writeoff | undefined>
    /** The write-offs that an author has submitted, newest first, at most 200. */
    readonly history: (author: string, kind?: Store["kind"]) => Answer<ReadonlyArray<Writeoff>>
    /** Expires old write-offs and returns them. */
    readonly expire: Answer<ReadonlyArray<Writeoff>>
    /**
     * Write-offs that ended while nobody waited, after a restart or by a person's decision: the last ones, and later
     * ones.
     */
    readonly learned: Stream.Stream<Writeoff>
  }
>()("tributary/connectors/iiko/writeoff/Writeoffs") {
  static readonly layer = (options: Options): Layer.Layer<Writeoffs, never, SqlClient.SqlClient> =>
    Layer.effect(Writeoffs, make(options))
}

const make = Effect.fnUntraced(function* ({
  connector,
  expiry = Duration.hours(24),
  groups = [],
  lock = Duration.minutes(10),
  numberPrefix = "TR-",
  stockStaleAfter: staleAfter = Duration.hours(26),
  synced = Stream.empty,
  ...sending
}: Options) {
  const moves = yield* Moves.make({ connector, expiry, lock })
  const catalogue = yield* Catalogue.make({ connector, groups, synced })
  const onHand = yield* OnHand.make({ connector, staleAfter, synced })
  const frequent = yield* Frequent.make(connector)
  const outcomes = yield* Outcomes.make(moves, sending)
  const parts = { catalogue, frequent, moves, outcomes }
  const { provided, rules } = moves
  return Writeoffs.of({
    ...Offers.make({ catalogue, frequent, onHand }),
    ...(yield* AuthorSteps.make(parts, numberPrefix)),
    ...ReviewSteps.make(parts),
    byId: (id) => provided(byId(connector, id)),
    history: (author, kind) => provided(WriteoffStore.history(connector, author, kind)),
    expire: provided(WriteoffStore.expire(rules)),
    learned: outcomes.learned
  })
})
