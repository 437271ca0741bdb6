/** Names in SQL text: always quoted, so that reserved words, Cyrillic and capitals are just names. */
import { createHash } from "node:crypto"
import type { TableName } from "../../config/Column.ts"

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

export const quoteTable = (table: TableName): string => `${quote(table.schema)}.${quote(table.name)}`

export const tableId = (table: TableName): string => `${table.schema}.${table.name}`

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A generated name within PostgreSQL's 63 bytes: a long one is cut and made unique again by a hash of the whole. */
export const generatedName = (...parts: ReadonlyArray<string>): string => {
  const whole = parts.join("_")
  if (Buffer.byteLength(whole) <= 63) return whole
  const tail = `_${createHash("sha256").update(whole).digest("hex").slice(0, 8)}`
  let head = whole
  while (Buffer.byteLength(head) > 63 - tail.length) head = head.slice(0, -1)
  return head + tail
}
