/** `rows`: shows the first rows of an entity's table as they are in the database. */
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { entityId } from "../../config/Entity.ts"
import { tableId } from "../../database/tables/Identifier.ts"
import { storedRows } from "../../database/tables/StoredRows.ts"
import { plural } from "../render/terminal/Format.ts"
import * as RowsView from "../render/views/RowsView.ts"
import { layerEngine } from "../shared/Engine.ts"
import { limitOf } from "../shared/Flags.ts"
import { loadReadable } from "../shared/ReadableConfiguration.ts"
import { answer, stop } from "../shared/Root.ts"
import { selectEntities } from "../shared/Selection.ts"

const entity = Argument.String("entity").pipe(Argument.withDescription("An entity, as in crm.deal"))

const limit = limitOf("rows")

export const rows = Command.make(
  "rows",
  { entity, limit },
  Effect.fn("cli.rows")(function* (input) {
    const loaded = yield* loadReadable
    yield* Effect.gen(function* () {
      const [one, ...others] = yield* selectEntities([input.entity])
      if (one === undefined || others.length > 0) {
        return yield* stop(2, `${input.entity} is ${plural(others.length + 1, "entity", "entities")}: name one of them`)
      }
      // One more shows whether there are others.
      const found = yield* storedRows(one, input.limit + 1)
      const shown = found?.slice(0, input.limit)
      yield* answer({ table: tableId(one.table), rows: shown ?? null }, (view) =>
        shown === undefined
          ? `There is no table ${tableId(one.table)} yet: tributary sync ${entityId(one)} makes it.`
          : RowsView.render(one, shown, shown.length < (found?.length ?? 0), view)
      )
    }).pipe(Effect.provide(layerEngine(loaded)))
  })
).pipe(
  Command.withDescription("The first rows of an entity's table"),
  Command.withExamples([
    { command: "tributary rows crm.deal", description: "Twenty rows, in the order of the key" },
    { command: "tributary rows crm.deal --limit 100 --json", description: "A hundred, as JSON" }
  ])
)
