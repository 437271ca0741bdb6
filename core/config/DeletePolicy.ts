/** Whether the rows of an entity can be deleted, and for what. */
import type { Entity } from "./Entity.ts"

/** Whether rows are deleted that are missing from the source. */
export const deletesMissing = ({ mode }: Pick<Entity, "mode">): boolean => mode === "mirror" || mode === "replace"

/** Whether its records can be tombstones. */
export const hasTombstones = ({ deletedWhen }: Entity): boolean => deletedWhen !== undefined

/** Whether they delete rows; otherwise they mark them. */
export const tombstonesDelete = ({ deletedWhen }: Entity): boolean =>
  deletedWhen !== undefined && deletedWhen.mark === undefined

/** Whether rows can be deleted: those that are missing, or those that the source says are gone. */
export const deletesRows = (entity: Entity): boolean => deletesMissing(entity) || tombstonesDelete(entity)
