/** The audit of the configuration: a row for every attempt to load it. */
import { DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { ConfigurationFile } from "../config/Configuration.ts"
import { fromStored, locatedReason, StoredDiagnostic } from "../config/Diagnostic.ts"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { storedReasonList } from "../reason/Reason.ts"
import { Changes, type ConfigVersion } from "./ConfigVersion.ts"

const Files = Schema.Array(Schema.Struct({ name: Schema.String, text: Schema.String }))

const Row = Schema.Struct({
  id: Schema.BigInt,
  hash: Schema.NullOr(Schema.String),
  loaded_at: Schema.DateTimeUtcFromDate,
  trigger: Schema.String,
  actor: Schema.NullOr(Schema.String),
  status: Schema.Literals(["ok", "unchanged", "invalid", "failed"]),
  diff: Schema.NullOr(Changes),
  diagnostics: Schema.Array(StoredDiagnostic),
  error: Schema.NullOr(Schema.String),
  reasons: Schema.Array(Schema.Unknown)
})
const decodeRows = decodeOwn(Row)
const decodeFiles = decodeOwn(Schema.Struct({ files: Files }))
const decodeIds = decodeOwn(Schema.Struct({ id: Schema.BigInt }))

/**
 * Stores an attempt and returns its id. `files` are omitted if they may hold what does not belong in a database: an
 * invalid configuration may have a secret in the wrong place.
 */
export const record = Effect.fn("Versions.record")(function* (
  version: Omit<ConfigVersion, "id">,
  files: ReadonlyArray<ConfigurationFile> | undefined
) {
  const sql = yield* SqlClient.SqlClient
  const texts = files === undefined ? null : JSON.stringify(files.map(({ name, text }) => ({ name, text })))
  const diff = version.changes === null ? null : JSON.stringify(version.changes)
  const rows = yield* sql`
    insert into tributary.config_version (hash, loaded_at, trigger, actor, status, diff, diagnostics, error, reasons, files)
    select ${version.hash}, ${DateTime.formatIso(version.loadedAt)}::timestamptz, ${version.trigger}, ${version.actor},
      ${version.status}, ${diff}::jsonb, ${JSON.stringify(version.diagnostics)}::jsonb, ${version.error},
      ${JSON.stringify(version.reasons)}::jsonb,
      nullif(${texts}::jsonb, (
        select v.files from tributary.config_version as v where v.files is not null order by v.id desc limit 1
      ))
    returning id`
  const [row] = yield* decodeIds(rows)
  return row === undefined ? null : Number(row.id)
})

/** Newest first, below `before`. */
export const page = Effect.fn("Versions.page")(function* (before: number | undefined, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select id, hash, loaded_at, trigger, actor, status, diff, diagnostics, error, reasons from tributary.config_version
    where id < ${before ?? Number.MAX_SAFE_INTEGER}::bigint order by id desc limit ${limit}`
  return (yield* decodeRows(rows)).map(versionOf)
})

const versionOf = ({ diagnostics, diff, id, loaded_at, reasons, ...row }: typeof Row.Type): ConfigVersion => {
  const found = diagnostics.map(fromStored)
  return {
    ...row,
    id: Number(id),
    loadedAt: loaded_at,
    changes: diff,
    diagnostics: found,
    // The reasons come from the diagnostics; rows from before diagnostics existed have only the message.
    reasons: row.error === null ? found.map(locatedReason) : storedReasonList(reasons, [row.error])
  }
}

/** The version that a daemon runs, or ran last; `undefined`: no daemon ever ran. */
export const running = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select id, hash, loaded_at, trigger, actor, status, diff, diagnostics, error, reasons from tributary.config_version
    where status in ('ok', 'unchanged') order by id desc limit 1`
  const [row] = yield* decodeRows(rows)
  return row === undefined ? undefined : versionOf(row)
})

const decodeLatest = decodeOwn(Schema.Struct({ files: Files, loaded_at: Schema.DateTimeUtcFromDate }))

/** The version that was live last, and since when; `undefined`: no daemon ever ran. */
export const latest = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select files, loaded_at from tributary.config_version where files is not null order by id desc limit 1`
  const [row] = yield* decodeLatest(rows)
  return row === undefined ? undefined : { files: row.files, loadedAt: row.loaded_at }
})

/** The files of a version at the time it was live; `undefined`: there is no such version, or it never was live. */
export const files = Effect.fn("Versions.files")(function* (id: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    select f.files from tributary.config_version as v
    cross join lateral (
      select files from tributary.config_version as f where f.id <= v.id and f.files is not null order by f.id desc limit 1
    ) as f
    where v.id = ${id} and v.status in ('ok', 'unchanged')`
  const [row] = yield* decodeFiles(rows)
  return row?.files
})
