/** Alerts about cursors from which nothing was read on for longer than `incremental.maxAge`. */
import { DateTime, Duration, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../config/Entity.ts"
import { decodeOwn } from "../database/audit/DecodeRows.ts"
import { json } from "../database/tables/StorableText.ts"
import type { AlertInput } from "../observe/Alerts.ts"
import { reason } from "../reason/Reason.ts"
import { ageText } from "../sync/read/Since.ts"
import { someOf } from "./NameList.ts"

const Old = Schema.Struct({
  connector: Schema.String,
  entity: Schema.String,
  account: Schema.NullOr(Schema.String),
  read_at: Schema.DateTimeUtcFromDate
})
const decode = decodeOwn(Old)

/** One alert for each entity; cursors of accounts that were removed count no more. */
export const read = Effect.fn("CursorAlerts.read")(function* (entities: ReadonlyArray<Entity>) {
  const sql = yield* SqlClient.SqlClient
  const limits = entities.flatMap(({ connector, incremental, name: entity }) =>
    incremental?.maxAge === undefined ? [] : [{ connector, entity, limit_ms: Duration.toMillis(incremental.maxAge) }]
  )
  if (limits.length === 0) return []
  const now = yield* DateTime.now
  const rows = yield* sql`
    select s.connector, s.entity, a.owner || '/' || a.name as account, min(s.read_at) as read_at
    from jsonb_to_recordset(${json(limits)}::jsonb) as w (connector text, entity text, limit_ms double precision)
    join tributary.sync_cursor as s on s.connector = w.connector and s.entity = w.entity
    left join tributary.account as a on a.id::text = s.account
    where (s.account = '' or a.id is not null)
      and s.read_at < ${DateTime.formatIso(now)}::timestamptz - w.limit_ms * interval '1 millisecond'
    group by 1, 2, 3 order by read_at`
  const old = yield* decode(rows)
  return [...Map.groupBy(old, ({ connector, entity }) => `${connector}.${entity}`)].flatMap(([subject, cursors]) =>
    cursors.slice(0, 1).map(({ read_at }): AlertInput => {
      const names = cursors.flatMap(({ account }) => account ?? [])
      const age = ageText(DateTime.toEpochMillis(now) - DateTime.toEpochMillis(read_at))
      const words =
        names.length > 1
          ? reason("alert.cursorsOld", { entity: subject, count: names.length, accounts: someOf(names), age })
          : reason("alert.cursorOld", { entity: [subject, ...names].join("@"), age })
      return { kind: "cursor_old", subject, reason: words }
    })
  )
})
