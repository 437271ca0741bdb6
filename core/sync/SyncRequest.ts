/**
 * What a person asks a sync for, as the command line and the API take it, and which of it goes together: all of the
 * selected entities, from a value of their cursors on, some records by their keys, or those of a period.
 */
import { Effect, Option, Schema } from "effect"
import type { Period } from "../config/PeriodEntity.ts"
import { BoundFromText } from "../config/schema/WindowsYaml.ts"
import type { Generation } from "../plugin/Registry.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"
import type { ReadingOptions } from "./GroupRuns.ts"
import { selectFrom, selectKeyed, selectWindowed } from "./SelectEntities.ts"

/** Options that do not go together, or say nothing. */
export class WrongRequest extends ReasonError("WrongRequest") {}

export interface SyncRequest extends ReadingOptions {
  readonly selectors?: ReadonlyArray<string> | undefined
  /** Of one entity that has `one`. */
  readonly keys?: ReadonlyArray<string> | undefined
  /** Of entities that have windows: a day, or a moment such as today-3d. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** How the options are written where they were given. */
export interface Spelling {
  readonly option: (name: keyof SyncRequest) => string
  readonly keys: string
  readonly from: string
}

/** In JSON. */
export const jsonSpelling: Spelling = {
  option: (name) => `\`${name}\``,
  keys: '"keys": ["17", "18"]',
  from: '"from": "2026-01-01"'
}

/** Some records of the selected entities; with neither of both all. */
export interface RequestedPart {
  readonly keys: ReadonlyArray<string> | undefined
  readonly period: Period | undefined
}

const wrong = (why: Reason) => new WrongRequest({ reason: why })

/** The part that is asked for. */
export const partOf = Effect.fnUntraced(function* (request: SyncRequest, spelling: Spelling) {
  const { from, full, keys, limit, pastRejected, since, to } = request
  const { option } = spelling
  const [part] = (["keys", "from", "to"] as const).filter((name) => request[name] !== undefined)
  if (since !== undefined && full === true) {
    return yield* wrong(reason("sync.sinceFull", { full: option("full"), since: option("since") }))
  }
  if (part === undefined) return { keys: undefined, period: undefined } satisfies RequestedPart
  if (keys !== undefined && (from !== undefined || to !== undefined)) {
    return yield* wrong(reason("sync.keysPeriod", { keys: option("keys"), from: option("from") }))
  }
  if (full === true || pastRejected === true || limit !== undefined || since !== undefined) {
    return yield* wrong(reason("sync.partAlone", { part: option(part) }))
  }
  if (keys !== undefined) {
    if (keys.length === 0) return yield* wrong(reason("sync.noKeys", { keys: option("keys"), example: spelling.keys }))
    return { keys, period: undefined } satisfies RequestedPart
  }
  if (from === undefined) return yield* wrong(reason("sync.toAlone", { to: option("to"), example: spelling.from }))
  const period = { from: yield* boundIn(option("from"), from), to: yield* boundIn(option("to"), to ?? "now") }
  return { keys: undefined, period } satisfies RequestedPart
})

const decodeBound = Schema.decodeUnknownOption(BoundFromText)

const boundIn = (name: string, text: string) =>
  Option.match(decodeBound(text), {
    onNone: () => wrong(reason("sync.bound", { name, text })),
    onSome: (bound) => Effect.succeed(bound)
  })

/** The entities that the part is read of. */
export const selectFor = (generation: Generation, { selectors = [], ...options }: SyncRequest, part: RequestedPart) => {
  if (part.keys !== undefined) return selectKeyed(generation, selectors)
  return part.period === undefined ? selectFrom(generation, selectors, options) : selectWindowed(generation, selectors)
}
