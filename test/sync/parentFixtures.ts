/** Notes that are read for each deal. */
import { Effect } from "effect"
import type { Column } from "../../core/config/Column.ts"
import type { Entity } from "../../core/config/Entity.ts"
import type { SourceRecord } from "../../core/upstream/Source.ts"
import { type Answers, column, entity } from "../support/source.ts"
import { tableOf } from "./fixtures.ts"

export const given = (name: string, type: Column["type"], param: string): Column =>
  column(name, type, { source: { _tag: "Parameter", name: param } })

export const ofParent = { source: { _tag: "Pointer", pointer: { up: 1, tokens: ["id"] } } } as const

/** Deals, and the notes of each, which do not name their deal. */
export const notesOf = (name: string, more: Partial<Entity> = {}) => {
  const deal = entity(`${name}_deal`, { columns: [column("id", "bigint"), column("owner", "text")] })
  const note = entity(name, {
    forEach: { table: deal.table, params: { deal: "id", owner: "owner" } },
    columns: [given("deal_id", "bigint", "deal"), column("id", "integer"), column("text", "text")],
    key: ["deal_id", "id"],
    ...more
  })
  return { deal, note }
}

export type Notes = Readonly<Record<string, ReadonlyArray<SourceRecord>>>

export const source =
  (notes: Notes): Answers =>
  ({ name }, options) =>
    name.endsWith("_deal")
      ? { records: Object.keys(notes).map((id) => ({ id, owner: `owner of ${id}` })) }
      : { records: notes[String(options?.params?.deal)] ?? [] }

export const lines = (entity: Entity) =>
  Effect.map(tableOf(entity), (rows) => rows.map((row) => Object.values(row).map(String).join(" ")))
