/**
 * The number of items that wait for a decision, by kind: write-offs, pending deletes, actions with an unknown outcome.
 * It is kept in memory, so that a menu with numbers needs no query, and read again when something ended, and
 * periodically.
 */
import { Context, Duration, Effect, Layer, Stream } from "effect"
import type { SqlError } from "effect/sql"
import { Control } from "../../core/control/Control.ts"
import type { PendingItems } from "../../core/plugin/chat/ChatFeature.ts"
import * as StaleWhileRevalidate from "../../core/plugin/StaleWhileRevalidate.ts"
import { Directory } from "../people/Directory.ts"
import { actorOf, type Person } from "../people/Person.ts"

/** The count of one kind, for one person. */
export interface WaitingCount {
  readonly waiting: PendingItems
  readonly count: number
}

interface Snapshot {
  readonly all: ReadonlyArray<{ readonly waiting: PendingItems; readonly authors: ReadonlyArray<string | null> }>
  readonly admins: number
}

export class WaitingCounts extends Context.Service<
  WaitingCounts,
  {
    /** Called once, when all features are made. */
    readonly fill: (all: ReadonlyArray<PendingItems>) => Effect.Effect<void>
    /** Reads the current counts, in the order of the features. */
    readonly read: (person: Person | undefined) => Effect.Effect<ReadonlyArray<WaitingCount>, SqlError.SqlError>
    /** Returns the last known count of one kind. */
    readonly known: (kind: string, person: Person | undefined) => number
  }
>()("tributary/bot/window/WaitingCounts") {
  static readonly layer = Layer.effect(
    WaitingCounts,
    Effect.gen(function* () {
      const { actionRuns, events } = yield* Control
      const directory = yield* Directory
      const scope = yield* Effect.scope
      let wanted: ReadonlyArray<PendingItems> = []
      let last: Snapshot = { all: [], admins: 0 }

      const authorsOf = (waiting: PendingItems) => Effect.map(waiting.authors, (authors) => ({ waiting, authors }))
      const read = Effect.gen(function* () {
        const { admins, all } = yield* Effect.all(
          { admins: directory.admins, all: Effect.forEach(wanted, authorsOf, { concurrency: "unbounded" }) },
          { concurrency: "unbounded" }
        )
        last = { all, admins: admins.length }
        return last
      })
      const ended = Stream.filter(events, ({ _tag }) => _tag === "Finished")
      const { renew } = yield* StaleWhileRevalidate.make({
        what: "what waits for admins",
        read,
        news: Stream.merge(ended, actionRuns),
        maxAge
      })
      yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(maxAge), Effect.ignore(renew))))

      return WaitingCounts.of({
        fill: (all) => {
          wanted = all
          return Effect.asVoid(Effect.forkIn(Effect.ignore(renew), scope))
        },
        read: (person) => Effect.map(renew, (snapshot) => countsOf(snapshot, person)),
        known: (kind, person) => countsOf(last, person).find(({ waiting }) => waiting.kind === kind)?.count ?? 0
      })
    })
  )
}

/** Another process may have decided. */
const maxAge = Duration.minutes(1)

/** Admins do not decide on their own items while there is another admin. */
const countsOf = ({ admins, all }: Snapshot, person: Person | undefined): ReadonlyArray<WaitingCount> => {
  if (person?.isAdmin !== true) return []
  const own = actorOf(person.telegramId)
  return all.map(({ authors, waiting }) => ({
    waiting,
    count: admins < 2 ? authors.length : authors.filter((author) => author !== own).length
  }))
}
