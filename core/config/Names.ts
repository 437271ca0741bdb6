/** Names of tables and columns, held against what PostgreSQL and the daemon keep for themselves. */
import type { TableName } from "./Entity.ts"

const systemColumns = new Set(["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"])
/** The two that every entity table has, and those the load statement adds to a row while it works. */
const ownColumns = /^_(?:first_seen_at|changed_at|kind|n|old_\d+)$/

/** What is wrong with a column's name; `undefined`: nothing. */
export const columnProblem = (name: string): string | undefined => {
  if (systemColumns.has(name)) return `"${name}" is a column PostgreSQL keeps for itself`
  if (ownColumns.test(name)) return `"${name}" is a column the daemon keeps itself`
  return identifierProblem(name)
}

const identifierProblem = (name: string): string | undefined => {
  if (name.trim() === "") return "a name may not be empty"
  if (name.includes("\0")) return "a name may not hold a NUL character"
  const bytes = Buffer.byteLength(name)
  return bytes > 63 ? `a name of ${bytes} bytes: PostgreSQL keeps only 63, and two names could become one` : undefined
}

/** `table` or `schema.table`; a text is what is wrong with it. */
export const parseTable = (text: string): TableName | string => {
  const parts = text.split(".")
  if (parts.length > 2) return `"${text}" has more than one dot: write table or schema.table`
  const [schema, name] = parts.length === 2 ? [parts[0] ?? "", parts[1] ?? ""] : ["public", text]
  const problem = identifierProblem(schema) ?? identifierProblem(name)
  if (problem !== undefined) return problem
  if (schema === "tributary" || schema === "information_schema" || schema.startsWith("pg_")) {
    return `the schema ${schema} is not for entities: choose another, or none`
  }
  return { schema, name }
}

/** Connectors and entities are named in selectors (`iiko.product`, `iiko.*`) and in messages. */
export const namePattern = /^[\p{L}_][\p{L}\p{N}_-]*$/u
export const nameRule = "a name begins with a letter and holds letters, digits, _ and -"
