/**
 * Runs the examples of a declaration: the record must become the row, or be rejected for the reason given. The record
 * of a child entity is its parent's, whole; the row is the first that comes of it.
 */
import type { Diagnostic, Location } from "../config/Diagnostic.ts"
import { type Entity, entityId } from "../config/Entity.ts"
import { boundColumns } from "../database/ColumnSql.ts"
import { texts } from "../database/TextColumn.ts"
import { isRecord } from "./Cells.ts"
import { Mapper } from "./Mapper.ts"

const nowhere: Location = { file: "", line: 1, column: 1, sourceLine: "", length: 0 }

/** Values are compared as PostgreSQL would be given them; JSON by meaning. */
const same = (expected: unknown, text: string | null): boolean => {
  if (expected === null) return text === null
  if (text === null) return false
  return typeof expected === "object" ? text === JSON.stringify(expected) : text === String(expected)
}

export const checkExamples = (entity: Entity): ReadonlyArray<Diagnostic> =>
  entity.examples.flatMap((example, at) => {
    const failure = (what: string): ReadonlyArray<Diagnostic> => [
      { ...(example.location ?? nowhere), message: `example ${at + 1} of ${entityId(entity)}: ${what}` }
    ]
    if (!isRecord(example.record)) return failure("the record is not an object")
    const mapper = new Mapper(entity)
    mapper.add(example.record)
    const [reject] = mapper.rejects
    if (example.reject !== undefined) {
      if (reject === undefined) return failure(`expected a rejection (${example.reject}), but it became a row`)
      return `${reject.field} ${reject.reason}`.includes(example.reject)
        ? []
        : failure(`expected a rejection for "${example.reject}", but ${reject.field} is ${reject.reason}`)
    }
    if (reject !== undefined) return failure(`rejected: ${reject.field} is ${reject.reason}: ${reject.value}`)
    const columns = mapper.take().columns.map(texts)
    const row = new Map(boundColumns(entity).map((column, index) => [column.name, columns[index]?.[0] ?? null]))
    return Object.entries(example.row ?? {}).flatMap(([name, expected]) => {
      const text = row.get(name)
      if (text === undefined) return failure(`there is no column ${name}`)
      return same(expected, text)
        ? []
        : failure(`${name} became ${JSON.stringify(text)}, expected ${JSON.stringify(expected)}`)
    })
  })
