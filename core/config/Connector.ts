/** What every connector declares, whatever its type: its budget, its patience and its entities. */
import type { Duration, Redacted } from "effect"
import type { Entity } from "./Entity.ts"
import type { ExportDeclaration } from "./Export.ts"
import type { JobDeclaration } from "./Job.ts"
import type { PluginDeclaration } from "./Plugin.ts"
import type { Rate } from "./schema/Scalars.ts"

export interface Limits {
  /** Absent: only `concurrency` bounds the connector. */
  readonly rate?: Rate
  readonly concurrency: number
  /** For one request, from sending it to the last byte of its answer. */
  readonly timeout: Duration.Duration
  /** For a whole run of an entity. */
  readonly deadline: Duration.Duration
  /** How often a read that only adds is loaded while it goes on; false: at its end only. */
  readonly checkpoint: Duration.Duration | false
  /** The largest answer that is read, in bytes after decompression. */
  readonly maxBytes: number
  /** Of an answer held at a time, in characters: a record, or a page that is read as a whole. */
  readonly maxHeld: number
}

/** The waits between tries of a read, in order; each is jittered by a fifth. */
export interface Retry {
  readonly delays: ReadonlyArray<Duration.Duration>
}

/** What a running connector is made from; its entities and exports are not part of it, each read and each write is told its own. */
export interface ConnectorSettings<Config = unknown> {
  readonly name: string
  readonly type: string
  /** The keys of its own type, decoded by the type's schema. */
  readonly config: Config
  /** The settings of its actions by name, decoded; one that lacks what it must be told is missing. */
  readonly actions?: Readonly<Record<string, unknown>>
  readonly limits: Limits
  readonly retry: Retry
  readonly timezone: string
}

export interface ConnectorDeclaration<Config = unknown> extends ConnectorSettings<Config> {
  readonly entities: ReadonlyArray<Entity>
  readonly exports?: ReadonlyArray<ExportDeclaration>
  /** Of the whole declaration without the values of secrets. */
  readonly hash: string
  /** Of the settings with them: equal means that what runs can go on. Never shown or stored. */
  readonly fingerprint: string
}

export interface DaemonDeclaration {
  /** Absent: the host's name and the configuration directory. */
  readonly name?: string
  readonly timezone: string
  readonly database: DatabaseDeclaration
  readonly http: HttpDeclaration
  /** Whether changed files are loaded by themselves. */
  readonly reload: "manual" | "watch"
  readonly log: LogDeclaration
  /** How long rejected records, requests of runs that failed, and drafts are kept. */
  readonly retention: Duration.Duration
  readonly alerts: AlertsDeclaration
}

export interface AlertsDeclaration {
  /** Where that is posted which nobody could be told of in a chat. */
  readonly webhook?: Redacted.Redacted
  /** What is asked as long as all is well. */
  readonly heartbeat?: Redacted.Redacted
  readonly heartbeatEvery: Duration.Duration
}

export interface LogDeclaration {
  readonly level: "trace" | "debug" | "info" | "warn" | "error"
  /** Absent: pretty on a terminal, else json. */
  readonly format?: "json" | "pretty"
  /** Where the daemon writes it as well, as JSON; `size` in bytes. */
  readonly file?: { readonly path: string; readonly size: number; readonly keep: number }
}

export interface DatabaseDeclaration {
  /** Absent: the embedded server in `data/`. */
  readonly url?: Redacted.Redacted
  readonly connections: number
  readonly connectTimeout: Duration.Duration
  readonly statementTimeout: Duration.Duration
  readonly lockTimeout: Duration.Duration
  /** Connections are replaced after this long. */
  readonly recycle: Duration.Duration
  /** Who reads for exports: by a login of its own, or as a role. Neither: who loads, on the embedded server a plain role. */
  readonly exports?: { readonly url?: Redacted.Redacted; readonly role?: string }
}

export interface HttpDeclaration {
  readonly host: string
  readonly port: number
  /** Absent: the admin API refuses everything. */
  readonly adminToken?: Redacted.Redacted
  /** What those may do who have neither the token nor a session. */
  readonly anonymous: "none" | "read"
  /** Of one token from one address. Absent: as many as it sends. */
  readonly rate?: Rate
  /** Names beside its own by which it may be asked while it listens on this machine alone. */
  readonly hosts?: ReadonlyArray<string>
}

export interface Declarations {
  readonly daemon: DaemonDeclaration
  readonly connectors: ReadonlyArray<ConnectorDeclaration>
  readonly jobs: ReadonlyArray<JobDeclaration>
  /** Those that are no connectors. */
  readonly plugins: ReadonlyArray<PluginDeclaration>
}
