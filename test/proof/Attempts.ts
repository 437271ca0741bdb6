/** Reads of one world: some break off, and the last one counts. */
import type { Draw } from "../../core/plugin/SandboxDraw.ts"
import { type Domain, type Picked, pickRow, sentCell } from "./Domains.ts"
import { type Domains, keyPart, type Size } from "./Draws.ts"
import type { Attempt, Cell, ModelRecord } from "./Model.ts"

/** The number of retries that a case's connector declares, so that as many whole reads may break off. */
export const retries = 2

type World = ReadonlyMap<string, Picked>

interface Manner {
  readonly badness: number
  readonly keyBadness: number
  /** Fields that the source leaves out of every record. */
  readonly left: ReadonlySet<string>
}

export const drawManner = (random: Draw, domains: Domains): Manner => {
  const titles = Object.keys(domains).filter((title) => title !== "id" && title !== "part")
  return {
    badness: random.pick([0, 0, 0.1, 0.4]),
    keyBadness: random.pick([0, 0, 0.2]),
    left: new Set(random.chance(0.25) ? titles.filter(() => random.chance(0.4)) : [])
  }
}

export const drawAttempts = (random: Draw, domains: Domains, world: World, size: Size): ReadonlyArray<Attempt> => {
  const breaks = random.chance(0.7) ? 0 : random.chance(0.8) ? random.int(1, retries) : retries + 1
  const end = random.chance(0.85) ? "complete" : random.chance(0.7) ? "partial" : "fatal"
  const manner = drawManner(random, domains)
  const empty = random.chance(0.1)
  const whole = (strangers = 0): ReadonlyArray<ModelRecord> => {
    const passing = Array.from({ length: strangers }, () => pickRow(random, domains))
    const rows = empty ? [] : [...world.values(), ...passing]
    const again =
      size === "padded" && rows.length > 0
        ? Array.from({ length: 12 }, () => rows[random.int(0, rows.length - 1)] ?? pickRow(random, domains))
        : []
    const repeats = size === "many" ? 0.005 : random.pick([0, 0.1])
    const repeated = rows
      .filter(() => random.chance(repeats))
      .map((row) => ({ ...pickRow(random, domains), ...keyPart(row) }))
    return shuffled(random, [...rows, ...again, ...repeated]).map((row) => sent(random, domains, row, manner))
  }
  return attemptsOf(random, whole, breaks, end)
}

/** Draws a read a moment later: missed rows are back, or a little has changed. */
export const drawAgain = (random: Draw, domains: Domains, world: World): ReadonlyArray<Attempt> => {
  const manner = random.chance(0.7)
    ? { badness: 0, keyBadness: 0, left: new Set<string>() }
    : drawManner(random, domains)
  const breaks = random.chance(0.7) ? 0 : random.int(1, retries + 1)
  const end = random.chance(0.85) ? "complete" : random.pick(["partial", "fatal"] as const)
  const strangers = random.pick([0, 0, 3])
  const whole = (more = 0): ReadonlyArray<ModelRecord> => {
    // Every key is a possible row's, so that missed rows can come again.
    const passing = Array.from({ length: strangers + 4 * more }, () => pickRow(random, domains))
    const rows = random.chance(0.05) ? [] : [...world.values(), ...passing]
    return shuffled(random, rows).map((row) => sent(random, domains, row, manner))
  }
  return attemptsOf(random, whole, breaks, end)
}

/** One whole read of the world, in which only the types of the table's owner refuse values. */
export const drawCalm = (random: Draw, domains: Domains, world: World): ReadonlyArray<Attempt> => {
  const still = { badness: 0, keyBadness: 0, left: new Set<string>() }
  const whole = () => shuffled(random, [...world.values()]).map((row) => sent(random, domains, row, still))
  return attemptsOf(random, whole, 0, "complete")
}

export const attemptsOf = (
  random: Draw,
  whole: (strangers?: number) => ReadonlyArray<ModelRecord>,
  breaks: number,
  end: "complete" | "partial" | "fatal"
): ReadonlyArray<Attempt> => {
  const of = (records: ReadonlyArray<ModelRecord>, how: Attempt["end"]): Attempt => ({
    records,
    end: how,
    pages: random.int(1, 3),
    read: records.length
  })
  const broken = Array.from({ length: breaks }, (): Attempt => {
    // The source also changes between attempts: records that only a broken one had must leave no trace.
    const records = whole(random.int(0, 2))
    return of(records.slice(0, random.int(0, records.length)), "midway")
  })
  return breaks > retries ? broken : [...broken, of(whole(), end)]
}

export const shuffled = <A>(random: Draw, items: ReadonlyArray<A>): ReadonlyArray<A> =>
  items
    .map((item) => [random.int(0, 1_000_000), item] as const)
    .toSorted(([left], [right]) => left - right)
    .map(([, item]) => item)

const isKey = (title: string): boolean => title === "id" || title === "part"

export const sent = (
  random: Draw,
  domains: Domains,
  row: Picked,
  { badness, keyBadness, left }: Manner
): ModelRecord => {
  const spoiled = random.chance(badness)
  const cells = Object.entries(domains).map(([title, domain]): readonly [string, Cell] => {
    if (left.has(title)) return [title, nothingSent]
    const spoil = spoiled && random.chance(isKey(title) ? keyBadness : 0.5)
    return [title, cellOf(random, domain, row[title] ?? null, spoil)]
  })
  return Object.fromEntries(cells)
}

export const nothingSent: Cell = { raw: undefined, value: null, repaired: false }

const cellOf = (random: Draw, domain: Domain, value: string | null, spoil: boolean): Cell =>
  sentCell(random, domain, value, spoil)
