/** Two tables of a case, filled by one read, of which the rows of the second refer to those of the first. */
import type { Declared, Reference, Referrer, State } from "./Model.ts"
import { nothingYet } from "./Model.ts"
import { without } from "./References.ts"

export interface Kin {
  readonly upper: string
  readonly lower: string
  readonly by: Referrer
}

type States = ReadonlyMap<string, State>

const stateOf = (states: States, table: string): State => states.get(table) ?? nothingYet

const referencesOf = ({ by, lower }: Kin, states: States): ReadonlyArray<Reference> =>
  [...stateOf(states, lower).rows.values()].map(({ values }, n) => ({ by, n, to: JSON.stringify([values.document]) }))

/** What a run of one of them finds. The first is loaded before the second. */
export const foundBy = (kin: Kin | undefined, table: string, as: Declared, states: States) => {
  const before = stateOf(states, table)
  if (kin === undefined) return { before, declared: as }
  if (table === kin.upper) return { before: { ...before, references: referencesOf(kin, states) }, declared: as }
  const ids = [...stateOf(states, kin.upper).rows.values()].map(({ values }) => values.id ?? "")
  return { before, declared: { ...as, refersTo: { column: "document", ids: new Set(ids) } } }
}

/** The second table, once rows of the first took theirs with them; nothing where none could. */
export const leftOf = (kin: Kin | undefined, before: State, after: State, states: States): State | undefined => {
  if (kin === undefined) return undefined
  const gone = [...before.rows.keys()].filter((id) => !after.rows.has(id))
  const references = referencesOf(kin, states)
  const left = new Set(without(references, gone).map(({ n }) => n))
  const below = stateOf(states, kin.lower)
  return left.size === references.length
    ? undefined
    : { ...below, rows: new Map([...below.rows].filter((_, n) => left.has(n))) }
}
