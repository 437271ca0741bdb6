/**
 * Runs the examples of a declaration: the record must become the row or none, be rejected for the given reason, or say
 * that it is gone. The record of a child entity is its parent's whole record; the row is the first one made from it.
 */
import { type Diagnostic, diagnose, type Location } from "../../config/Diagnostic.ts"
import { type Entity, entityId } from "../../config/Entity.ts"
import { boundColumns } from "../../database/tables/ColumnSql.ts"
import { texts } from "../../database/tables/TextColumn.ts"
import { type Reason, reason, render } from "../../reason/Reason.ts"
import { isRecord } from "../map/ChildRecords.ts"
import { mapperOf } from "../map/SelectiveMapper.ts"

const nowhere: Location = { file: "", line: 1, column: 1, sourceLine: "", length: 0 }

/** Compares values as PostgreSQL would receive them, JSON by meaning. */
const same = (expected: unknown, text: string | null): boolean => {
  if (expected === null) return text === null
  if (text === null) return false
  return typeof expected === "object" ? text === JSON.stringify(expected) : text === String(expected)
}

export const checkExamples = (entity: Entity): ReadonlyArray<Diagnostic> =>
  entity.examples.flatMap((example, at) => {
    const failure = (why: Reason): ReadonlyArray<Diagnostic> => [
      diagnose(example.location ?? nowhere, reason("example.failed", { number: at + 1, entity: entityId(entity), why }))
    ]
    if (!isRecord(example.record)) return failure(reason("example.noObject"))
    const mapper = mapperOf(entity)
    mapper.begin({ part: "", ...(example.params === undefined ? {} : { params: example.params }) })
    mapper.add(example.record)
    const [reject] = mapper.rejects
    const isGone = (mapper.tombstones[0]?.length ?? 0) > 0
    if (isGone) return example.gone === true ? [] : failure(reason("example.gone"))
    const isLeftOut = mapper.leftOut > 0 && mapper.fetched === 0
    if (isLeftOut) return example.row === null ? [] : failure(reason("example.leftOut"))
    if (example.reject !== undefined) {
      const expected = example.reject
      if (reject === undefined) return failure(reason("example.becameRow", { expected }))
      const field = reject.field ?? ""
      const { why } = reject
      return `${field} ${render(why)}`.includes(expected)
        ? []
        : failure(reason("example.otherReject", { expected, field, why }))
    }
    if (reject !== undefined) {
      const { field, value } = { field: reject.field ?? "", value: reject.value ?? "" }
      return failure(reason("example.rejected", { field, why: reject.why, value }))
    }
    if (example.row === null) return failure(reason("example.notLeftOut"))
    if (example.gone === true) return failure(reason("example.notGone"))
    const columns = mapper.take().columns.map(texts)
    const row = new Map(boundColumns(entity).map((column, index) => [column.name, columns[index]?.[0] ?? null]))
    return Object.entries(example.row ?? {}).flatMap(([name, expected]) => {
      const text = row.get(name)
      if (text === undefined) return failure(reason("example.noColumn", { column: name }))
      return same(expected, text)
        ? []
        : failure(
            reason("example.otherValue", {
              column: name,
              value: JSON.stringify(text),
              expected: JSON.stringify(expected)
            })
          )
    })
  })
