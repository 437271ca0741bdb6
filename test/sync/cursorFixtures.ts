/** An incremental entity, and a vendor that answers what has changed since the cursor. */
import { Duration, Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { Entity } from "../../core/config/Entity.ts"
import type { SourceRecord } from "../../core/upstream/Source.ts"
import { type Answers, column, entity } from "../support/source.ts"

export const incremental = { cursor: "at", param: "since", overlap: Duration.zero, format: "iso" }

export const changing = (name: string, more: Partial<Entity> = {}) =>
  entity(name, { mode: "upsert", columns: [column("id", "bigint"), column("at", "timestamp")], incremental, ...more })

export const day = (id: number) => ({ id, at: `2026-03-${String(id).padStart(2, "0")}T00:00:00Z` })

/** A vendor that sends the changes since the requested time, and remembers the requests. */
export const vendor = (...first: ReadonlyArray<SourceRecord>) => {
  const list = [...first]
  const asked: Array<string | undefined> = []
  const answers: Answers = (_, options) => {
    const since = options?.since
    asked.push(since)
    return { records: list.filter(({ at }) => since === undefined || String(at) >= since) }
  }
  return { answers, asked, list }
}

export const stored = (name: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) =>
      sql<{
        part: string
        value: string
      }>`select part, value from tributary.sync_cursor where entity = ${name} order by part`
  )
