/** `sync`: runs the selected entities now, with progress, and ends with a table. */
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { type Entity, entityId } from "../../config/Entity.ts"
import { Sync } from "../../sync/Sync.ts"
import * as Progress from "../render/progress/Progress.ts"
import { wrapMessage } from "../render/terminal/Prose.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import * as RunTable from "../render/views/RunTable.ts"
import { layerEngine } from "../shared/Engine.ts"
import { toggle, trace } from "../shared/Flags.ts"
import { operator } from "../shared/Operator.ts"
import { partFlags, partOf } from "../shared/PartFlags.ts"
import { answer, declarations, stop } from "../shared/Root.ts"
import { selectors, selectRequested } from "../shared/Selection.ts"
import { Stop } from "../shared/Stop.ts"
import { withoutRedraw, withWireTrace } from "../shared/Trace.ts"

const full = toggle("full", "Read everything again, whatever the cursors of incremental entities say")
const pastRejected = toggle(
  "past-rejected",
  "Let the cursors of the named entities move past records that are rejected in this run"
)
/** Leaves out what is swapped as a whole: some records of it would be all that is left. */
const limitedTo = Effect.fnUntraced(function* (limit: number | undefined, entities: ReadonlyArray<Entity>) {
  const whole = limit === undefined ? [] : entities.filter(({ mode }) => mode === "replace")
  if (whole.length === 0) return entities
  const names = whole.map(entityId).join(", ")
  const message = `Of mode replace, which takes a whole read, and so left out: ${names}`
  if (whole.length === entities.length) return yield* stop(2, message)
  const { err } = yield* Terminal
  yield* err.write(`${wrapMessage(message, (yield* err.screen).width)}\n`)
  return entities.filter((entity) => !whole.includes(entity))
})

const limit = Flag.Int("limit").pipe(
  Flag.withDescription(
    "Read at most so many records for each entity, those that `where` leaves out included: nothing is deleted or marked as gone, and cursors stay"
  ),
  Flag.optional
)

const since = Flag.String("since").pipe(
  Flag.withDescription(
    "Read again from this value of the cursor's column on, such as 2026-01-01 or an id, of entities with `incremental`; a cursor that is earlier counts"
  ),
  Flag.optional
)

export const sync = Command.make(
  "sync",
  { selectors, full, pastRejected, limit, since, ...partFlags, trace },
  Effect.fn("cli.sync")(function* (input) {
    if (input.pastRejected && input.selectors.length === 0) {
      return yield* stop(2, "--past-rejected wants to know which entities may move on: sync --past-rejected crm.deal")
    }
    const limit = Option.getOrUndefined(input.limit)
    if (limit !== undefined && (limit < 1 || input.pastRejected)) {
      const message = input.pastRejected
        ? "--limit moves no cursor, so --past-rejected has nothing to do: leave out one of them"
        : `--limit ${limit} reads nothing: it is the number of records, from 1 on`
      return yield* stop(2, message)
    }
    const part = yield* partOf(input)
    const loaded = yield* declarations
    yield* Effect.gen(function* () {
      const { err } = yield* Terminal
      const { full, pastRejected, selectors } = input
      const since = Option.getOrUndefined(input.since)
      const entities = yield* limitedTo(limit, yield* selectRequested({ selectors, full, pastRejected, since }, part))
      const service = yield* Sync
      const results = yield* Effect.scoped(
        Effect.gen(function* () {
          const { onEvent } = yield* Progress.make({
            entities: entities.map(entityId),
            ...withoutRedraw(err, input.trace)
          })
          return yield* service.run(entities, {
            trigger: "cli",
            actor: operator,
            full,
            since,
            pastRejected,
            limit,
            ...part,
            onEvent
          })
        })
      )
      yield* answer({ runs: results }, (screen) => RunTable.render(results, screen))
      if (results.some((result) => result.status === "failed")) {
        return yield* new Stop({ code: 1, message: "some entities failed" })
      }
    }).pipe(withWireTrace(input.trace), Effect.provide(layerEngine(loaded)))
  })
).pipe(
  Command.withDescription("Read the sources and load them now"),
  Command.withExamples([
    { command: "tributary sync", description: "Everything that is declared" },
    { command: "tributary sync 'iiko.*' '!iiko.stock_balance'", description: "All of one connector but one entity" },
    {
      command: "tributary sync crm.deal --limit 5 --trace",
      description: "A first look, with every request and answer"
    },
    { command: "tributary sync crm.deal --keys 17,18", description: "Two records, read by their keys" },
    { command: "tributary sync --full 'iiko.*'", description: "Everything again, of incremental entities as well" }
  ])
)
