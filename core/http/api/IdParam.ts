/** The id of a row in the daemon's own tables. */
import { Integer } from "../../config/schema/Scalars.ts"

export const Id = Integer(1, Number.MAX_SAFE_INTEGER)
