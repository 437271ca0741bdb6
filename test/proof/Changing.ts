/**
 * Random vendors that return only changes. Between runs, records appear and change, with and without new times, parents
 * appear with old children, and somebody empties the table or changes the declaration.
 */
import { Duration, Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { type Draw, draw } from "../../core/plugin/SandboxDraw.ts"
import type { ReadOptions, SourceRecord } from "../../core/upstream/Source.ts"
import { column, entity } from "../support/source.ts"

export interface Item {
  readonly name: string
  /** Microseconds since 1970. */
  readonly at: number
  /** Whether it cannot become a row now. */
  readonly bad: boolean
}

/** Items by part (the parent's number, or ''), then by number. */
export type World = Map<string, Map<number, Item>>

/** `moves`: between two pages of a read, one row is missed and another comes twice. */
export type Accident = "none" | "partial" | "midway" | "fatal" | "moves"

export interface Step {
  readonly entity: Entity
  /** Statements that other people run before the step. */
  readonly before: ReadonlyArray<string>
  /** Whether earlier reads no longer count, because the table or the declaration is a new one. */
  readonly anew: boolean
  readonly full: boolean
  readonly pastRejected: boolean
  readonly accident: Accident
  readonly world: World
}

export interface ChangingCase {
  readonly seed: number
  readonly setup: ReadonlyArray<string>
  readonly steps: ReadonlyArray<Step>
}

export const begins = Date.parse("2026-03-01T00:00:00Z") * 1_000
const future = Date.parse("2099-01-01T00:00:00Z") * 1_000

export const isFuture = ({ at }: Item): boolean => at >= future

/** Formats a time with every digit of its microseconds. */
const instant = (micros: number): string =>
  `${new Date(Math.floor(micros / 1_000)).toISOString().slice(0, -1)}${String(micros % 1_000).padStart(3, "0")}Z`

const formats = ["iso", "text", "unix-us", "unix-ms"] as const

/** Parses `since` as the vendor does, in microseconds. */
export const sinceOf = (since: string): number => {
  if (/^\d+$/.test(since)) return Number(since) * (since.length > 14 ? 1 : 1_000)
  const fraction = /\.(\d+)/.exec(since)?.[1] ?? ""
  return Math.floor(Date.parse(since) / 1_000) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, "0"))
}

const declare = (random: Draw, seed: number, parted: boolean): readonly [plain: Entity, more: Entity] => {
  const name = `changing_${seed}`
  const make = (more: boolean) =>
    entity(name, {
      table: { schema: "public", name },
      mode: "upsert",
      key: ["part", "id"],
      columns: [
        column("part", "text"),
        column("id", "bigint"),
        column("name", "text"),
        column("amount", "decimal"),
        column("at", "timestamp"),
        ...(more ? [column("more", "text")] : [])
      ],
      incremental: {
        cursor: "at",
        param: "since",
        overlap: Duration.zero,
        format,
        ...(sorted ? { ordered: true } : {})
      },
      ...(parted ? { forEach: { table: { schema: "public", name: `parents_${seed}` }, params: { id: "id" } } } : {})
    })
  const format = random.pick(formats)
  const sorted = random.chance(0.4)
  return [make(false), make(true)]
}

const copy = (world: World): World => new Map([...world].map(([part, items]) => [part, new Map(items)]))

export const changingCaseOf = (seed: number): Effect.Effect<ChangingCase> =>
  Effect.map(draw(seed), (random) => {
    const parted = random.chance(0.6)
    const [plain, more] = declare(random, seed, parted)
    const table = plain.table.name
    const world: World = new Map(parted ? [] : [["", new Map()]])
    let clock = begins + 1_000
    let present = plain
    let parents = 0
    const setup = parted ? [`create table parents_${seed} (id bigint primary key)`] : []
    const steps = Array.from({ length: random.int(3, 7) }, (_, nth): Step => {
      const before: Array<string> = []
      if (parted && (parents === 0 || random.chance(0.4))) {
        parents += 1
        before.push(`insert into parents_${seed} values (${parents})`)
        // Its children may be of any age.
        const old = Array.from(
          { length: random.int(0, 3) },
          (_, id) => [id, itemAt(random, begins + random.int(0, 50))] as const
        )
        world.set(String(parents), new Map(old))
      }
      for (const items of world.values()) {
        for (let changes = random.int(0, 3); changes > 0; changes--) {
          // Some have the same time as the one before.
          clock += random.pick([0, 1, 999, 1_000_000])
          items.set(random.int(0, 6), itemAt(random, random.chance(0.05) ? future + clock : clock))
        }
        // Repaired, or broken, without a new time.
        for (const [id, item] of items) if (item.bad && random.chance(0.5)) items.set(id, { ...item, bad: false })
      }
      let anew = false
      if (nth > 0 && random.chance(0.15)) {
        before.push(random.pick([`truncate ${table}`, `drop table ${table}`]))
        anew = true
      }
      if (present === plain && random.chance(0.1)) {
        present = more
        anew = true
      }
      return {
        entity: present,
        before,
        anew,
        full: random.chance(0.1),
        pastRejected: random.chance(0.1),
        accident: random.pick(["none", "none", "none", "partial", "midway", "fatal", "moves", "moves"] as const),
        world: copy(world)
      }
    })
    return { seed, setup, steps }
  })

const itemAt = (random: Draw, at: number): Item => ({
  name: random.pick(["a", "b", "c", "d", "e"]),
  at,
  bad: random.chance(0.07)
})

/** The vendor's answer to one request, in the order of the times. */
export const answered = (world: World, options: ReadOptions | undefined): ReadonlyArray<readonly [number, Item]> => {
  const from = options?.since === undefined ? Number.NEGATIVE_INFINITY : sinceOf(options.since)
  return [...(world.get(partOf(options)) ?? [])]
    .filter(([, { at }]) => at >= from)
    .toSorted(([, left], [, right]) => left.at - right.at)
}

export const partOf = (options: ReadOptions | undefined): string => String(options?.params?.id ?? "")

export const recordOf = (part: string, [id, { at, bad, name }]: readonly [number, Item]): SourceRecord => ({
  part,
  id,
  name,
  amount: bad ? "many" : "1",
  at: instant(at),
  more: `${name} more`
})
