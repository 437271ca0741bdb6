/** Resolves the selectors of a command against the declarations. */
import { Effect } from "effect"
import { Argument } from "effect/cli"
import { entityId } from "../../config/Entity.ts"
import type { QualifiedName } from "../../config/RunTarget.ts"
import { auditedNames } from "../../database/audit/Audit.ts"
import { Registry } from "../../plugin/Registry.ts"
import {
  type CursorOptions,
  isIncremental,
  select,
  selectFrom,
  type UnknownSelector
} from "../../sync/SelectEntities.ts"
import * as SyncRequest from "../../sync/SyncRequest.ts"
import { plural } from "../render/terminal/Format.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import { stop } from "./Root.ts"

export const selectors = Argument.String("selector").pipe(
  Argument.withDescription("iiko.product, iiko.*, *, !iiko.employee to exclude; none means all"),
  Argument.variadic()
)

/** A selector that selects nothing is wrong usage. */
export const selectEntities = Effect.fnUntraced(function* (given: ReadonlyArray<string>) {
  return yield* orStop(selectFrom(yield* Registry.now, given))
})

/** For options about cursors: if a pattern also names other entities, a message says that those are read as always. */
export const selectWithOptions = Effect.fnUntraced(function* (given: ReadonlyArray<string>, options: CursorOptions) {
  const generation = yield* Registry.now
  const { entities } = generation
  const chosen = yield* orStop(selectFrom(generation, given, options))
  const idle = chosen.filter((entity) => !isIncremental(entity, entities)).length
  if (idle > 0 && (options.full === true || options.pastRejected === true)) {
    const { err } = yield* Terminal
    const some = plural(idle, "entity is", "entities are")
    yield* err.write(`${some} not incremental: read as a whole in any case\n`)
  }
  return chosen
})

/** Selects what a part is read of, or everything with options about cursors. */
export const selectRequested = Effect.fnUntraced(function* (
  request: SyncRequest.SyncRequest,
  part: SyncRequest.RequestedPart
) {
  const isPart = part.keys !== undefined || part.period !== undefined
  if (!isPart) return yield* selectWithOptions(request.selectors ?? [], request)
  return yield* orStop(SyncRequest.selectFor(yield* Registry.now, request, part))
})

/**
 * Selects from everything whose runs are audited, entities and exports, declared or not any more. Returns the ids of the
 * declared ones, too.
 */
export const selectRuns = Effect.fnUntraced(function* (given: ReadonlyArray<string>) {
  const { declarations, entities } = yield* Registry.now
  const declared: ReadonlyArray<QualifiedName> = [...entities, ...declarations.flatMap(({ exports = [] }) => exports)]
  const ids = new Set(declared.map(entityId))
  const others = (yield* auditedNames()).filter((one) => !ids.has(entityId(one)))
  return { selected: yield* orStop(select([...declared, ...others], given)), ids }
})

const orStop = <A>(selecting: Effect.Effect<A, UnknownSelector>) =>
  Effect.catchTag(selecting, "UnknownSelector", ({ message }) => stop(2, message))
