/** Shared draws of all random cases: columns, guards, and a source's rows that appear, disappear and are edited. */
import type { Guard } from "../../core/config/Entity.ts"
import { sqlType } from "../../core/database/tables/ColumnSql.ts"
import type { Draw } from "../../core/plugin/SandboxDraw.ts"
import { amount, type Domain, name, others, type Picked, pickRow, quantity } from "./Domains.ts"
import type { ModelRecord } from "./Model.ts"

export type Domains = Readonly<Record<string, Domain>>

/** `padded`: rows so long that they are staged; `many`: more than any counter of the engine handles at once. */
export type Size = "few" | "padded" | "many"

/** Draws the columns of a case, `more` among them; now and then the table has an owner, who chose the types. */
export const drawDomains = (random: Draw, keys: Domains, owned: boolean, more: Domains = {}): Domains => {
  const extra = Object.fromEntries(Object.entries({ ...others, ...more }).filter(() => random.chance(0.25)))
  const own = Object.entries({ name, amount, quantity, ...extra }).map(([title, domain]) => {
    const owner = owned && random.chance(0.6) ? domain.owners?.[random.int(0, domain.owners.length - 1)] : undefined
    return [title, owner === undefined ? domain : { ...domain, owner }] as const
  })
  return { ...keys, ...Object.fromEntries(own) }
}

export const drawGuard = (random: Draw): Guard => ({
  maxDelete: random.pick([0.25, 0.5, 1]),
  confirm: random.pick<Guard["confirm"]>(["again", "again", "again", "again", "next", "next", false]),
  floor: random.pick([0, 1, 3, 20]),
  empty: random.pick(["refuse", "refuse", "allow"]),
  maxReject: random.pick([0.05, 0.25, 1]),
  cascade: "refuse"
})

export const rawOf = (record: ModelRecord): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(record).flatMap(([title, { raw }]) => (raw === undefined ? [] : [[title, raw]])))

/** Changes the source's rows a little: rows appear, disappear and are edited. */
export const evolve = (random: Draw, domains: Domains, world: Map<string, Picked>, size: Size = "few") => {
  const leaves = random.pick([0, 0.2, 0.6])
  for (const id of [...world.keys()]) if (random.chance(leaves)) world.delete(id)
  for (const [id, row] of world) {
    if (random.chance(0.25)) world.set(id, { ...pickRow(random, domains), ...keyPart(row) })
  }
  const arrivals = { few: world.size < 3 ? random.int(2, 6) : random.int(0, 3), padded: 8, many: 4_000 }[size]
  for (let at = 0; at < arrivals; at++) {
    const row = pickRow(random, domains)
    world.set(JSON.stringify(keyPart(row)), row)
  }
}

export const keyPart = ({ id, part }: Picked): Picked =>
  part === undefined ? { id: id ?? null } : { id: id ?? null, part }

/** A table that its owner made; `more`: constraints. */
export const ownedTable = (
  table: string,
  domains: Domains,
  key: ReadonlyArray<string>,
  scoped: boolean,
  more = ""
): string => {
  const columns = Object.entries(domains).map(([title, { owner, type }]) => {
    return `${title} ${owner?.sql ?? sqlType({ type, array: false })}`
  })
  return `create table ${table} (${[...columns, ...(scoped ? ["kind text"] : [])].join(", ")}, primary key (${key.join(", ")})${more})`
}
