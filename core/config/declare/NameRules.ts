/** Checks names of tables and columns against those that PostgreSQL and the daemon reserve. */
import { type Reason, reason } from "../../reason/Reason.ts"
import type { TableName } from "../Column.ts"

const systemColumns = new Set(["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"])
/** The two columns of every entity table, and those that the load statement adds to a row while it works. */
const ownColumns = /^_(?:first_seen_at|changed_at|kind|came|n|(?:old|exact)_\d+)$/

/** The fault of a column's name; `undefined` if it is valid. */
export const columnProblem = (name: string): Reason | undefined => {
  if (systemColumns.has(name)) return reason("name.ofPostgres", { name })
  if (ownColumns.test(name)) return reason("name.ofDaemon", { name })
  return identifierProblem(name)
}

const identifierProblem = (name: string): Reason | undefined => {
  if (name.trim() === "") return reason("name.empty")
  if (name.includes("\0")) return reason("name.nul")
  const bytes = Buffer.byteLength(name)
  return bytes > 63 ? reason("name.long", { bytes }) : undefined
}

/** Parses `table` or `schema.table`; returns a reason if it is invalid. */
export const parseTable = (text: string): TableName | Reason => {
  const parts = text.split(".")
  if (parts.length > 2) return reason("name.dots", { name: text })
  const [schema, name] = parts.length === 2 ? [parts[0] ?? "", parts[1] ?? ""] : ["public", text]
  const problem = identifierProblem(schema) ?? identifierProblem(name)
  if (problem !== undefined) return problem
  if (schema === "tributary" || schema === "information_schema" || schema.startsWith("pg_")) {
    return reason("name.schema", { name: schema })
  }
  return { schema, name }
}

/** The names of connectors and entities, which occur in selectors (`crm.deal`, `crm.*`) and in messages. */
export const namePattern = /^[\p{L}_][\p{L}\p{N}_-]*$/u
export const nameRule = reason("name.rule")
