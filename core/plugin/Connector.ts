/**
 * The contract between the engine and a connector type: a folder whose `index.ts` exports `connectorType`. The engine
 * owns lifecycle, budget, pipeline and tables; a connector yields records and reports its health.
 */
import type { Effect, Layer, Schema } from "effect"
import { Context } from "effect"
import type { HttpClient } from "effect/http"
import type { CacheCategories } from "../cache/CacheCategory.ts"
import type { Caches } from "../cache/Caches.ts"
import type { ConnectorSettings } from "../config/Declarations.ts"
import type { Entity } from "../config/Entity.ts"
import type {
  ActionSchema,
  DefaultLimits,
  EntityDefaults,
  EntityKeys,
  ExportKeys
} from "../config/schema/ConnectorYaml.ts"
import type { VendorState } from "../upstream/exchange/VendorState.ts"
import type { ReadOptions, Source, UpstreamError } from "../upstream/Source.ts"
import type { AccountOperations, AccountTraits } from "./AccountType.ts"
import type { BoundAction } from "./Action.ts"
import type { TypeChat } from "./chat/ChatFeature.ts"
import type { Write } from "./Export.ts"
import type { Inbox } from "./Inbox.ts"
import type { PersonalData } from "./PersonalData.ts"
import type { SandboxModule } from "./Sandbox.ts"
import type { StoredRows } from "./StoredRows.ts"

/** A raw webhook request, not authenticated yet. */
export interface HookRequest {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export type HookAnswer =
  /** The request has no token, or a wrong one. */
  | { readonly _tag: "Refused" }
  | { readonly _tag: "Unreadable" }
  /** `stale`: which entities no longer match the source; they are read again once the webhooks pause. */
  | { readonly _tag: "Accepted"; readonly stale: (entity: Entity) => boolean }

export type Hook = (request: HookRequest) => Effect.Effect<HookAnswer>

/** A running connector: the service its layer provides. */
export class Connector extends Context.Service<
  Connector,
  {
    /** Reads one entity from the first page to the last; nothing is sent before the channel is pulled. */
    readonly read: (entity: Entity, options?: ReadOptions) => Source
    /**
     * Contacts the system and checks the credentials without changing anything; succeeds with a short line about it.
     */
    readonly probe: Effect.Effect<string, UpstreamError>
    /** For a type with accounts. */
    readonly accounts?: AccountOperations
    /** The actions on the system, made by `Action.provide`. */
    readonly actions?: ReadonlyArray<BoundAction>
    /** Writes the rows of an export. Absent: the type takes no exports. */
    readonly write?: Write
    /** Handles the system's webhooks and answers at once. Absent: the type takes none. */
    readonly hook?: Hook
    /** The system's webhooks that are stored first and worked off later. Absent: there are none. */
    readonly inbox?: Inbox
  }
>()("tributary/core/plugin/Connector") {}

export type { EntityKeys, ExportKeys } from "../config/schema/ConnectorYaml.ts"
export type { CellChange, ExportColumn, ExportReport, ExportRows, OwnedRows, Write, WriteOptions } from "./Export.ts"

/** The services that the engine provides to the layer of a connector. */
export type ConnectorServices = Caches | HttpClient.HttpClient | VendorState

export interface ConnectorType<
  C extends Schema.Top & { readonly DecodingServices: never } = Schema.Top & { readonly DecodingServices: never }
> {
  /** The name of its folder, and `type:` in YAML. */
  readonly type: string
  readonly description: string
  /** The type's own YAML keys, beside those that every connector has; the loader rejects other keys. */
  readonly config: C
  readonly entityDefaults: EntityDefaults
  /** Entity defaults that follow from an instance's own keys. */
  entityDefaultsOf?(config: C["Type"]): Pick<EntityDefaults, "fail">
  /** For types with any number of credentials: their entities are read per account. */
  readonly accounts?: AccountTraits
  /** For types whose requests are not a path and a query. */
  readonly entityKeys?: EntityKeys
  /** For types that accept exports. */
  readonly exportKeys?: ExportKeys
  /** The person whose place an export writes to, where one address serves many people: a spreadsheet. */
  destinationOf?(config: C["Type"], own: unknown): string | undefined
  /** The actions on the system; the layer binds the same ones. */
  readonly actions?: ReadonlyArray<ActionSchema>
  /** The kinds of values that its layer keeps in a cache (`openCache`), by name; the file of a connector sets their times. */
  readonly cache?: CacheCategories
  /** The folder with migrations `NNNN_verb_noun.ts` for the type's own tables, beside those of its entities. */
  readonly migrations?: URL
  /** The personal data in those tables. */
  readonly personal?: PersonalData
  /** The vendor's own limits, for when `limits.rate` is not set. */
  readonly defaultLimits?: DefaultLimits
  /** Only one instance may run at a time: the old one stops before its successor starts. Default: they may overlap. */
  readonly exclusive?: boolean
  /**
   * Acquires resources in its scope and calls no vendor. A method, so that a type of any config is assignable to
   * `ConnectorType`.
   */
  layer(settings: ConnectorSettings<C["Type"]>): Layer.Layer<Connector, never, ConnectorServices>
  /** Its chat features, for the bot. */
  readonly chat?: TypeChat
  /** The module `rows.ts` beside it: what it makes of the rows that were read, for people. */
  readonly rows?: () => Promise<{ readonly rows: StoredRows }>
  /** The module `routes.ts` beside it, with addresses for the HTTP API: `ConnectorRoutes` of `core/sdk-http.ts`. */
  readonly routes?: () => Promise<{ readonly routes: object }>
  readonly sandbox: SandboxModule
}
