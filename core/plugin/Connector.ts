/**
 * The contract between the engine and a connector type: a folder whose `index.ts` exports `connectorType`.
 * The engine owns lifecycle, budget, pipeline and tables; a connector yields records and says how it is doing.
 */
import type { Effect, Layer, Schema } from "effect"
import { Context } from "effect"
import type { HttpClient } from "effect/http"
import type { ConnectorSettings } from "../config/Connector.ts"
import type { Entity } from "../config/Entity.ts"
import type { ActionSchema, EntityDefaults, EntityKeys, ExportKeys } from "../config/schema/ConnectorYaml.ts"
import type { Rate } from "../config/schema/Scalars.ts"
import type { ReadOptions, Source, UpstreamError } from "../upstream/Source.ts"
import type { VendorState } from "../upstream/VendorState.ts"
import type { BoundAction } from "./Action.ts"
import type { Write } from "./Export.ts"
import type { PersonalData } from "./PersonalData.ts"
import type { SandboxModule } from "./Sandbox.ts"

/** What a system sends of itself, as it came: nobody was let in yet. */
export interface HookRequest {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export type HookAnswer =
  /** It shows no token, or a wrong one. */
  | { readonly _tag: "Refused" }
  | { readonly _tag: "Unreadable" }
  /** `stale`: which of its entities are no longer as the source is; they are read again when no more such news come. */
  | { readonly _tag: "Accepted"; readonly stale: (entity: Entity) => boolean }

export type Hook = (request: HookRequest) => Effect.Effect<HookAnswer>

/** A running connector: the service its layer provides. */
export class Connector extends Context.Service<
  Connector,
  {
    /** Reads one entity from the first page to the last; nothing is sent before the channel is pulled. */
    readonly read: (entity: Entity, options?: ReadOptions) => Source
    /** Reaches the system and proves the credentials without changing anything; succeeds with a short line about it. */
    readonly probe: Effect.Effect<string, UpstreamError>
    /** What can be done to the system, by `Action.provide`. */
    readonly actions?: ReadonlyArray<BoundAction>
    /** Writes what an export says; absent: the system takes none. */
    readonly write?: Write
    /** Takes the system's webhooks; answers at once. Absent: none are taken. */
    readonly hook?: Hook
  }
>()("tributary/core/plugin/Connector") {}

export type { EntityKeys, ExportKeys } from "../config/schema/ConnectorYaml.ts"
export type { CellChange, ExportColumn, ExportReport, ExportRows, Owned, Write, WriteOptions } from "./Export.ts"

/** What the engine offers to the layer of a connector. */
export type ConnectorServices = HttpClient.HttpClient | VendorState

export interface ConnectorType<
  C extends Schema.Top & { readonly DecodingServices: never } = Schema.Top & { readonly DecodingServices: never }
> {
  /** Its folder's name, and `type:` in YAML. */
  readonly type: string
  readonly description: string
  /** The keys of its own in YAML, beside those every connector has; closed by the loader. */
  readonly config: C
  readonly entityDefaults: EntityDefaults
  /** Those that an instance's own keys say. */
  entityDefaultsOf?(config: C["Type"]): Pick<EntityDefaults, "fail">
  /** For types that are asked otherwise than by path and query. */
  readonly entityKeys?: EntityKeys
  /** For types that exports are written to. */
  readonly exportKeys?: ExportKeys
  /** Whose place an export writes to, where one address serves many people: a spreadsheet. */
  destinationOf?(config: C["Type"], own: unknown): string | undefined
  /** What can be done to the system; the layer binds the same ones. */
  readonly actions?: ReadonlyArray<ActionSchema>
  /** The folder of `NNNN_verb_noun.ts` that make the tables this type has beside those of its entities. */
  readonly migrations?: URL
  /** What those tables keep of people. */
  readonly personal?: PersonalData
  /** What the vendor allows, where `limits.rate` says nothing. */
  readonly defaultRate?: Rate
  /** Only one of it may run at a time: the old one stops before its successor starts. Default: they may overlap. */
  readonly exclusive?: boolean
  /** Acquires resources in its scope and calls no vendor. A method, so that types of every config are connector types. */
  layer(settings: ConnectorSettings<C["Type"]>): Layer.Layer<Connector, never, ConnectorServices>
  readonly sandbox: SandboxModule
}
