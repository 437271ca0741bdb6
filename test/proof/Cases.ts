/**
 * Random cases for the model: a small table, and a source that changes between runs, repeats itself, sends broken
 * records, breaks off or comes up empty. The same seed makes the same case.
 */
import { Effect } from "effect"
import type { Column, Entity, Guard, Mode } from "../../core/config/Entity.ts"
import { type Draw, draw } from "../../core/plugin/SandboxDraw.ts"
import { column, entity } from "../support/source.ts"
import { type Attempt, bad, type Cell, type Declared, type ModelRecord } from "./Model.ts"

/** The waits between tries that a case's connector declares: so many whole reads may break off before it gives up. */
export const retries = 2

export interface Run {
  readonly declared: Declared
  readonly entity: Entity
  readonly attempts: ReadonlyArray<Attempt>
  readonly pageSize: number
  /** What every record holds beside the columns the model knows. */
  readonly extra: Readonly<Record<string, unknown>>
}

export interface Case {
  readonly seed: number
  readonly entities: ReadonlyArray<Entity>
  readonly columns: ReadonlyArray<Column>
  readonly runs: ReadonlyArray<Run>
}

/** The values a column takes here, each with the forms in which a source may send it. */
interface Domain {
  readonly type: Column["type"]
  readonly values: ReadonlyArray<readonly [value: string | null, ...forms: ReadonlyArray<unknown>]>
  readonly bad: ReadonlyArray<unknown>
}

const absent = [null, undefined, null] as const
const blank = [null, undefined, null, "", " "] as const

const keyDomains: Readonly<Record<string, Domain>> = {
  bigint: {
    type: "bigint",
    values: [
      ...Array.from({ length: 7 }, (_, at) => [String(at), at, String(at), `${at}.0`, ` ${at} `] as const),
      ["9007199254740993", "9007199254740993", "9007199254740993.0"]
    ],
    bad: ["x", "9223372036854775808", 1.5, "", null, undefined, {}]
  },
  text: {
    type: "text",
    values: [
      ["", ""],
      ["k", "k"],
      ["k ", "k "],
      ["ключ", "ключ"],
      ['"quoted\\', '"quoted\\'],
      ["a\u001fb", "a\u001fb"],
      ["k\ufffd", "k\ufffd", "k\0", "k\ud800"],
      ["7", 7, "7"]
    ],
    bad: [null, undefined]
  },
  uuid: {
    type: "uuid",
    values: ["a0", "b1", "c2", "d3", "e4"].map((start) => {
      const id = `${start}000000-0000-4000-a000-00000000000f`
      return [id, id, id.toUpperCase(), ` ${id}`] as const
    }),
    bad: ["nope", "", null, undefined, 5]
  },
  decimal: {
    type: "decimal",
    values: [
      ["1", 1, "1", "1.0", "1,00"],
      ["1.5", 1.5, "1.50", "1,5"],
      ["-2", -2, "-2.000"],
      ["1234.5", "1 234,5", "1,234.50", "1.234,5"],
      ["0", 0, "0.00", "-0"]
    ],
    bad: ["many", "1.2.3", "", null, undefined]
  }
}

const name: Domain = {
  type: "text",
  values: [
    ["a", "a"],
    ["b", "b"],
    ["", ""],
    ["Ёлка", "Ёлка"],
    ["x\ufffd", "x\ufffd", "x\0", "x\udfff"],
    ['{"x":[1]}', { x: [1] }],
    absent
  ],
  bad: []
}
const amount: Domain = { type: "decimal", values: [...(keyDomains.decimal?.values ?? []), blank], bad: ["many", {}] }
const quantity: Domain = {
  type: "integer",
  values: [
    ["3", 3, "3", "3.0"],
    ["-7", -7, "-7"],
    ["2147483647", 2147483647]
  ],
  bad: ["9999999999", 2147483648, 1.5, "x", "", null, undefined]
}

/** A column of no interest that makes the rows too large for one statement, so that they are staged. */
const padding = "x".repeat(1_100_000)

const keysOf = (random: Draw): Readonly<Record<string, Domain>> => {
  const { bigint, decimal, text, uuid } = keyDomains
  if (bigint === undefined || decimal === undefined || text === undefined || uuid === undefined) return {}
  return random.pick<Readonly<Record<string, Domain>>>([
    { id: bigint },
    { id: text },
    { id: uuid },
    { id: decimal },
    { id: text, part: bigint }
  ])
}

type Picked = Readonly<Record<string, string | null>>

const drawCase = (random: Draw, seed: number, heavy: boolean): Case => {
  const keys = keysOf(random)
  const domains: Readonly<Record<string, Domain>> = { ...keys, name, amount, quantity }
  // What a field that no record has comes to is not modelled: all are declared optional.
  const columns = Object.entries(domains).map(([title, { type }]) =>
    column(title, type, { required: title === "quantity" || title in keys, optional: true })
  )
  const scoped = random.chance(0.4)
  const scopeInKey = scoped && random.chance(0.6)
  const key = [...Object.keys(keys), ...(scopeInKey ? ["kind"] : [])]
  const side = (scope: string | null, at: number) => {
    const declared: Declared = {
      entity: `case_${seed}_${at}`,
      mode: random.pick<Mode>(["mirror", "mirror", "mirror", "upsert", "replace", "append"]),
      guard: drawGuard(random),
      key: Object.keys(keys),
      required: ["quantity"],
      scope,
      scopeInKey
    }
    const source = { _tag: "Constant", value: scope } as const
    const made = entity(declared.entity, {
      table: { schema: "public", name: `case_${seed}` },
      mode: declared.mode,
      guard: declared.guard,
      key: [key[0] ?? "", ...key.slice(1)],
      scope: scope === null ? {} : { kind: scope },
      columns: [
        ...columns,
        ...(scope === null ? [] : [column("kind", "text", { source, required: true })]),
        ...(heavy ? [column("padding", "text")] : [])
      ]
    })
    return { declared, made, world: new Map<string, Picked>() }
  }
  type Side = ReturnType<typeof side>
  const sides: readonly [Side, ...ReadonlyArray<Side>] = scoped ? [side("one", 0), side("two", 1)] : [side(null, 0)]

  const runs = Array.from({ length: random.int(2, 5) }, (): Run => {
    const { declared, made, world } = random.pick(sides)
    evolve(random, domains, world, heavy)
    // Two scopes may not hold one key; now and then they try.
    const others = sides.filter((other) => other.world !== world && !scopeInKey && random.chance(0.9))
    for (const id of others.flatMap((other) => [...other.world.keys()])) world.delete(id)
    return {
      declared,
      entity: made,
      attempts: drawAttempts(random, domains, world, heavy),
      pageSize: heavy ? 1 : random.int(1, 5),
      extra: heavy ? { padding } : {}
    }
  })
  return { seed, entities: sides.map(({ made }) => made), columns, runs }
}

const drawGuard = (random: Draw): Guard => ({
  maxDelete: random.pick([0.25, 0.5, 1]),
  confirm: "again",
  floor: random.pick([0, 1, 3, 20]),
  empty: random.pick(["refuse", "refuse", "allow"]),
  maxReject: random.pick([0.05, 0.25, 1])
})

/** What the source holds changes a little: rows come, go and are edited. */
const evolve = (
  random: Draw,
  domains: Readonly<Record<string, Domain>>,
  world: Map<string, Picked>,
  heavy: boolean
) => {
  const leaves = random.pick([0, 0.2, 0.6])
  for (const id of [...world.keys()]) if (random.chance(leaves)) world.delete(id)
  for (const [id, row] of world) {
    if (random.chance(0.25)) world.set(id, { ...pickRow(random, domains), ...keyPart(row) })
  }
  const arrivals = heavy ? 8 : world.size < 3 ? random.int(2, 6) : random.int(0, 3)
  for (let at = 0; at < arrivals; at++) {
    const row = pickRow(random, domains)
    world.set(JSON.stringify(keyPart(row)), row)
  }
}

const keyPart = ({ id, part }: Picked): Picked => (part === undefined ? { id: id ?? null } : { id: id ?? null, part })

const pickRow = (random: Draw, domains: Readonly<Record<string, Domain>>): Picked =>
  Object.fromEntries(
    Object.entries(domains).map(([title, { values }]) => [title, values[random.int(0, values.length - 1)]?.[0] ?? null])
  )

/** Reads of the same world: some break off, the last one stands. */
const drawAttempts = (
  random: Draw,
  domains: Readonly<Record<string, Domain>>,
  world: ReadonlyMap<string, Picked>,
  heavy: boolean
): ReadonlyArray<Attempt> => {
  const breaks = random.chance(0.7) ? 0 : random.chance(0.8) ? random.int(1, retries) : retries + 1
  const end = random.chance(0.8) ? "complete" : random.chance(0.7) ? "partial" : "fatal"
  const badness = random.pick([0, 0, 0.1, 0.4])
  const keyBadness = random.pick([0, 0, 0.2])
  const empty = random.chance(0.1)
  const whole = (strangers = 0): ReadonlyArray<ModelRecord> => {
    const passing = Array.from({ length: strangers }, () => pickRow(random, domains))
    const rows = empty ? [] : [...world.values(), ...passing]
    const again =
      heavy && rows.length > 0
        ? Array.from({ length: 12 }, () => rows[random.int(0, rows.length - 1)] ?? pickRow(random, domains))
        : []
    const repeated = rows
      .filter(() => random.chance(0.1))
      .map((row) => ({ ...pickRow(random, domains), ...keyPart(row) }))
    return shuffled(random, [...rows, ...again, ...repeated]).map((row) =>
      sent(random, domains, row, badness, keyBadness)
    )
  }
  const broken = Array.from({ length: breaks }, (): Attempt => {
    // The source changes between tries, too: what only a broken one held must leave no trace.
    const records = whole(random.int(0, 2))
    return { records: records.slice(0, random.int(0, records.length)), end: "midway" }
  })
  return breaks > retries ? broken : [...broken, { records: whole(), end }]
}

const shuffled = <A>(random: Draw, items: ReadonlyArray<A>): ReadonlyArray<A> =>
  items
    .map((item) => [random.int(0, 1_000_000), item] as const)
    .toSorted(([left], [right]) => left - right)
    .map(([, item]) => item)

const sent = (
  random: Draw,
  domains: Readonly<Record<string, Domain>>,
  row: Picked,
  badness: number,
  keyBadness: number
): ModelRecord => {
  const spoiled = random.chance(badness)
  const cells = Object.entries(domains).map(([title, domain]): readonly [string, Cell] => {
    const isKey = title === "id" || title === "part"
    const spoil = spoiled && random.chance(isKey ? keyBadness : 0.5) && domain.bad.length > 0
    if (spoil) return [title, { raw: domain.bad[random.int(0, domain.bad.length - 1)], value: bad, repaired: false }]
    const value = row[title] ?? null
    const [, ...forms] = domain.values.find(([candidate]) => candidate === value) ?? [null]
    const raw = forms[random.int(0, forms.length - 1)]
    return [title, { raw, value, repaired: typeof raw === "string" && (raw.includes("\0") || !raw.isWellFormed()) }]
  })
  return Object.fromEntries(cells)
}

/** Every so many cases one is large enough to be staged. */
const heavyEvery = 80

export const caseOf = (seed: number): Effect.Effect<Case> =>
  Effect.map(draw(seed), (random) => drawCase(random, seed, seed % heavyEvery === 0))
