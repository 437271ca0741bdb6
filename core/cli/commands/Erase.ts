/** `erase`: removes a person from the daemon's own tables. */
import { Data, Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { SqlClient } from "effect/sql"
import * as PersonalData from "../../plugin/PersonalData.ts"
import { plural } from "../render/terminal/Format.ts"
import { layerEngine } from "../shared/Engine.ts"
import { toggle } from "../shared/Flags.ts"
import { loadReadable } from "../shared/ReadableConfiguration.ts"
import { answer } from "../shared/Root.ts"

const person = Argument.String("person").pipe(
  Argument.withDescription("As the audit names them: telegram:42, the user of a terminal, the name of a token")
)
const yes = toggle("yes", "Erase; without it, only list what would be erased")

type Parts = Effect.Success<ReturnType<typeof PersonalData.erase>>

/** Rolls the transaction back, because nothing was to be changed, and carries the counts to report. */
class Looked extends Data.TaggedError("Looked")<{ readonly parts: Parts }> {}

export const erase = Command.make(
  "erase",
  { person, yes },
  Effect.fn("cli.erase")(function* (input) {
    const loaded = yield* loadReadable
    const types = [...loaded.types, ...loaded.pluginTypes]
    const parts = yield* Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const erasing = PersonalData.erase(types, input.person)
      if (input.yes) return yield* erasing
      return yield* sql
        .withTransaction(Effect.flatMap(erasing, (parts) => new Looked({ parts })))
        .pipe(Effect.catchTag("Looked", ({ parts }) => Effect.succeed(parts)))
    }).pipe(Effect.provide(layerEngine(loaded)))
    const rows = parts.reduce((sum, part) => sum + part.rows, 0)
    const counts = parts.flatMap(({ part, rows }) => (rows === 0 ? [] : `${part}: ${plural(rows, "row")}`)).join(", ")
    const none = `Nothing is kept of ${input.person}.`
    const done = input.yes
      ? `${input.person} is erased (${counts}). A running bot knows them until it restarts or its people are synced.`
      : `Would be deleted or lose the name of ${input.person}: ${counts}. Nothing was changed; --yes does it.`
    yield* answer({ person: input.person, erased: input.yes, rows, parts }, rows === 0 ? none : done)
  })
).pipe(
  Command.withDescription("Take a person out of the daemon's own tables"),
  Command.withExamples([
    { command: "tributary erase telegram:42", description: "Shows what is kept of this person" },
    {
      command: "tributary erase telegram:42 --yes",
      description: "Erases it; what was sent to systems stays, without the name"
    }
  ])
)
