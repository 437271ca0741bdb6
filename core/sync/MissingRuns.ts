/**
 * The runs that ask for what a list leaves out (`Listed.ts`). They follow the run that has read the list, whose lock they
 * need, and are audited as runs of their own.
 */
import { Effect } from "effect"
import type { Entity } from "../config/Entity.ts"
import { targetId, targetIdOf, targetName, targetOf } from "../config/RunTarget.ts"
import type { Generation } from "../plugin/Registry.ts"
import { keyedPart, loaded, type RunServices } from "./KeyedRuns.ts"
import type { RunResult } from "./RunResult.ts"
import { type Listed, listed } from "./read/Listed.ts"
import type { SyncPart } from "./SyncParts.ts"

export const makeLists = () => {
  const lists = new Map<Entity, Listed>()
  return {
    lists,
    /** Undefined for an entity of which nothing is looked for. */
    of: (reader: Entity): Listed | undefined => {
      const list = listed(reader)
      if (list !== undefined) lists.set(reader, list)
      return list
    }
  }
}

export type Lists = ReturnType<typeof makeLists>

/** `run`: runs a part for the entity whose list it belongs to. */
export const askMissing = Effect.fn("MissingRuns.askMissing")(function* (
  { lists }: Lists,
  results: ReadonlyArray<RunResult>,
  registry: Generation,
  run: (part: SyncPart, from: Entity) => Effect.Effect<ReadonlyArray<RunResult>, never, RunServices>
) {
  for (const [reader, { missing }] of lists) {
    const result = results.find((one) => targetIdOf(one) === targetId(targetOf(reader)))
    if (result?.status !== "ok" && result?.status !== "warning") continue
    // What fails here is asked for by the next list; the audit has the run.
    yield* missing.pipe(
      Effect.flatMap((keys) => {
        const { declared = reader } = reader
        return keys.length === 0
          ? Effect.void
          : loaded(declared, keyedPart(registry, declared, keys), (part) => run(part, declared))
      }),
      Effect.catch((error) => Effect.logWarning(`what the list of ${targetName(reader)} leaves out: ${error.message}`))
    )
  }
})
