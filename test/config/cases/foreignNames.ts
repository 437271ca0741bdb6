/** Names that other tools and databases have for types and keys. */
import { type Broken, entity } from "./files.ts"

const well = ["key: id", "fields: { id: bigint, name: text }"]

/** As databases and languages call them. */
const foreignTypes: ReadonlyArray<readonly [written: string, meant: string]> = [
  ["string", "text"],
  ["int", "integer"],
  ["datetime", "timestamp"],
  ["float", "double"],
  ["bool", "boolean"],
  ["jsonb", "json"],
  ["varchar(20)", "text"],
  ["NUMERIC(10, 2)", "decimal"],
  ["timestamp with time zone", "timestamp"],
  ["guid", "uuid"],
  ["int8[]", "bigint[]"]
]

/** As other tools call them. */
const foreignKeys: ReadonlyArray<readonly [written: string, meant: string]> = [
  ["paging: { size: 2 }", "page"],
  ["delimiter: ;", "separator"],
  ["encoding: utf-8", "charset"],
  ["params: { a: 1 }", "query"]
]

export const foreignNames: ReadonlyArray<Broken> = [
  ...foreignTypes.map(([written, meant]) => ({
    name: `a type by its name elsewhere: ${written}`,
    yaml: entity("key: id", `fields: { id: bigint, name: "${written}" }`),
    expected: [["7:33", `found ${JSON.stringify(written)} — did you mean "${meant}"?`] as const]
  })),
  ...foreignKeys.map(([written, meant]) => ({
    name: `a key by its name elsewhere: ${written}`,
    yaml: entity(...well, written),
    expected: [["8:5", `— did you mean "${meant}"?`] as const]
  }))
]
