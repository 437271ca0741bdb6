/**
 * A read whose records only say which records of another entity have changed. A page is read to its end, what it leads
 * to is loaded, and only then are its own records handed on: whatever is loaded of them, and wherever their cursor
 * moves, the others are there already. A record that cannot be loaded fails the read.
 */
import { Channel, DateTime, Effect } from "effect"
import type { Entity } from "../../config/Entity.ts"
import { loadedName } from "../../config/RecordPlaces.ts"
import { targetName } from "../../config/RunTarget.ts"
import { combineReasons, type Reason, render } from "../../reason/Reason.ts"
import type { Batch, Completeness, EachPage, UpstreamError } from "../../upstream/Source.ts"
import type { Pause } from "../RunDeadline.ts"
import { textOfColumn } from "./ReadKeys.ts"

/** Sees the pages of a read as they pass. */
export interface PageWatch {
  readonly eachPage: EachPage
  /** Adds what it has seen to the end of the read. */
  readonly noted: (end: Completeness) => Completeness
}

export interface Leading extends PageWatch {
  /** The name of the entity, and a load of all of it. */
  readonly to: string
  /** What is loaded from now on is behind the beginning of the list. */
  readonly begun: Effect.Effect<void>
  readonly loadAll: (pause: Pause) => Effect.Effect<void, UpstreamError>
}

export interface LeadingOptions {
  /** Loads the records with these keys; returns the warnings of that. */
  readonly load: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Reason>, UpstreamError>
  readonly loadAll: (pause: Pause) => Effect.Effect<ReadonlyArray<Reason>, UpstreamError>
  readonly note: (count: number) => Reason
  readonly warning: (whys: ReadonlyArray<Reason>) => Reason
}

const maxWarnings = 3

/** Undefined for an entity that leads to nothing. `optionsOf` gets the entity that it leads to, of the same account. */
export const leading = (
  { entities }: { readonly entities: ReadonlyArray<Entity> },
  reader: Entity,
  optionsOf: (target: Entity) => LeadingOptions
): Leading | undefined => {
  const { account, connector, leads } = reader
  const target = entities.find(
    (one) => one.connector === connector && one.name === leads?.to && one.account?.id === account?.id
  )
  if (leads === undefined || target === undefined) return undefined
  const { load, loadAll, note, warning } = optionsOf(target)
  const keyOf = textOfColumn(reader, leads.by)
  let count = 0
  /** The first of each page, by their texts. */
  const warnings = new Map<string, Reason>()
  const warn = ([first]: ReadonlyArray<Reason>) => {
    if (first !== undefined && warnings.size < maxWarnings) warnings.set(render(first), first)
  }
  const follow = Effect.fnUntraced(function* (batches: ReadonlyArray<Batch>) {
    const keys = new Set(batches.flatMap((batch) => batch.flatMap((record) => keyOf(record) ?? [])))
    if (keys.size === 0) return
    warn(yield* load([...keys]))
    count += keys.size
  })
  return {
    to: targetName(target),
    begun: Effect.void,
    loadAll: (pause) => Effect.map(loadAll(pause), warn),
    eachPage: (page) =>
      Channel.unwrap(
        Effect.gen(function* () {
          const batches: Array<Batch> = []
          const done = yield* Channel.runForEach(page, (batch) => Effect.sync(() => void batches.push(batch)))
          yield* follow(batches)
          if (leads.at !== undefined) noteTime(batches, DateTime.formatIso(yield* DateTime.now))
          return Channel.fromArray(batches).pipe(Channel.mapDone(() => done))
        })
      ),
    noted: (end) => {
      if (end._tag === "Partial" || (count === 0 && warnings.size === 0)) return end
      const notes = [...(end.note === undefined ? [] : [end.note]), ...(count === 0 ? [] : [note(count)])]
      return {
        ...end,
        ...(notes.length === 0 ? {} : { note: combineReasons(notes) }),
        ...(warnings.size === 0 ? {} : { warning: warning([...warnings.values()]) })
      }
    }
  }
}

/** A column reads it, and nothing that goes through the fields of a record sees it: `raw` stays what the source sent. */
const noteTime = (batches: ReadonlyArray<Batch>, value: string): void => {
  for (const record of batches.flat()) Object.defineProperty(record, loadedName, { value })
}
