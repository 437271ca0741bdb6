/** Deals by code with the notes of each, which are requested deal by deal. */
import type { Entity } from "../../core/config/Entity.ts"
import { type Answers, column, entity } from "../support/source.ts"

export const through = (table: Entity["table"], params: Readonly<Record<string, string>>) => ({
  forEach: { table, params }
})

/** Deals by code, and the notes of each. */
export const notesOf = (name: string, more: Partial<Entity> = {}) => {
  const deal = entity(`${name}_deal`, { columns: [column("id", "bigint"), column("code", "text")], ...more })
  const note = entity(name, {
    ...through(deal.table, { deal: "code" }),
    columns: [column("deal", "text"), column("id", "bigint")],
    key: ["deal", "id"]
  })
  return { deal, note }
}

/** Logs the requested deals, and returns two records for each. */
export const source = (codes: Readonly<Record<number, string>>, asked: Array<string>): Answers => {
  return ({ name }, options) => {
    if (name.endsWith("_deal")) {
      return { records: Object.entries(codes).map(([id, code]) => ({ id: Number(id), code })) }
    }
    const deal = String(options?.params?.deal)
    asked.push(deal)
    return { records: [1, 2].map((id) => ({ deal, id })) }
  }
}
