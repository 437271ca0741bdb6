/** One attempt to load the configuration, as the audit, the API and every client show it. */
import { Effect, Schema } from "effect"
import { Diagnostic } from "../config/Diagnostic.ts"
import { Reason } from "../reason/Reason.ts"

const Names = Schema.Array(Schema.String)

const Change = Schema.Struct({ added: Names, changed: Names, removed: Names })
export type Change = typeof Change.Type

export const Changes = Schema.Struct({
  connectors: Change,
  entities: Change,
  jobs: Change,
  plugins: Change.pipe(
    // Rows from before plugins existed have no such key.
    Schema.withDecodingDefaultKey(Effect.succeed({ added: [], changed: [], removed: [] }))
  ),
  rebuilt: Names.pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))).annotate({
    description: "Connectors that were built anew: of a changed one whose entities alone are others, what runs goes on."
  }),
  daemon: Names.pipe(Schema.withDecodingDefaultKey(Effect.succeed([]))).annotate({
    description: "Keys of daemon.yaml that took effect, with a start."
  }),
  restart: Names.annotate({ description: "Keys of daemon.yaml that take effect when the daemon starts again." })
}).annotate({
  identifier: "ConfigChanges",
  description: "Against what was live before, by name; of a start, before the daemon was stopped."
})
export type Changes = typeof Changes.Type

export const ConfigVersion = Schema.Struct({
  id: Schema.NullOr(Schema.Int).annotate({ description: "null: the database was away, and the row is missing." }),
  hash: Schema.NullOr(Schema.String).annotate({ description: "As in the audit of runs; null: nothing was loaded." }),
  loadedAt: Schema.DateTimeUtc,
  trigger: Schema.String.annotate({ description: "What set it off: start, api, cli, console, signal, watch, bot." }),
  actor: Schema.NullOr(Schema.String).annotate({ description: "Who, when a person did." }),
  status: Schema.Literals(["ok", "unchanged", "invalid", "failed"]).annotate({
    description: "invalid and failed changed nothing."
  }),
  changes: Schema.NullOr(Changes),
  diagnostics: Schema.Array(Diagnostic),
  error: Schema.NullOr(Schema.String),
  reasons: Schema.Array(Reason).annotate({
    description: "Why nothing was loaded, as data: of each diagnostic with its place, or of `error`."
  })
}).annotate({ identifier: "ConfigVersion" })
export type ConfigVersion = typeof ConfigVersion.Type

export const nothingChanged = ({ connectors, daemon, entities, jobs, plugins, restart }: Changes): boolean =>
  [connectors, entities, jobs, plugins].every(
    ({ added, changed, removed }) => added.length + changed.length + removed.length === 0
  ) && restart.length + daemon.length === 0
