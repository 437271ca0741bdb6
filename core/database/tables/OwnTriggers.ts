/** The triggers that the daemon itself puts on an entity's table. */
import type { Entity } from "../../config/Entity.ts"
import { historyTriggers } from "./HistoryTable.ts"
import { versionTriggers } from "./VersionsTable.ts"

export const ownTriggers = (entity: Entity): ReadonlyArray<string> => [
  ...historyTriggers(entity),
  ...versionTriggers(entity)
]
