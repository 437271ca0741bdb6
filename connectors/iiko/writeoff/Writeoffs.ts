/**
 * Write-offs of employees: from a draft through an admin's approval to the document in iiko. Every step is one
 * statement, choices come from memory, and everything survives a restart.
 *
 * Authors and admins are texts of the caller, such as `telegram:42`. The caller decides who is an admin; this service
 * ensures that only one of them decides.
 */
import { Context, DateTime, Duration, Effect, Layer, PubSub, Schedule, Stream } from "effect"
import { SqlClient, type SqlError, type Statement } from "effect/sql"
import { render } from "../../../core/sdk.ts"
import { nextNumber } from "../documents/Numbers.ts"
import * as Catalogue from "./Catalogue.ts"
import * as Drafts from "./Drafts.ts"
import * as Frequent from "./Frequent.ts"
import { type Account, accountsFor, type Store, storeOf } from "./Kinds.ts"
import * as OnHand from "./OnHand.ts"
import type { Hits, Product } from "./ProductSearch.ts"
import type { Sending, Sent } from "./Sending.ts"
import { byId, type Move, moment, move, type Rules, raced, type TransitionName } from "./Transitions.ts"
import type { Writeoff, WriteoffRefused } from "./Writeoff.ts"
import * as WriteoffStore from "./WriteoffStore.ts"

type Answer<A> = Effect.Effect<A, SqlError.SqlError>
type Step = Effect.Effect<Writeoff, WriteoffRefused | SqlError.SqlError>

export interface Options extends Sending {
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
    readonly edit: (id: number, author: string, changes: Drafts.Changes) => Step
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
    /** Nobody else can decide on it while the lock holds; opening it again prolongs the lock. */
    readonly open: (id: number, admin: string) => Step
    readonly release: (id: number, admin: string) => Step
    readonly correct: (id: number, admin: string, items: ReadonlyArray<Drafts.WantedItem>) => Step
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

/** How often unknown outcomes are checked, and how long sending may take. */
const pause = Duration.minutes(1)

const make = Effect.fnUntraced(function* ({
  connector,
  decided: decisions = Stream.empty,
  expiry = Duration.hours(24),
  groups = [],
  lock = Duration.minutes(10),
  numberPrefix = "TR-",
  outcome = () => Effect.undefined,
  send,
  stockStaleAfter: staleAfter = Duration.hours(26),
  synced = Stream.empty
}: Options) {
  const sql = yield* SqlClient.SqlClient
  const rules: Rules = { connector, expiry, lock }
  const catalogue = yield* Catalogue.make({ connector, groups, synced })
  const onHand = yield* OnHand.make({ connector, staleAfter, synced })
  const provided = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient>) =>
    Effect.provideService(effect, SqlClient.SqlClient, sql)
  const step = (name: TransitionName, id: number, actor: string, set: Statement.Fragment = sql``) =>
    provided(move(name, rules, { id, actor, set }))

  const conclude = (writeoff: Writeoff, actor: string, { detail, status }: Sent, when?: Move["when"]): Step => {
    if (status === "busy") return Effect.succeed(writeoff)
    const known = status === "done" || status === "already" ? "sent" : status === "unknown" ? "unknown" : "failed"
    const [text, data] = detail === null ? [null, null] : [render(detail), JSON.stringify(detail)]
    const set = sql`, detail = ${text}, detail_reason = ${data}::jsonb`
    return Effect.catchIf(
      provided(move(known, rules, { id: writeoff.id, actor, set, ...(when === undefined ? {} : { when }) })),
      // Somebody else has recorded the outcome first, and theirs stays.
      (error) => error._tag === "WriteoffRefused" && error.reason === "moved",
      () => Effect.map(provided(byId(connector, writeoff.id)), (now) => now ?? writeoff)
    )
  }

  /** Uninterruptible once the action has answered, so that the outcome is stored. */
  const dispatch = (writeoff: Writeoff, actor: string): Step =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(restore(send(writeoff, actor)), (sent) => conclude(writeoff, actor, sent))
    )

  const sending = (name: TransitionName, id: number, actor: string, set?: Statement.Fragment): Step =>
    Effect.flatMap(step(name, id, actor, set), (writeoff) => dispatch(writeoff, actor))

  const frequent = yield* Frequent.make(connector)
  const countsNoMore = (moved: Step): Step => Effect.tap(moved, ({ author }) => frequent.forget(author))
  const next = yield* nextNumber(numberPrefix)
  const submitted = Effect.map(
    DateTime.now,
    (now) => sql`
      , number = coalesce(w.number, ${next}), submitted_items = w.items, submitted_at = ${moment(now)}::timestamptz`
  )

  // Outcomes found during the start are replayed to later subscribers.
  const learned = yield* PubSub.sliding<Writeoff>({ capacity: 256, replay: 256 })
  const followed = Effect.fnUntraced(function* (writeoff: Writeoff) {
    const actor = writeoff.decidedBy ?? writeoff.author
    if (writeoff.status === "sending") return yield* dispatch(writeoff, actor)
    const sent = yield* outcome(writeoff)
    if (sent === undefined) return undefined
    const holds = sql`w.changed_at = ${moment(writeoff.changedAt)}::timestamptz`
    return yield* conclude(writeoff, actor, sent, { holds, otherwise: raced })
  })
  const catchUp = Effect.gen(function* () {
    for (const writeoff of yield* provided(WriteoffStore.inDoubt(connector, pause))) {
      const now = yield* followed(writeoff)
      if (now !== undefined) yield* PubSub.publish(learned, now)
    }
  }).pipe(
    Effect.catch((error) =>
      Effect.logWarning("write-offs whose end is not known are looked for again soon", error.message)
    )
  )
  yield* Effect.forkScoped(Effect.repeat(catchUp, Schedule.spaced(pause)))
  yield* Effect.forkScoped(Stream.runForEach(decisions, () => catchUp))

  return Writeoffs.of({
    stores: Effect.fn("Writeoffs.stores")(function* (departmentId: string, position?: string) {
      const stores = (yield* catalogue.get).stores.filter((store) => store.departmentId === departmentId)
      return { stores, chosen: position === undefined ? undefined : storeOf(position, stores) }
    }),
    accounts: (kind) => Effect.map(catalogue.get, ({ accounts }) => accountsFor(kind, accounts)),
    product: (id) => Effect.map(catalogue.get, ({ products }) => products.get(id)),
    search: (text, page) => Effect.map(catalogue.get, ({ products }) => products.find(text, page)),
    stock: Effect.fn("Writeoffs.stock")(function* (storeId: string) {
      const stock = yield* onHand(storeId)
      const { products } = yield* Effect.orElseSucceed(catalogue.get, () => ({ products: undefined }))
      // The report omits products without stock; it contains dishes only where they are stored.
      const none = (id: string) => (stock.at !== null && products?.get(id)?.type === "GOODS" ? "0" : undefined)
      return { ...stock, of: (id: string) => stock.of(id) ?? none(id) }
    }),
    frequent: Effect.fn("Writeoffs.frequent")(function* (author: string, limit: number) {
      const { products } = yield* catalogue.get
      const offered = (yield* frequent.of(author)).map((id) => products.get(id)).filter((known) => known !== undefined)
      return offered.slice(0, limit)
    }),

    create: Effect.fn("Writeoffs.create")(function* (draft: Drafts.NewDraft) {
      const chosen = yield* Drafts.choose(yield* catalogue.get, draft)
      return yield* provided(WriteoffStore.insert(connector, draft, chosen))
    }),
    edit: Effect.fn("Writeoffs.edit")(function* (id: number, author: string, changes: Drafts.Changes) {
      const snapshot = yield* catalogue.get
      return yield* provided(
        move("edit", rules, { id, actor: author, ...(yield* provided(Drafts.changed(snapshot, changes))) })
      )
    }),
    submit: Effect.fn("Writeoffs.submit")(function* (id: number, author: string, approval: "needed" | "none") {
      const set = yield* submitted
      const writeoff = yield* step(approval === "needed" ? "submit" : "sendAtOnce", id, author, set)
      yield* frequent.note(writeoff)
      return yield* approval === "needed" ? Effect.succeed(writeoff) : dispatch(writeoff, author)
    }),
    submitNew: Effect.fn("Writeoffs.submitNew")(function* (wanted: Drafts.NewWriteoff, approval: "needed" | "none") {
      const chosen = yield* Drafts.whole(yield* catalogue.get, wanted)
      const status = approval === "needed" ? "waiting" : "sending"
      const stored = WriteoffStore.insertSubmitted(connector, wanted, chosen, { number: next, status })
      const { isNew, writeoff } = yield* provided(stored)
      if (isNew) yield* frequent.note(writeoff)
      return yield* isNew && status === "sending" ? dispatch(writeoff, wanted.author) : Effect.succeed(writeoff)
    }),
    cancel: (id, author) => countsNoMore(step("cancel", id, author)),
    repeat: Effect.fn("Writeoffs.repeat")(function* (id: number, author: string) {
      const copy = yield* provided(WriteoffStore.copy(rules, id, author))
      const { products } = yield* catalogue.get
      const [gone, items] = Drafts.offered(products, copy.items)
      if (gone.length === 0) return { writeoff: copy, gone: [] }
      const set = sql`, items = ${JSON.stringify(items)}::jsonb`
      return { writeoff: yield* step("edit", copy.id, author, set), gone: gone.map(({ name }) => name) }
    }),

    waiting: provided(WriteoffStore.waiting(rules)),
    open: Effect.fn("Writeoffs.open")(function* (id: number, admin: string) {
      const until = moment(DateTime.addDuration(yield* DateTime.now, lock))
      return yield* step("open", id, admin, sql`, locked_by = ${admin}, locked_until = ${until}::timestamptz`)
    }),
    release: (id, admin) => step("release", id, admin, sql`, locked_by = null, locked_until = null`),
    correct: Effect.fn("Writeoffs.correct")(function* (
      id: number,
      admin: string,
      items: ReadonlyArray<Drafts.WantedItem>
    ) {
      const known = JSON.stringify(yield* Drafts.itemsOf((yield* catalogue.get).products, items))
      return yield* step("correct", id, admin, sql`, items = ${known}::jsonb, corrected_by = ${admin}`)
    }),
    approve: Effect.fn("Writeoffs.approve")(function* (id: number, admin: string) {
      return yield* sending("approve", id, admin, yield* decided(sql, admin))
    }),
    reject: Effect.fn("Writeoffs.reject")(function* (id: number, admin: string, why: string) {
      const set = sql`${yield* decided(sql, admin)}, rejection = ${why.trim()}`
      return yield* countsNoMore(step("reject", id, admin, set))
    }),
    retry: (id, actor) => sending("retry", id, actor),

    byId: (id) => provided(byId(connector, id)),
    history: (author, kind) => provided(WriteoffStore.history(connector, author, kind)),
    expire: provided(WriteoffStore.expire(rules)),
    learned: Stream.fromPubSub(learned)
  })
})

const decided = (sql: SqlClient.SqlClient, admin: string) =>
  Effect.map(DateTime.now, (now) => sql`, decided_by = ${admin}, decided_at = ${moment(now)}::timestamptz`)
