/** Random vendors that list in pages, and the end that their read must have, written again from the design. */
import { Effect } from "effect"
import type { Entity, Mode } from "../../core/config/Entity.ts"
import type { Page } from "../../core/config/RequestTemplate.ts"
import { type Draw, draw } from "../../core/plugin/SandboxDraw.ts"
import { column, entity } from "../support/source.ts"
import { sent } from "./Attempts.ts"
import { keyDomains, type Picked, pickRow, transformed } from "./Domains.ts"
import { type Domains, drawDomains, drawGuard, evolve, keyPart } from "./Draws.ts"
import type { Attempt, Declared, ModelRecord } from "./Model.ts"
import { type Mood, type ReadLog, type Style, type Trouble, Vendor } from "./Vendor.ts"

export interface PagedCase {
  readonly seed: number
  readonly entity: Entity
  readonly declared: Declared
  /** The vendor of each run, and the keys that it had all the time. */
  readonly runs: ReadonlyArray<Vendor>
}

type Counted = Extract<Page, { readonly type: "page" | "offset" }>

const drawStyle = (random: Draw): Style => {
  const cap = random.int(1, 4)
  const size = random.chance(0.5) ? cap : cap + random.int(1, 400)
  const maxPages = random.chance(0.85) ? 100 : 3
  const type = random.pick(["none", "page", "page", "page", "offset", "offset", "cursor", "link"] as const)
  if (type === "none") return { page: { type }, cap: 1_000, proof: "named", behind: "empty" }
  const flagged = random.chance(0.3) ? { hasMore: ["rest"] } : {}
  if (type === "cursor") {
    return {
      page: { type, param: "cursor", next: ["after"], maxPages, ...flagged },
      cap,
      proof: "hasMore" in flagged ? "flag" : "named",
      behind: "empty"
    }
  }
  if (type === "link") {
    const next = random.pick([undefined, ["next"], ["links", "next"]] as const)
    const page = { type, maxPages, ...(next === undefined ? {} : { next }) }
    return { page, cap, proof: "named", behind: "empty" }
  }
  const proof = random.pick([
    "behind",
    "behind",
    "behind",
    "total",
    "totalOnce",
    "header",
    "pages",
    "flag",
    "link",
    "short"
  ] as const)
  const behind =
    proof === "behind"
      ? random.pick(["empty", "204", "null", "bare", "404", "416", "422", "again"] as const)
      : random.pick(["empty", "204", "404"] as const)
  const says = {
    ...(proof === "total" || proof === "totalOnce" ? { total: ["all", "n"] } : {}),
    ...(proof === "pages" ? { totalPages: ["all", "p"] } : {}),
    ...(proof === "flag" ? { hasMore: ["rest"] } : {}),
    ...(proof === "short" ? { until: "short" as const } : {}),
    ...(behind === "422" ? { endStatus: [422] } : {})
  }
  const common = { size: proof === "short" ? cap : size, maxPages, ...says }
  const page: Counted =
    type === "page"
      ? { type, param: "page", sizeParam: "size", first: random.int(0, 1), ...common }
      : { type, param: "from", sizeParam: "limit", ...common }
  return { page, cap, proof, behind }
}

/** The troubles of such a vendor that the engine can detect. */
const troubles = ({ behind, page, proof }: Style, refuses: boolean): ReadonlyArray<Trouble> => {
  // If the declaration says how the vendor refuses, no other error is looked for.
  const always: ReadonlyArray<Trouble> = ["206", "bytes", refuses ? "refusal" : "error beside", "down", "html", "cut"]
  const counted = page.type === "page" || page.type === "offset"
  const open = counted && proof === "behind"
  return [
    ...always,
    ...(page.total === undefined ? (["total too high", "hinted total"] as const) : []),
    ...(page.hasMore === undefined && (behind === "empty" || !counted) && proof !== "short"
      ? (["hinted more"] as const)
      : []),
    ...(page.type === "none" ? (["hinted next"] as const) : []),
    ...(open && behind !== "again" ? (["circle", "ignores paging", "flicker", "outage", "stops"] as const) : []),
    ...(proof === "total" ? (["total falls"] as const) : []),
    ...(counted && proof === "flag" && behind === "empty" ? (["flag stuck"] as const) : []),
    ...(page.type === "cursor" && proof !== "flag" ? (["loop"] as const) : []),
    ...(page.type === "link" ? (["loop", "foreign"] as const) : [])
  ]
}

/** Returns the end that a read of that vendor must have, by its state when the read ends. */
export const endOf = (vendor: Vendor): Attempt["end"] => {
  const { count, style } = vendor
  const { trouble } = vendor.mood
  const spoilt = trouble === undefined ? "complete" : endWith(trouble, count)
  if (spoilt !== "complete") return spoilt
  const { behind, page, proof } = style
  if (page.type === "none" || count === 0) return "complete"
  const sizes = Array.from({ length: count }, (_, at) => Math.min(style.cap, vendor.list.length - at * style.cap))
  const lastIsShort = (sizes.at(-1) ?? 0) < style.cap
  // A repeated last page proves the end only if it was shorter than others and is not the first.
  if (behind === "again" && (count === 1 || !lastIsShort)) return "partial"
  const asks = proof === "behind" || (proof === "short" && !lastIsShort) ? count + 1 : count
  return (behind === "again" ? asks + 1 : asks) > page.maxPages ? "partial" : "complete"
}

const endWith = (trouble: Trouble, count: number): Attempt["end"] => {
  switch (trouble) {
    case "down":
    case "html":
    case "cut":
    case "refusal":
      return "fatal"
    case "outage":
    case "stops":
      return count > 0 ? "fatal" : "complete"
    case "circle":
    case "total falls":
      return count >= 2 ? "partial" : "complete"
    case "ignores paging":
      return count >= 1 ? "partial" : "complete"
    case "loop":
      return count >= 3 ? "partial" : "complete"
    case "foreign":
      return count >= 2 ? "partial" : "complete"
    case "flicker":
      return "complete"
    default:
      return "partial"
  }
}

const drawMood = (random: Draw, style: Style, refuses: boolean, domains: Domains, world: Map<string, Picked>): Mood => {
  const trouble = random.chance(0.4) ? pickOf(random, troubles(style, refuses)) : undefined
  const counted = style.page.type === "page" || style.page.type === "offset"
  const honest = trouble === undefined && counted && style.proof === "behind" && style.behind !== "again"
  const unlimited = style.page.type !== "none" && style.page.maxPages > 3
  const slides = honest && unlimited && world.size > style.cap && random.chance(0.5)
  const ties = honest && !slides && style.cap > 2 && random.chance(0.6) ? { ties: random.int(1, 1_000) } : {}
  const ghostly =
    honest && !slides && !("ties" in ties) && style.page.type === "page" && style.cap > 1 && random.chance(0.6)
  const ghosts = new Set<number>()
  if (ghostly) {
    // Never a whole page of them, which would be an end.
    for (let from = 0; from < world.size * 2; from += style.cap) {
      for (let at = random.int(1, style.cap - 1); at > 0; at--) if (random.chance(0.5)) ghosts.add(from + at)
    }
  }
  const fails = new Map<number, "503" | "429" | "broken">()
  for (let left = random.chance(0.3) ? random.int(1, 2) : 0; left > 0; left--) {
    fails.set(random.int(1, 5), random.pick(["503", "503", "broken", "broken", "429"] as const))
  }
  const does = style.cap > 1 && random.chance(0.4) ? newcomer(random, domains, world) : "leaves"
  return {
    fails,
    ghosts,
    ...ties,
    ...(trouble === undefined ? {} : { trouble }),
    ...(slides ? { slide: { at: random.int(1, Math.ceil(world.size / style.cap) - 1), does } } : {})
  }
}

const pickOf = <A>(random: Draw, items: ReadonlyArray<A>): A | undefined => items[random.int(0, items.length - 1)]

const calm = { badness: 0, keyBadness: 0, left: new Set<string>() }

const newcomer = (random: Draw, domains: Domains, world: Map<string, Picked>): ModelRecord | "leaves" => {
  const row = pickRow(random, domains)
  const id = JSON.stringify(keyPart(row))
  if (world.has(id)) return "leaves"
  return sent(random, domains, row, calm)
}

export const pagedCaseOf = (seed: number): Effect.Effect<PagedCase> =>
  Effect.map(draw(seed), (random) => {
    const { bigint, text, uuid } = keyDomains
    const many = { ...bigint, values: Array.from({ length: 14 }, (_, at) => [String(at), at, String(at)] as const) }
    const keys = random.pick<Domains>([
      { id: many },
      { id: many },
      { id: text },
      { id: uuid },
      { id: text, part: bigint }
    ])
    const domains = drawDomains(random, keys, false, transformed)
    const style = drawStyle(random)
    const refuses = random.chance(0.4)
    const declared: Declared = {
      entity: `list_${seed}`,
      mode: random.pick<Mode>(["mirror", "mirror", "mirror", "upsert", "replace"]),
      guard: drawGuard(random),
      key: Object.keys(keys),
      required: ["quantity"],
      optional: Object.keys(domains).filter(() => random.chance(0.7)),
      scope: null,
      scopeInKey: false
    }
    const made = entity(declared.entity, {
      connector: `vendor_${seed}`,
      table: { schema: "public", name: `case_${seed}` },
      records: "/items",
      page: style.page,
      mode: declared.mode,
      guard: declared.guard,
      key: [declared.key[0] ?? "", ...declared.key.slice(1)],
      columns: Object.entries(domains).map(([title, { transform, type }]) =>
        column(title, type, {
          required: title === "quantity",
          optional: declared.optional.includes(title),
          ...(transform === undefined ? {} : { transform })
        })
      )
    })
    const fail = { pointer: ["well"], equals: false }
    const world = new Map<string, Picked>()
    const runs = Array.from({ length: random.int(2, 4) }, () => {
      evolve(random, domains, world)
      if (random.chance(0.05)) world.clear()
      for (let more = random.int(0, 4); more > 0; more--) {
        const row = pickRow(random, domains)
        world.set(JSON.stringify(keyPart(row)), row)
      }
      const list = [...world.values()].map((row) => sent(random, domains, row, calm))
      const mood = drawMood(random, style, refuses, domains, world)
      return new Vendor(style, mood, list)
    })
    return { seed, declared, entity: refuses ? { ...made, fail } : made, runs }
  })

/** The records of a read as they came, and the end that it must have. */
export const attemptOf = ({ page, proof }: Style, log: ReadLog = [], end: Attempt["end"]): Attempt => {
  const records = log.flat()
  const counts = (page.type === "page" || page.type === "offset") && proof !== "flag"
  // The page after a full first one was empty when it was requested, and may not have been before.
  const pages = log.length === 1 && counts && records.length >= page.size ? 2 : log.length
  return { records, end, pages, read: records.length }
}
