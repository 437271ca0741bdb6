/** The steps of the author of a write-off: from a draft to its submission, or to its end. */
import { DateTime, Effect } from "effect"
import { nextNumber } from "../documents/Numbers.ts"
import type * as Catalogue from "./Catalogue.ts"
import * as Drafts from "./Drafts.ts"
import type * as Frequent from "./Frequent.ts"
import type { Moves } from "./Moves.ts"
import type { Outcomes } from "./Outcomes.ts"
import { isoTime, move } from "./Transitions.ts"
import * as WriteoffStore from "./WriteoffStore.ts"

export interface Parts {
  readonly catalogue: Effect.Success<ReturnType<typeof Catalogue.make>>
  readonly frequent: Effect.Success<ReturnType<typeof Frequent.make>>
  readonly moves: Moves
  readonly outcomes: Outcomes
}

export const make = Effect.fnUntraced(function* (
  { catalogue, frequent, moves, outcomes: { dispatch } }: Parts,
  numberPrefix: string
) {
  const { provided, rules, sql, step } = moves
  const { connector } = rules
  const next = yield* nextNumber(numberPrefix)
  const submitted = Effect.map(
    DateTime.now,
    (now) => sql`
      , number = coalesce(w.number, ${next}), submitted_items = w.items, submitted_at = ${isoTime(now)}::timestamptz`
  )

  return {
    create: Effect.fn("Writeoffs.create")(function* (draft: Drafts.NewDraft) {
      const chosen = yield* Drafts.choose(yield* catalogue.get, draft)
      return yield* provided(WriteoffStore.insert(connector, draft, chosen))
    }),
    edit: Effect.fn("Writeoffs.edit")(function* (id: number, author: string, changes: Drafts.DraftChanges) {
      const snapshot = yield* catalogue.get
      return yield* provided(
        move("edit", rules, { id, actor: author, ...(yield* provided(Drafts.changeColumns(snapshot, changes))) })
      )
    }),
    submit: Effect.fn("Writeoffs.submit")(function* (id: number, author: string, approval: "needed" | "none") {
      const set = yield* submitted
      const writeoff = yield* step(approval === "needed" ? "submit" : "sendAtOnce", id, author, set)
      yield* frequent.note(writeoff)
      return yield* approval === "needed" ? Effect.succeed(writeoff) : dispatch(writeoff, author)
    }),
    submitNew: Effect.fn("Writeoffs.submitNew")(function* (wanted: Drafts.NewWriteoff, approval: "needed" | "none") {
      const chosen = yield* Drafts.requireComplete(yield* catalogue.get, wanted)
      const status = approval === "needed" ? "waiting" : "sending"
      const stored = WriteoffStore.insertSubmitted(connector, wanted, chosen, { number: next, status })
      const { isNew, writeoff } = yield* provided(stored)
      if (isNew) yield* frequent.note(writeoff)
      return yield* isNew && status === "sending" ? dispatch(writeoff, wanted.author) : Effect.succeed(writeoff)
    }),
    cancel: (id: number, author: string) => Effect.tap(step("cancel", id, author), () => frequent.forget(author)),
    repeat: Effect.fn("Writeoffs.repeat")(function* (id: number, author: string) {
      const copy = yield* provided(WriteoffStore.copy(rules, id, author))
      const { products } = yield* catalogue.get
      const [gone, items] = Drafts.splitOffered(products, copy.items)
      if (gone.length === 0) return { writeoff: copy, gone: [] }
      const set = sql`, items = ${JSON.stringify(items)}::jsonb`
      return { writeoff: yield* step("edit", copy.id, author, set), gone: gone.map(({ name }) => name) }
    })
  }
})
