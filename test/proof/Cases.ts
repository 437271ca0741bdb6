/**
 * Random cases for the model: a small table, and a source that changes between runs, repeats itself, sends broken
 * records, breaks off or returns nothing. The same seed makes the same case.
 */
import { Effect } from "effect"
import type { Entity, Guard, Mode } from "../../core/config/Entity.ts"
import { type Draw, draw } from "../../core/plugin/SandboxDraw.ts"
import { column, entity } from "../support/source.ts"
import { drawAgain, drawAttempts, drawCalm } from "./Attempts.ts"
import { keyDomains, type Picked, transformed } from "./Domains.ts"
import { type Domains, drawDomains, drawGuard, evolve, ownedTable, rawOf, type Size } from "./Draws.ts"
import { drawFamily } from "./Family.ts"
import type { Kin } from "./Kin.ts"
import type { Attempt, Declared } from "./Model.ts"
import { type Between, drawBetween, drawReferrers, type Referred } from "./References.ts"
import { drawSelecting, markColumn, selectionOf, sentRecord, withSays } from "./Selecting.ts"

/** One entity that a run loads, and its view of the source's attempts. */
export interface Target {
  readonly declared: Declared
  readonly entity: Entity
  readonly view: (attempt: Attempt) => Attempt
}

export interface Run {
  /** The entity that is read; its name is the source's. */
  readonly reader: Entity
  readonly targets: ReadonlyArray<Target>
  readonly attempts: ReadonlyArray<Attempt>
  /** The attempts of the second read before rows are deleted. */
  readonly again: ReadonlyArray<Attempt>
  readonly pageSize: number
  /** What others do before. */
  readonly between?: Between | undefined
  /** The records of an attempt, in the form that the source sends. */
  readonly raw: (attempt: Attempt) => ReadonlyArray<Readonly<Record<string, unknown>>>
}

export interface Case {
  readonly seed: number
  readonly entities: ReadonlyArray<Entity>
  /** Statements that create the tables of an owner. */
  readonly ddl: ReadonlyArray<string>
  /** The columns by which tables of somebody else refer to the one of the case. */
  readonly referred?: Referred | undefined
  readonly kin?: Kin | undefined
  readonly runs: ReadonlyArray<Run>
}

/** A column without meaning that makes the rows too large for one statement, so that they are staged. */
const padding = "x".repeat(1_100_000)

const drawKeys = (random: Draw, size: Size): Domains => {
  const { bigint, decimal, manyBigints, text, timestamp, uuid } = keyDomains
  if (size === "many") return { id: manyBigints }
  return random.pick<Domains>([
    { id: bigint },
    { id: text },
    { id: uuid },
    { id: decimal },
    { id: timestamp },
    { id: text, part: bigint }
  ])
}

/**
 * `others` and `selects`: draws of their own, so that a case is the same with and without tables that refer to it, and
 * conditions on its records.
 */
const drawPlain = (random: Draw, others: Draw, selects: Draw, seed: number, size: Size): Case => {
  const keys = drawKeys(random, size)
  const owned = size === "few" && random.chance(0.35)
  const isReferred = size === "few" && others.chance(0.4)
  const isSelecting = size === "few" && selects.chance(0.4)
  const domains = drawDomains(random, keys, owned, isSelecting ? transformed : {})
  const optional = Object.keys(domains).filter(() => random.chance(0.35))
  const scoped = size !== "many" && random.chance(0.35)
  const scopeInKey = scoped && random.chance(0.6)
  const key = [...Object.keys(keys), ...(scopeInKey ? ["kind"] : [])]
  const table = `case_${seed}`
  const refers = isReferred ? drawReferrers(others, { table, domains, key }) : undefined
  const side = (scope: string | null, at: number) => {
    // Whether an append evaluates the values of an existing row is PostgreSQL's choice.
    const mode = random.pick<Mode>(["mirror", "mirror", "mirror", "upsert", "replace", owned ? "upsert" : "append"])
    const declared: Declared = {
      entity: `${table}_${at}`,
      mode,
      // PostgreSQL chooses when it evaluates a value that it refuses, and so whether the statement asks first.
      guard: {
        ...drawGuard(random),
        ...(owned ? { confirm: random.pick<Guard["confirm"]>(["next", false]) } : {}),
        ...(refers === undefined ? {} : { cascade: others.pick<Guard["cascade"]>(["refuse", "allow"]), floor: 20 })
      },
      key: Object.keys(keys),
      required: ["quantity"],
      optional,
      scope,
      scopeInKey,
      ...(isSelecting
        ? { selecting: drawSelecting(selects, !owned && !scoped && refers === undefined && mode !== "append") }
        : {}),
      referrers: refers?.referrers ?? []
    }
    const source = { _tag: "Constant", value: scope } as const
    const made = entity(declared.entity, {
      table: { schema: "public", name: table },
      mode: declared.mode,
      guard: declared.guard,
      ...(declared.selecting === undefined ? {} : selectionOf(declared.selecting)),
      key: [key[0] ?? "", ...key.slice(1)],
      scope: scope === null ? {} : { kind: scope },
      columns: [
        ...Object.entries(domains).map(([title, { transform, type }]) =>
          column(title, type, {
            required: title === "quantity" || title in keys,
            ...(transform === undefined ? {} : { transform }),
            ...(optional.includes(title) ? { optional: true } : {})
          })
        ),
        ...(scope === null ? [] : [column("kind", "text", { source, required: true })]),
        ...(declared.selecting?.gone === "mark"
          ? [column(markColumn, "boolean", { source: { _tag: "Constant", value: false } })]
          : []),
        ...(size === "padded" ? [column("padding", "text", { optional: true })] : [])
      ]
    })
    return { target: { declared, entity: made, view: (attempt: Attempt) => attempt }, world: new Map<string, Picked>() }
  }
  type Side = ReturnType<typeof side>
  const sides: readonly [Side, ...ReadonlyArray<Side>] = scoped ? [side("one", 0), side("two", 1)] : [side(null, 0)]
  const extra = size === "padded" ? { padding } : {}
  const runs = Array.from({ length: random.int(2, size === "few" ? 6 : 3) }, (): Run => {
    const { target, world } = random.pick(sides)
    evolve(random, domains, world, size)
    // Two scopes must not hold the same key; now and then they try.
    const rivals = sides.filter((other) => other.world !== world && !scopeInKey && random.chance(0.9))
    for (const id of rivals.flatMap((other) => [...other.world.keys()])) world.delete(id)
    // Most reads of a table that others refer to are good, so that rows really go.
    const isCalm = refers !== undefined && others.chance(0.85)
    for (const id of isCalm ? [...world.keys()] : []) if (others.chance(0.5)) world.delete(id)
    const { selecting } = target.declared
    const selected = (read: ReadonlyArray<Attempt>) =>
      selecting === undefined ? read : read.map((attempt) => withSays(selects, attempt, selecting))
    const [attempts, again] = [drawAttempts(random, domains, world, size), drawAgain(random, domains, world)]
    return {
      reader: target.entity,
      targets: [target],
      attempts: selected(isCalm ? drawCalm(others, domains, world) : attempts),
      again: selected(isCalm ? drawCalm(others, domains, world) : again),
      between: refers === undefined ? undefined : drawBetween(others),
      pageSize: size === "few" ? random.int(1, 5) : size === "padded" ? 1 : 700,
      raw: ({ records, says = [] }) =>
        records.map((record, at) => {
          const own = says[at]
          return {
            ...(own === undefined ? rawOf(record) : sentRecord(rawOf(record), Object.keys(keys), own)),
            ...extra
          }
        })
    }
  })
  return {
    seed,
    entities: sides.map(({ target }) => target.entity),
    ddl: [...(owned || refers !== undefined ? [ownedTable(table, domains, key, scoped)] : []), ...(refers?.ddl ?? [])],
    referred: refers === undefined ? undefined : { table, domains, key },
    runs
  }
}

/** Makes one case in sixty large. */
const sizeOf = (seed: number): Size => (seed % 60 === 0 ? "padded" : seed % 150 === 7 ? "many" : "few")

export const caseOf = (seed: number): Effect.Effect<Case> =>
  Effect.map(Effect.all([draw(seed), draw(-seed), draw(seed * 31 + 7)]), ([random, others, selects]) => {
    const size = sizeOf(seed)
    return size === "few" && random.chance(0.25)
      ? drawFamily(random, others, seed)
      : drawPlain(random, others, selects, seed, size)
  })
