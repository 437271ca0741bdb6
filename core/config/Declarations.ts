/** The declaration of every connector, whatever its type: its limits, its retries and its entities. */
import type { Duration, Redacted } from "effect"
import type { Reason } from "../reason/Reason.ts"
import type { CacheDeclaration } from "./CacheDeclaration.ts"
import type { Entity } from "./Entity.ts"
import type { ExportDeclaration } from "./ExportDeclaration.ts"
import type { JobDeclaration } from "./JobDeclaration.ts"
import type { PluginDeclaration } from "./PluginDeclaration.ts"
import type { Rate } from "./schema/Scalars.ts"

export interface Limits {
  /** Absent: only `concurrency` limits the connector. */
  readonly rate?: Rate
  /** The size of the bucket that is filled at `rate`. Absent: no window of time sees more than the rate. */
  readonly burst?: number
  readonly concurrency: number
  /** The budget of each account beside the connector's own, which all accounts share. Absent: only that one limits them. */
  readonly perAccount?: AccountLimits
  /** The limit for one request, from sending it to the last byte of its answer. */
  readonly timeout: Duration.Duration
  /** The limit for a whole run of an entity. */
  readonly deadline: Duration.Duration
  /** How often a read that only adds rows is loaded while it runs; false: only at its end. */
  readonly checkpoint: Duration.Duration | false
  /** The largest answer that is read, in bytes after decompression. */
  readonly maxBytes: number
  /** How much of an answer is held at a time, in characters: a record, or a page that is read as a whole. */
  readonly maxHeld: number
}

export interface AccountLimits extends Pick<Limits, "burst" | "rate"> {
  readonly concurrency?: number
}

/** The waits between tries of a read, in order; each is jittered by a fifth. */
export interface Retry {
  readonly delays: ReadonlyArray<Duration.Duration>
}

/**
 * The input of a running connector. Its entities and exports are not part of it: each read and each write gets its own.
 */
export interface ConnectorSettings<Config = unknown> {
  readonly name: string
  readonly type: string
  /** The keys of its own type, decoded by the type's schema. */
  readonly config: Config
  /** The decoded settings of its actions by name; an action that lacks a required setting is absent. */
  readonly actions?: Readonly<Record<string, unknown>>
  /** Present for a type whose entities belong to accounts. */
  readonly accounts?: { readonly perOwner: number }
  /** Whether the connector itself has an account, and its entities have none. */
  readonly ownAccount?: true
  /** Present for a type with cached categories. */
  readonly cache?: CacheDeclaration
  readonly limits: Limits
  readonly retry: Retry
  /** The address of the HTTP proxy to send through. Absent: directly. */
  readonly proxy?: Redacted.Redacted
  readonly timezone: string
}

export interface ConnectorDeclaration<Config = unknown> extends ConnectorSettings<Config> {
  readonly entities: ReadonlyArray<Entity>
  readonly exports?: ReadonlyArray<ExportDeclaration>
  /** For a type with addresses in the HTTP API: prefixes beside `/api/v1/connectors/{name}` below which they are, too. */
  readonly aliases?: ReadonlyArray<`/${string}`>
  /** The hash of the whole declaration without the values of secrets. */
  readonly hash: string
  /**
   * The fingerprint of the settings with secrets: if it is equal, the running instance can continue. Never shown or
   * stored.
   */
  readonly fingerprint: string
}

export interface DaemonDeclaration {
  /** Absent: the host's name and the configuration directory. */
  readonly name?: string
  /** The key of the step `hash`. */
  readonly hashKey?: Redacted.Redacted
  readonly timezone: string
  readonly database: DatabaseDeclaration
  readonly http: HttpDeclaration
  /** Whether changed files are loaded automatically. */
  readonly reload: "manual" | "watch"
  readonly log: LogDeclaration
  /** How long rejected records, requests of failed runs, and drafts are kept. */
  readonly retention: Duration.Duration
  readonly alerts: AlertsDeclaration
}

export interface AlertsDeclaration {
  /** The address for alerts that reached nobody in a chat. */
  readonly webhook?: Redacted.Redacted
  /** The address that is requested as long as all is well. */
  readonly heartbeat?: Redacted.Redacted
  readonly heartbeatEvery: Duration.Duration
}

export interface LogDeclaration {
  readonly level: "trace" | "debug" | "info" | "warn" | "error"
  /** Absent: pretty on a terminal, else json. */
  readonly format?: "json" | "pretty"
  /** A file to which the daemon also writes the log, as JSON; `size` in bytes. */
  readonly file?: { readonly path: string; readonly size: number; readonly keep: number }
}

export interface DatabaseDeclaration {
  /** Absent: the embedded server in `data/`. */
  readonly url?: Redacted.Redacted
  readonly connections: number
  readonly connectTimeout: Duration.Duration
  readonly statementTimeout: Duration.Duration
  readonly lockTimeout: Duration.Duration
  /** Connections are replaced after this time. */
  readonly recycle: Duration.Duration
  /**
   * The database login for exports: one of its own, or a role. Neither: the login of the loads, on the embedded server
   * a plain role.
   */
  readonly exports?: { readonly url?: Redacted.Redacted; readonly role?: string }
}

export interface HttpDeclaration {
  readonly host: string
  readonly port: number
  /** Absent: the admin API refuses every request. */
  readonly adminToken?: Redacted.Redacted
  /** The rights of callers with neither the token nor a session. */
  readonly anonymous: "none" | "read"
  /** The limit for one token from one address. Absent: no limit. */
  readonly rate?: Rate
  /** Host names, beside its own, under which it accepts requests while it listens on this machine alone. */
  readonly hosts?: ReadonlyArray<string>
}

/** A connector that its file leaves out: none of its entities exist. */
export interface OffConnector {
  readonly name: string
  readonly reason: Reason
}

export interface Declarations {
  readonly daemon: DaemonDeclaration
  readonly connectors: ReadonlyArray<ConnectorDeclaration>
  readonly off: ReadonlyArray<OffConnector>
  readonly jobs: ReadonlyArray<JobDeclaration>
  /** The plugins that are not connectors. */
  readonly plugins: ReadonlyArray<PluginDeclaration>
}
