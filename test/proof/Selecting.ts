/** Records that say whether they count, and what the model makes of it: conditions of a case, and their meaning in plain code. */
import type { Selection } from "../../core/config/Condition.ts"
import type { Draw } from "../../core/plugin/SandboxDraw.ts"
import type { Attempt } from "./Model.ts"

/** Fields of a record beside its columns. */
export interface Says {
  readonly flag?: "a" | "c" | "d" | null
  readonly worth?: unknown
  /** It has nothing else but its key, if it is gone. */
  readonly bare: boolean
}

export interface Selecting {
  /** What `flag` must be, if anything. */
  readonly flag: "not c" | "a" | undefined
  /** Whether `worth` must be 5 or more. */
  readonly worth: boolean
  /** What becomes of the row of a record whose flag is d. */
  readonly gone: "delete" | "mark" | undefined
}

export const markColumn = "is_gone"

const at = (name: string) => ({ pointer: { up: 0, tokens: [name] } }) as const

export const selectionOf = ({ flag, gone, worth }: Selecting): Selection => {
  const where = [
    ...(flag === undefined ? [] : [{ ...at("flag"), comparison: flag === "a" ? { is: ["a"] } : { not: ["c"] } }]),
    ...(worth ? [{ ...at("worth"), comparison: { gte: 5 } }] : [])
  ]
  const conditions = [{ ...at("flag"), comparison: { is: ["d"] } }]
  return {
    ...(where.length === 0 ? {} : { where }),
    ...(gone === undefined ? {} : { deletedWhen: { conditions, ...(gone === "mark" ? { mark: markColumn } : {}) } })
  }
}

export const drawSelecting = (random: Draw, mayMark: boolean): Selecting => ({
  flag: random.pick<Selecting["flag"]>(["not c", "a", undefined]),
  worth: random.chance(0.3),
  gone: random.pick<Selecting["gone"]>(["delete", "delete", mayMark ? "mark" : "delete", undefined])
})

/** A field that no condition looks at is not sent: one that nobody declared would be reported as new. */
export const withSays = (random: Draw, attempt: Attempt, looksAt: Selecting): Attempt => {
  const strange = random.pick([0, 0, 0.15])
  const gone = random.pick([0, 0.1, 0.5])
  return {
    ...attempt,
    says: attempt.records.map((): Says => {
      const flag = random.chance(gone) ? "d" : random.pick<Says["flag"]>(["a", "a", "a", "a", "a", "c", undefined])
      const worth = random.chance(strange) ? "many" : random.pick<unknown>([5, "7.50", 12, 9, "5", 8, 6, "4.99", null])
      const isWorthSent = !random.chance(0.1) && looksAt.worth
      const isFlagSent = looksAt.flag !== undefined || looksAt.gone !== undefined
      return {
        // A place that no record has would be reported.
        ...(isFlagSent ? { flag: flag ?? null } : {}),
        ...(looksAt.worth ? { worth: isWorthSent ? worth : null } : {}),
        bare: random.chance(0.5)
      }
    })
  }
}

/** What the source sends of a record: all of it, or its key alone. */
export const sentRecord = (
  record: Readonly<Record<string, unknown>>,
  key: ReadonlyArray<string>,
  { bare, ...says }: Says
): Readonly<Record<string, unknown>> => {
  if (!bare || says.flag !== "d") return { ...record, ...says }
  const { worth: _, ...short } = says
  return { ...Object.fromEntries(Object.entries(record).filter(([name]) => key.includes(name))), ...short }
}

export type Verdict = "in" | "out" | "gone" | "unsure"

export const verdictOf = ({ flag: wanted, gone, worth: judged }: Selecting, { bare, flag, worth }: Says): Verdict => {
  const isGone = gone !== undefined && flag === "d"
  const value = flag === "d" && bare ? undefined : worth
  const isNothing = value === undefined || value === null
  if (!isGone && wanted === "a" && flag !== "a") return "out"
  if (!isGone && wanted === "not c" && flag === "c") return "out"
  if (judged && !(isGone && isNothing)) {
    if (isNothing) return "out"
    if (value === "many") return "unsure"
    if (Number(value) < 5) return "out"
  }
  return isGone ? "gone" : "in"
}
