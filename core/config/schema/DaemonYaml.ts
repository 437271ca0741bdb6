/** The keys of `daemon.yaml`; all of them, and the file itself, are optional. */
import { Redacted, Schema, SchemaGetter } from "effect"
import { reason } from "../../reason/Reason.ts"
import { expectedMessage } from "./Expected.ts"
import { BytesFromText, Integer, PositiveDuration, RateFromText, Secret, Timezone } from "./Scalars.ts"
import { optional, withDefault } from "./YamlKeys.ts"

const ExportReader = Schema.Struct({
  url: optional(Secret, "postgres://… of a user who may only read what exports need, as a secret."),
  role: optional(
    Schema.NonEmptyString,
    "The role that queries of exports run as; the user of `url` must be a member of it. A query can leave it again, a login of its own it cannot."
  )
})

const Database = Schema.Struct({
  url: optional(Secret, "postgres://…, as a secret. Not set: an embedded PostgreSQL in data/."),
  connections: withDefault(Integer(1, 200), 4, "Connections kept open. Default 4."),
  connectTimeout: withDefault(
    PositiveDuration,
    "45s",
    "For a connection to be made; a hosted server may have to wake up. Default 45s."
  ),
  statementTimeout: withDefault(PositiveDuration, "10m", "For one statement. Default 10m."),
  lockTimeout: withDefault(PositiveDuration, "30s", "For a lock. Default 30s."),
  recycle: withDefault(PositiveDuration, "5m", "Connections are replaced after that. Default 5m."),
  exports: optional(
    ExportReader,
    "The database user that reads for exports. Default: the user of `url`, on the embedded server a role that reads tables alone."
  )
})

const Http = Schema.Struct({
  host: withDefault(Schema.NonEmptyString, "127.0.0.1", "The address to listen at. Default 127.0.0.1."),
  port: withDefault(Integer(0, 65_535), 8080, "The port to listen at. Default 8080."),
  adminToken: optional(Secret, "What the admin API asks for; without it, it refuses everything."),
  anonymous: withDefault(
    Schema.Literals(["none", "read"]),
    "none",
    "read: whoever reaches the address may look at everything and change nothing. Default none."
  ),
  rate: optional(
    RateFromText,
    "Requests to the API of one token from one address, as in 600/min; more are answered 429. Default: as many as it sends."
  ),
  hosts: optional(
    Schema.Array(Schema.NonEmptyString),
    "Names by which a proxy on this machine asks, as in [tributary.example.com]. Needed where host is 127.0.0.1 and the proxy passes on the name that people typed; all other names are refused there, because a page of another site could use them."
  )
})

const LogFile = Schema.Struct({
  path: withDefault(
    Schema.NonEmptyString,
    "data/logs/tributary.log",
    "Older files get .1, .2, … at the end. Default data/logs/tributary.log."
  ),
  size: withDefault(BytesFromText, "5MB", "A new file is begun above that. Default 5MB."),
  keep: withDefault(Integer(1, 100), 3, "Older files that stay. Default 3.")
})

const levels = ["trace", "debug", "info", "warn", "error"] as const
type Level = (typeof levels)[number]

/** Level names of other programs, whose environment the daemon may inherit. */
const otherLevels: Readonly<Record<string, Level>> = {
  notset: "trace",
  verbose: "debug",
  information: "info",
  notice: "info",
  warning: "warn",
  critical: "error",
  fatal: "error"
}

const levelOf = (text: string): Level | undefined =>
  levels.find((level) => level === text.toLowerCase()) ?? otherLevels[text.toLowerCase()]

const names = levels.join(", ")

const LogLevel = Schema.String.check(
  Schema.makeFilter((text: string) => levelOf(text) !== undefined, expectedMessage(reason("value.oneOf", { names })))
)
  .annotate({
    description: `One of ${names}, in any case; WARNING, CRITICAL and the like are understood.`,
    examples: levels
  })
  .pipe(
    Schema.decodeTo(Schema.Literals(levels), {
      decode: SchemaGetter.transform((text: string) => levelOf(text) ?? "info"),
      encode: SchemaGetter.passthrough()
    })
  )

const Log = Schema.Struct({
  level: withDefault(LogLevel, "info", "The lowest level that is logged. Default info."),
  format: optional(
    Schema.Literals(["json", "pretty"]),
    "json for machines, pretty for people. Default: pretty on a terminal, else json."
  ),
  file: optional(LogFile, "The daemon writes its log to this file as well, as JSON, and rotates it.")
})

/** A secret, because whoever knows such an address may post there. */
const SecretUrl = Secret.check(
  Schema.makeFilter((url) => isHttpUrl(Redacted.value(url)), expectedMessage(reason("value.url")))
)

const isHttpUrl = (text: string): boolean => /^https?:\/\//.test(text) && URL.canParse(text)

const Alerts = Schema.Struct({
  webhook: optional(
    SecretUrl,
    "An address, as a secret. Alerts that could not be delivered in a chat within a minute are posted there as JSON."
  ),
  heartbeat: optional(
    SecretUrl,
    "An address, as a secret. It gets a GET as long as all is well, as healthchecks.io and the like expect."
  ),
  heartbeatEvery: withDefault(PositiveDuration, "1m", "How often the heartbeat is sent. Default 1m.")
})

/** A shorter one could be guessed by trying it on a known value. */
const LongSecret = Secret.check(
  Schema.makeFilter(
    (secret) => Redacted.value(secret).length >= 16,
    expectedMessage(reason("value.longSecret", { least: 16 }))
  )
)

export const DaemonYaml = Schema.Struct({
  name: optional(
    Schema.NonEmptyString,
    "Tells daemons apart that share a database, and stays the same over restarts. Default: the host's name and the configuration directory."
  ),
  hashKey: optional(
    LongSecret,
    "The key of the step hash, as a secret of at least 16 characters. Equal values have equal hashes as long as it stays; with another one, all of them are new."
  ),
  timezone: withDefault(Timezone, "UTC", "An IANA time zone, such as Europe/Kaliningrad. Default UTC."),
  database: withDefault(Database, {}, "Where the tables are."),
  http: withDefault(Http, {}, "The HTTP API and the console."),
  reload: withDefault(
    Schema.Literals(["manual", "watch"]),
    "manual",
    "manual: when it is asked for (`tributary reload`, SIGHUP). watch: also when a file changes. Default manual."
  ),
  log: withDefault(Log, {}, "The level and the format of the log."),
  retention: withDefault(
    PositiveDuration,
    "30d",
    "How long rejected records, the last requests of runs that went wrong, the bodies of webhooks, drafts and unused sessions of the bot are kept. Default 30d."
  ),
  alerts: withDefault(Alerts, {}, "Where alerts go that could not be delivered in a chat, and a sign of life.")
})
