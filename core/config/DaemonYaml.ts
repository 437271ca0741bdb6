/** The keys of `daemon.yaml`; every one may be left out, and so may the file. */
import { Schema } from "effect"
import { optional, withDefault } from "./Keys.ts"
import { PositiveDuration, Secret, Timezone, Whole } from "./Scalars.ts"

const Database = Schema.Struct({
  url: optional(Secret, "postgres://…, as a secret. Not set: an embedded PostgreSQL in data/."),
  connections: withDefault(Whole(1, 200), 4, "Connections kept open. Default 4."),
  connectTimeout: withDefault(
    PositiveDuration,
    "45s",
    "For a connection to be made; a hosted server may have to wake up. Default 45s."
  ),
  statementTimeout: withDefault(PositiveDuration, "10m", "For one statement. Default 10m."),
  lockTimeout: withDefault(PositiveDuration, "30s", "For a lock. Default 30s."),
  recycle: withDefault(PositiveDuration, "5m", "Connections are replaced after that. Default 5m.")
})

const Http = Schema.Struct({
  host: withDefault(Schema.NonEmptyString, "127.0.0.1", "The address to listen at. Default 127.0.0.1."),
  port: withDefault(Whole(0, 65_535), 8080, "Default 8080."),
  adminToken: optional(Secret, "What the admin API asks for; without it, it refuses everything.")
})

const Log = Schema.Struct({
  level: withDefault(Schema.Literals(["trace", "debug", "info", "warn", "error"]), "info", "Default info."),
  format: withDefault(
    Schema.Literals(["json", "pretty"]),
    "json",
    "json for machines, pretty for people. Default json."
  )
})

export const DaemonYaml = Schema.Struct({
  timezone: withDefault(Timezone, "UTC", "An IANA time zone, such as Europe/Kaliningrad. Default UTC."),
  database: withDefault(Database, {}, "Where the tables are."),
  http: withDefault(Http, {}, "The HTTP API and the console."),
  log: withDefault(Log, {}, "What is logged, and how.")
})
