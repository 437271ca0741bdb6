/** A connector whose source is a variable: the test decides its answers, its end and its failures. */
import { Array as Arr, Channel, Duration, Effect, Layer, Schema } from "effect"
import { HttpClient } from "effect/http"
import type { Column } from "../../core/config/Column.ts"
import type { ConnectorDeclaration } from "../../core/config/Declarations.ts"
import type { Entity } from "../../core/config/Entity.ts"
import type { JobDeclaration } from "../../core/config/JobDeclaration.ts"
import { Connector, type ConnectorType } from "../../core/plugin/Connector.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { reason } from "../../core/reason/Reason.ts"
import { Sync } from "../../core/sync/Sync.ts"
import {
  type Completeness,
  complete,
  type ReadOptions,
  type Source,
  type SourceRecord,
  type UpstreamError
} from "../../core/upstream/Source.ts"

export interface Answer {
  readonly records?: ReadonlyArray<SourceRecord>
  readonly end?: Completeness
  /** The number of records per batch; 100 by default. */
  readonly pageSize?: number
  /** The failure after the records. */
  readonly error?: UpstreamError
  /** Runs before the first batch of records. */
  readonly before?: Effect.Effect<void>
  /** Replaces all of the above. */
  readonly source?: Source
}

export type Answers = (entity: Entity, options: ReadOptions | undefined) => Answer

export const sourceOf = ({ before, end, error, pageSize = 100, records = [], source }: Answer): Source =>
  source ??
  Channel.unwrap(
    Effect.as(
      before ?? Effect.void,
      Channel.fromIterable(Arr.chunksOf(records, pageSize)).pipe(
        Channel.concatWith(() => (error === undefined ? Channel.end(end ?? complete) : Channel.fail(error)))
      )
    )
  )

export const column = (name: string, type: Column["type"], more: Partial<Column> = {}): Column => ({
  name,
  type,
  array: false,
  required: false,
  source: { _tag: "Pointer", pointer: { up: 0, tokens: [name] } },
  ...more
})

export const entity = (name: string, more: Partial<Entity> = {}): Entity => ({
  connector: "fake",
  name,
  request: { method: "GET", path: `/${name}`, query: {}, headers: {} },
  format: "json",
  records: "",
  page: { type: "none" },
  table: { schema: "public", name: `fake_${name}` },
  columns: [column("id", "bigint"), column("name", "text"), column("amount", "decimal")],
  key: ["id"],
  mode: "mirror",
  scope: {},
  guard: { maxDelete: 0.5, floor: 3, empty: "refuse", maxReject: 0.05, confirm: "again", cascade: "refuse" },
  indexes: [],
  examples: [],
  timezone: "Europe/Kaliningrad",
  ...more
})

export const connectorOf = (entities: ReadonlyArray<Entity>): ConnectorDeclaration => ({
  name: "fake",
  type: "fake",
  config: {},
  limits: {
    concurrency: 4,
    timeout: Duration.seconds(10),
    deadline: Duration.minutes(1),
    checkpoint: Duration.minutes(5),
    maxBytes: 1_000_000_000,
    maxHeld: 1 << 24
  },
  retry: { delays: [Duration.millis(1), Duration.millis(1)] },
  timezone: "Europe/Kaliningrad",
  entities,
  hash: "fake",
  fingerprint: "fake"
})

export const typeOf = (answers: Answers, more: Partial<ConnectorType> = {}): ConnectorType => ({
  type: "fake",
  description: "a variable",
  config: Schema.Unknown,
  entityDefaults: {},
  layer: () =>
    Layer.succeed(
      Connector,
      Connector.of({
        read: (read, options) => Channel.suspend(() => sourceOf(answers(read, options))),
        probe: Effect.succeed("fine")
      })
    ),
  sandbox: () => Promise.reject(new Error("the fake has no sandbox")),
  ...more
})

const noHttp = Layer.succeed(
  HttpClient.HttpClient,
  HttpClient.make(() => Effect.die("a fake source makes no requests"))
)

/** Another connector, which is declared and off. */
const off = [{ name: "idle", reason: reason("connector.off") }]

export const layerRegistry = (
  entities: ReadonlyArray<Entity>,
  answers: Answers,
  declared: Partial<ConnectorDeclaration> = {},
  jobs: ReadonlyArray<JobDeclaration> = [],
  type: Partial<ConnectorType> = {}
) =>
  Registry.layer({ connectors: [{ ...connectorOf(entities), ...declared }], off, jobs }, [typeOf(answers, type)]).pipe(
    Layer.provide(noHttp)
  )

/** Provides `Sync` over the given entities; each read gets the current result of `answers`. */
export const layerSync = (...given: Parameters<typeof layerRegistry>) =>
  Sync.layer.pipe(Layer.provideMerge(layerRegistry(...given)))
