/** `deletes`: shows withheld deletes, and decides on them. */
import { DateTime, Effect } from "effect"
import { Argument, Command } from "effect/cli"
import * as PendingDeletes from "../../database/audit/PendingDeletes.ts"
import { plural } from "../render/terminal/Format.ts"
import * as PendingView from "../render/views/PendingView.ts"
import { layerEngine } from "../shared/Engine.ts"
import { toggle } from "../shared/Flags.ts"
import { operator } from "../shared/Operator.ts"
import { loadReadable } from "../shared/ReadableConfiguration.ts"
import { answer, stop } from "../shared/Root.ts"

const id = Argument.Int("id").pipe(Argument.withDescription("As `tributary deletes` shows it"))

const all = toggle("all", "Show the keys of all rows, not of the first five")

/** How many keys of a delete are shown by default: a delete can hold any number. */
const sample = 5
const maxCount = 2 ** 31 - 1

/** An id that never existed is wrong usage. */
const gone = ({ message, never }: PendingDeletes.PendingDeleteGone) => stop(never ? 2 : 1, message)

const decided = <A, E, R>(decision: Effect.Effect<A, E, R>, done: (result: A) => string) =>
  Effect.gen(function* () {
    const loaded = yield* loadReadable
    yield* decision.pipe(
      Effect.flatMap((result) => answer(result, done(result))),
      Effect.provide(layerEngine(loaded))
    )
  })

const apply = Command.make("apply", { id }, ({ id }) =>
  decided(
    PendingDeletes.apply(BigInt(id), operator, "cli").pipe(Effect.catchTag("PendingDeleteGone", gone)),
    ({ deleted, kept, total }) => {
      const others = [
        ...(kept === 0 ? [] : [`${kept} are still there: a trigger or a policy of the table keeps them`]),
        ...(total === deleted + kept ? [] : [`the other ${total - deleted - kept} were gone already`])
      ]
      return `${[`Deleted ${plural(deleted, "row")}`, ...others].join("; ")}.`
    }
  )
).pipe(Command.withDescription("Delete exactly the rows it names, once"))

const drop = Command.make("drop", { id }, ({ id }) =>
  decided(
    PendingDeletes.drop(BigInt(id), operator).pipe(Effect.catchTag("PendingDeleteGone", gone)),
    ({ total }) => `Kept ${plural(total, "row")}. The next whole read asks again if they are still gone.`
  )
).pipe(Command.withDescription("Keep the rows"))

export const deletes = Command.make(
  "deletes",
  { all },
  Effect.fn("cli.deletes")(function* ({ all }) {
    const loaded = yield* loadReadable
    yield* Effect.gen(function* () {
      const pending = yield* PendingDeletes.open(all ? maxCount : sample)
      const now = yield* DateTime.now
      const rows = pending.map(
        (row): PendingView.PendingDelete => ({
          ...row,
          id: Number(row.id),
          table: row.table_name,
          rows: row.total,
          createdAt: DateTime.fromDateUnsafe(row.created_at)
        })
      )
      yield* answer({ pending: rows }, (screen) => PendingView.render(rows, now, screen))
    }).pipe(Effect.provide(layerEngine(loaded)))
  })
).pipe(
  Command.withDescription("Deletes that a guard withheld, and deciding on them"),
  Command.withSubcommands([apply, drop])
)
