/** `discover`: reads one live page and proposes the YAML of an entity. */
import { Channel, Effect, Layer } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { stringify } from "yaml"
import type { Entity } from "../config/Entity.ts"
import { Registry } from "../plugin/Registry.ts"
import { type Proposal, propose } from "../sync/Discover.ts"
import { layerHttp } from "../upstream/Http.ts"
import type { SourceRecord } from "../upstream/Source.ts"
import { layerLogs } from "./Logs.ts"
import { answer, declarations, stop } from "./Root.ts"
import { plural } from "./render/Format.ts"

/** Enough to see every field; the rest of the page is not read. */
const enough = 500

const path = Flag.String("path").pipe(
  Flag.withDescription("The path to read, with its query, below the connector's base URL")
)
const records = Flag.String("records").pipe(
  Flag.withDescription("Where the records are: a JSON Pointer such as /items, or element names for XML"),
  Flag.optional
)
const format = Flag.Literals("format", ["json", "ndjson", "xml", "csv"]).pipe(
  Flag.withDescription("What the answer is; the connector's own by default"),
  Flag.optional
)

/** An entity of which only the request is known. */
const probe = (
  connector: string,
  timezone: string,
  request: Pick<Entity, "format" | "records" | "request">
): Entity => ({
  connector,
  name: "discovered",
  ...request,
  page: { type: "none" },
  table: { schema: "public", name: "discovered" },
  columns: [],
  key: ["id"],
  mode: "mirror",
  scope: {},
  guard: { maxDelete: 0, floor: 0, empty: "refuse", maxReject: 0, confirm: false },
  indexes: [],
  examples: [],
  timezone
})

const yamlOf = (name: string, located: Readonly<Record<string, string>>, proposal: Proposal): string =>
  stringify(
    {
      [name]: {
        ...located,
        key: proposal.key.length === 1 ? proposal.key[0] : proposal.key,
        fields: Object.fromEntries(
          proposal.fields.map(({ column, ...field }) => [column, Object.keys(field).length === 1 ? field.type : field])
        )
      }
    },
    { lineWidth: 0, collectionStyle: "any" }
  )

const nameOf = (given: string): string =>
  (given.split("?")[0] ?? "")
    .split("/")
    .findLast((part) => part !== "" && part !== "list")
    ?.replaceAll(/[^\p{L}\d]+/gu, "_")
    .toLowerCase() || "entity"

export const discover = Command.make(
  "discover",
  {
    connector: Argument.String("connector").pipe(Argument.withDescription("A declared connector")),
    path,
    records,
    format
  },
  Effect.fn("cli.discover")(function* (input) {
    const loaded = yield* declarations
    yield* Effect.gen(function* () {
      const registry = yield* Registry.now
      const declaration = yield* registry
        .declaration(input.connector)
        .pipe(Effect.catchTag("UnknownConnector", ({ message }) => stop(2, message, { error: message })))
      const type = loaded.types.find((each) => each.type === declaration.type)
      const defaults = type?.entityDefaults
      const entity = probe(declaration.name, declaration.timezone, {
        request: { method: "GET", path: input.path, query: {}, headers: {} },
        format: input.format._tag === "Some" ? input.format.value : (defaults?.format ?? "json"),
        records: input.records._tag === "Some" ? input.records.value : (defaults?.records ?? "")
      })
      const found: Array<SourceRecord> = []
      const connector = yield* Effect.orDie(registry.connector(declaration.name))
      yield* Channel.runForEach(connector.read(entity), (batch) => {
        found.push(...batch.slice(0, enough - found.length))
        return found.length < enough ? Effect.void : Effect.fail("enough" as const)
      }).pipe(
        Effect.catch((error) => (error === "enough" ? Effect.void : stop(1, error.message, { error: error.message })))
      )
      if (found.length === 0) {
        return yield* stop(1, `${input.path} answered without records. Say where they are: --records /items`, {
          error: "no records"
        })
      }
      const proposal = propose(found)
      const located = {
        [type?.entityKeys?.located ?? "path"]: input.path,
        ...(input.format._tag === "Some" ? { format: input.format.value } : {}),
        ...(input.records._tag === "Some" ? { records: input.records.value } : {})
      }
      const yaml = yamlOf(nameOf(input.path), located, proposal)
      const advice = [
        `# From ${plural(found.length, "record")}. Put it below "entities:" of config/connectors/${declaration.name}.yaml,`,
        `# check the types, ${type?.entityKeys === undefined ? 'add "page:" if the endpoint pages, ' : ""}then: tributary check && tributary plan ${declaration.name}.${nameOf(input.path)}`,
        ...(proposal.key.length === 0
          ? ["# No column was unique: name the key yourself, several columns if need be."]
          : [])
      ]
      yield* answer(
        { ...proposal, yaml },
        Effect.succeed([...advice, yaml.replaceAll(/^/gm, "  ").trimEnd()].join("\n"))
      )
    }).pipe(
      Effect.scoped,
      Effect.provide(
        Layer.mergeAll(
          Registry.layer(loaded, loaded.types).pipe(Layer.provide(layerHttp)),
          layerLogs(loaded.daemon.log)
        )
      )
    )
  })
).pipe(Command.withDescription("Read one live page and propose the YAML of an entity"))
