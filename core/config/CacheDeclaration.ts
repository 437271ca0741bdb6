/** The cache of a connector, as declared. */
import type { Duration, Redacted } from "effect"

export interface CategorySettings {
  readonly ttl: Duration.Duration
  /** How long it is kept that there is no such value. */
  readonly notFound: Duration.Duration
  /** How long after its ttl a value is used while the system does not answer. Absent: never. */
  readonly stale?: Duration.Duration
}

export interface RedisDeclaration {
  readonly host: string
  readonly port: number
  readonly db: number
  readonly username?: string
  readonly password?: Redacted.Redacted
  /** The beginning of all keys. */
  readonly prefix: string
  /** For each command, and for a connection. */
  readonly timeout: Duration.Duration
}

export interface CacheDeclaration {
  readonly enabled: boolean
  /** The most values of a category in memory. */
  readonly entries: number
  /** Absent: memory only. */
  readonly redis?: RedisDeclaration
  readonly categories: ReadonlyMap<string, CategorySettings>
}
