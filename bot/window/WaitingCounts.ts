/**
 * How much waits for a decision: write-offs, withheld deletes, actions of which nobody knows whether they arrived. From
 * memory, so that a menu with numbers asks the database for nothing; read again when something ended, and now and then.
 */
import { Context, Duration, Effect, Layer, Stream } from "effect"
import type { SqlError } from "effect/sql"
import { Writeoffs } from "../../connectors/iiko/writeoff/Writeoffs.ts"
import { Control } from "../../core/control/Control.ts"
import * as StaleWhileRevalidate from "../../core/plugin/StaleWhileRevalidate.ts"
import { Directory } from "../people/Directory.ts"
import { actorOf, type Person } from "../people/Person.ts"
import { Settings } from "../Settings.ts"

export const kinds = ["writeoffs", "deletes", "unknown"] as const
export type Kind = (typeof kinds)[number]
export type Counts = Readonly<Record<Kind, number>>

interface Snapshot {
  /** The authors of write-offs that wait. */
  readonly authors: ReadonlyArray<string>
  readonly deletes: number
  readonly unknown: number
  readonly admins: number
}

export class WaitingCounts extends Context.Service<
  WaitingCounts,
  {
    /** As it is now. */
    readonly read: (person: Person | undefined) => Effect.Effect<Counts, SqlError.SqlError>
    /** As it was known last. */
    readonly known: (person: Person | undefined) => Counts
  }
>()("tributary/bot/window/WaitingCounts") {
  static readonly layer = Layer.effect(
    WaitingCounts,
    Effect.gen(function* () {
      const { actionRuns, actions, deletes, events } = yield* Control
      const directory = yield* Directory
      const { features } = yield* Settings
      const writeoffs = yield* Writeoffs
      let last: Snapshot = { authors: [], deletes: 0, unknown: 0, admins: 0 }

      const read = Effect.gen(function* () {
        const { admins, held, unknown, waiting } = yield* Effect.all(
          {
            admins: directory.admins,
            held: features.deletes ? deletes.open(0) : Effect.succeed([]),
            unknown: features.unknown ? actions.log({ status: "unknown", limit: maxCount }) : Effect.succeed([]),
            waiting: features.writeoff ? writeoffs.waiting : Effect.succeed([])
          },
          { concurrency: "unbounded" }
        )
        last = {
          authors: waiting.map(({ author }) => author),
          deletes: held.length,
          unknown: unknown.length,
          admins: admins.length
        }
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
        read: (person) => Effect.map(renew, (snapshot) => countsOf(snapshot, person)),
        known: (person) => countsOf(last, person)
      })
    })
  )
}

/** More than anybody counts. */
const maxCount = 100

/** Another process may have decided. */
const maxAge = Duration.minutes(1)

/** Nobody decides on their own while there is another admin. */
const countsOf = ({ admins, authors, deletes, unknown }: Snapshot, person: Person | undefined): Counts => {
  if (person?.isAdmin !== true) return { writeoffs: 0, deletes: 0, unknown: 0 }
  const own = actorOf(person.telegramId)
  const theirs = admins < 2 ? authors : authors.filter((author) => author !== own)
  return { writeoffs: theirs.length, deletes, unknown }
}
