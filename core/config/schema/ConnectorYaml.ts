/** The keys that every connector has, whatever its type, and the description of a type's own keys for the loader. */
import { Duration, Schema } from "effect"
import { type Reason, reason } from "../../reason/Reason.ts"
import type { Column } from "../Column.ts"
import type { Retry } from "../Declarations.ts"
import type { Entity, Format, OneRecord } from "../Entity.ts"
import type { Page } from "../RequestTemplate.ts"
import type { CategoryDefaults } from "./CacheYaml.ts"
import type { ChatYaml } from "./ChatYaml.ts"
import { expectedMessage, expects } from "./Expected.ts"
import { ProxyYaml } from "./ProxyYaml.ts"
import {
  BytesFromText,
  DurationFromText,
  Integer,
  PositiveDuration,
  type Rate,
  RateFromText,
  Timezone
} from "./Scalars.ts"
import { PositiveSeconds } from "./VariableScalars.ts"
import { optional, required, withDefault } from "./YamlKeys.ts"

/** A problem in the own keys of an entity or an export, at a path into them. */
export interface EntityKeyProblem {
  readonly path: ReadonlyArray<PropertyKey>
  readonly reason: Reason
  readonly hint?: Reason
}

/** The type's own YAML keys for an entity; such a type has none of the keys for HTTP requests. */
export interface EntityKeys<
  K extends Schema.Top & {
    readonly DecodingServices: never
    readonly EncodingServices: never
    readonly fields: Schema.Struct.Fields
  } = Schema.Top & {
    readonly DecodingServices: never
    readonly EncodingServices: never
    readonly fields: Schema.Struct.Fields
  },
  C = unknown
> {
  /** The loader rejects other keys; the decoded value is the entity's `own`. */
  readonly schema: K
  /** The key that corresponds to `path:` of other types: `discover --path` proposes its argument as the value. */
  readonly located: string
  /**
   * The target of the requests, which names the entity in failures. A method, so that a type with any keys is
   * assignable.
   */
  path(own: K["Type"], config: C): string
  /** Whether the source can be asked for what has changed since a time: then `incremental` is a key, too. */
  readonly incremental?: boolean
  /** How a record is read by a key of one column. Absent: records are read in lists alone. */
  one?(own: K["Type"], config: C): OneRecord
  /** Checks that need the columns. */
  check?(own: K["Type"], columns: ReadonlyArray<Column>): ReadonlyArray<EntityKeyProblem>
}

/** The type's own YAML keys for an export, beside its query. */
export interface ExportKeys<
  K extends Schema.Top & { readonly DecodingServices: never; readonly fields: Schema.Struct.Fields } = Schema.Top & {
    readonly DecodingServices: never
    readonly fields: Schema.Struct.Fields
  }
> {
  /** The loader rejects other keys; the decoded value is the export's `own`. */
  readonly schema: K
  /** Checks that need all keys. A method, so that a type with any keys is assignable. */
  check?(own: K["Type"]): ReadonlyArray<EntityKeyProblem>
}

export type Decodable = Schema.Top & { readonly DecodingServices: never }

/** For an action without input: an empty struct would accept any value. */
export const NoInput = Schema.Record(Schema.String, Schema.Unknown).check(
  Schema.isMaxProperties(0, expectedMessage(reason("value.noKeys")))
)

/** The YAML settings and the callers' input of an action. */
export interface ActionSchema<S extends Decodable = Decodable, I extends Decodable = Decodable> {
  /** The name in YAML and, after the connector's name, everywhere else: `crm.send`. */
  readonly name: string
  readonly description: string
  /**
   * The settings under `actions:`; the loader rejects other keys. An action without settings need not be listed there.
   */
  readonly settings: S
  /** The input of each call; other keys are rejected. */
  readonly input: I
}

/** The defaults of an entity's YAML. */
export interface EntityDefaults {
  readonly format?: Format
  readonly records?: string
  readonly page?: Page
  /** For JSON only; other formats have no values beside the records. */
  readonly fail?: Exclude<Entity["fail"], undefined>
}

/** The limits that a vendor is known to have. */
export interface DefaultLimits {
  readonly rate: Rate
  /** The size of the vendor's bucket, if it counts by one. */
  readonly burst?: number
}

/** The description of a connector type for the loader. */
export interface ConnectorSchema {
  readonly type: string
  readonly description: string
  /** Its own keys; the loader rejects other keys. */
  readonly config: Schema.Top & { readonly DecodingServices: never }
  readonly entityDefaults: EntityDefaults
  /** Defaults that follow from an instance's own keys. A method, so that a type with any keys is assignable. */
  entityDefaultsOf?(config: unknown): Pick<EntityDefaults, "fail">
  readonly entityKeys?: EntityKeys
  /** Absent: the type takes no exports. */
  readonly exportKeys?: ExportKeys
  /** The person whose place an export writes to, where one address serves many people: a spreadsheet. */
  destinationOf?(config: unknown, own: unknown): string | undefined
  readonly actions?: ReadonlyArray<ActionSchema>
  /** The keys that it adds to the bot's file. */
  readonly chat?: ChatYaml
  /** The vendor's limits, if `limits.rate` is not set. */
  readonly defaultLimits?: DefaultLimits
  /** Absent: the type has one set of credentials. */
  readonly accounts?: {
    readonly perOwner: number
    /** Present: no entity belongs to an account; returns whether the connector has one itself. */
    ofConnector?(config: unknown): boolean
  }
  /** The kinds of values that it keeps in a cache, by name. Absent: it has no cache. */
  readonly cache?: Readonly<Record<string, CategoryDefaults>>
  /** Present: the type adds addresses to the HTTP API. */
  readonly routes?: unknown
}

/** Whether the entities of such connectors are read once for each account. */
export const readsPerAccount = (type: ConnectorSchema | undefined): boolean =>
  type?.accounts !== undefined && type.accounts.ofConnector === undefined

const burst = optional(
  Integer(1, 1_000_000),
  "Requests that may be sent at once after a pause, where the vendor counts by a bucket of that size which fills at the rate. Default: no window of time sees more than the rate."
)

const PerAccount = Schema.Struct({
  rate: optional(
    RateFromText,
    "Requests of an account per second, minute or hour, as in 60/min. Default: not limited."
  ),
  burst,
  concurrency: optional(
    Integer(1, 1_000),
    "Requests of an account under way at once, as in 1. Default: as many as the connector's."
  )
})

const Limits = Schema.Struct({
  rate: optional(
    RateFromText,
    "Requests per second, minute or hour, as in 300/min. Default: what the vendor is known to allow, else not limited."
  ),
  burst,
  concurrency: withDefault(Integer(1, 1_000), 4, "Requests under way at once. Default 4."),
  perAccount: optional(
    PerAccount,
    "For types with accounts: the limits of each account within those of the connector, as in { concurrency: 1 }."
  ),
  timeout: withDefault(PositiveDuration, "60s", "For one request, to the last byte of its answer. Default 60s."),
  deadline: withDefault(PositiveDuration, "15m", "For a whole run of an entity. Default 15m."),
  checkpoint: withDefault(
    Schema.Union([PositiveDuration, Schema.Literal(false)]).annotate(expects(reason("value.checkpoint"))),
    "5m",
    "How often a read of an entity of mode upsert or append is loaded while it goes on, so that one that fails keeps what it has read. false: at its end only. Default 5m."
  ),
  maxBytes: withDefault(BytesFromText, "1GiB", "The largest answer that is read, unpacked. Default 1GiB."),
  maxHeld: withDefault(
    BytesFromText,
    "24MiB",
    "How much of an answer is held at a time, in characters: one record, or a page that is read as a whole. Default 24MiB."
  )
})

const Factor = Schema.Finite.check(
  Schema.isBetween({ minimum: 1, maximum: 10 }, expectedMessage(reason("value.between", { minimum: 1, maximum: 10 })))
)

const exponential = {
  first: required(PositiveSeconds, reason("meaning.retryFirst")),
  factor: withDefault(Factor, 2, "Each wait is that many times the one before. Default 2."),
  max: optional(PositiveDuration, "No wait is longer.")
}

const RetryYaml = Schema.Union([
  Schema.Array(DurationFromText),
  Schema.Struct({ times: required(Integer(0, 20), reason("meaning.retryTimes")), ...exponential }),
  Schema.Struct({ attempts: required(Integer(1, 21), reason("meaning.retryAttempts")), ...exponential })
]).annotate(expects(reason("value.retry")))

export const commonKeys = {
  type: required(Schema.String, reason("meaning.type")),
  enabled: withDefault(
    Schema.Union([Schema.Boolean, Schema.Literal("auto")]).annotate(expects(reason("value.enabled"))),
    true,
    "false: the connector is off, as if its file were not there, and steps of jobs pass it over, and a job with no other steps does not run by itself. auto: it is off as long as one of its secrets is not set. Default true."
  ),
  proxy: optional(
    ProxyYaml,
    "An HTTP proxy for all requests of the connector, as in http://proxy.example.test:3128; { env: HTTPS_PROXY } or, with a user and a password in it, { secret: HTTPS_PROXY }. Default: none, whatever variables the machine has."
  ),
  timezone: optional(Timezone, "The zone of times without one. Default: the daemon's."),
  limits: withDefault(Limits, {}, "The budget of the connector."),
  retry: withDefault(
    RetryYaml,
    ["1s", "3s", "7s"],
    "How reads are tried again: a list of waits, or { times, first, factor, max }, or with attempts, which counts the first try, in place of times. Default [1s, 3s, 7s]."
  )
} as const

export const CommonYaml = Schema.Struct(commonKeys)

/** For types with accounts. YAML says what accounts may do, never who they are. */
export const AccountsYaml = Schema.Struct({
  perOwner: optional(
    Integer(1, 10_000),
    "How many accounts an owner may have, as in perOwner: 3. Default: what the type says."
  )
})
export const accountsKey = {
  accounts: withDefault(AccountsYaml, {}, "The accounts of the connector, as in { perOwner: 3 }.")
}

const Alias = Schema.TemplateLiteral(["/api", Schema.String]).check(
  Schema.isPattern(/^\/api(?:\/[\w.~-]+)*$/u, expectedMessage(reason("value.alias")))
)

/** For types with addresses of their own in the HTTP API. */
export const aliasesKey = {
  aliases: withDefault(
    Schema.Array(Alias),
    [],
    "Other addresses of what is below /api/v1/connectors/{name}, as in [/api/v1]: /api/v1/orders is then the connector's. Default: none."
  )
}
export type CommonYaml = typeof CommonYaml.Type

export const retryOf = (yaml: CommonYaml["retry"]): Retry => {
  if (!("first" in yaml)) return { delays: yaml }
  const { factor, first, max } = yaml
  const times = "times" in yaml ? yaml.times : yaml.attempts - 1
  return {
    delays: Array.from({ length: times }, (_, index) => {
      const delay = Duration.times(first, factor ** index)
      return max === undefined ? delay : Duration.min(delay, max)
    })
  }
}
