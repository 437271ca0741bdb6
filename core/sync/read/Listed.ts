/**
 * The rows that a whole list leaves out although they lie between its first and its last record: records that the source
 * has joined with others, say. They are asked for one by one once the run has ended, since only an answer about a record
 * says that it is gone.
 */
import { Channel, Effect } from "effect"
import type { Entity } from "../../config/Entity.ts"
import { ownKey } from "../../config/KeyedEntity.ts"
import { type ListedRecords, missingKeys } from "../../database/load/MissingKeys.ts"
import type { PageWatch } from "./Leads.ts"
import { textOfColumn } from "./ReadKeys.ts"

/** What a read of the entity has listed. */
export interface Listed extends PageWatch {
  /** The keys to ask for; none if the list was not whole. */
  readonly missing: Effect.Effect<ReadonlyArray<string>, Missing["error"], Missing["services"]>
}

type Asking = ReturnType<typeof missingKeys>
interface Missing {
  readonly error: Effect.Error<Asking>
  readonly services: Effect.Services<Asking>
}

/** Undefined for an entity of which nothing is looked for. */
export const listed = (reader: Entity): Listed | undefined => {
  const { missing: by } = reader.one ?? {}
  if (by === undefined || reader.single === true) return undefined
  const [keyOf, placeOf] = [textOfColumn(reader, ownKey(reader)), textOfColumn(reader, by)]
  const records: ListedRecords = { keys: [], places: [] }
  let isWhole = false
  return {
    eachPage: Channel.mapEffect((batch) =>
      Effect.sync(() => {
        for (const record of batch) {
          const key = keyOf(record)
          if (key === null) continue
          records.keys.push(key)
          records.places.push(placeOf(record))
        }
        return batch
      })
    ),
    noted: (end) => {
      isWhole = end._tag !== "Partial"
      return end
    },
    missing: Effect.suspend(() =>
      Effect.map(isWhole ? missingKeys(reader, by, records) : Effect.succeed([]), (keys) => {
        // If the source had none of them, it might be the path that it does not know: one of the list proves that it does.
        const known = records.keys.at(-1)
        return keys.length > reader.guard.floor && known !== undefined ? [...keys, known] : keys
      })
    )
  }
}
