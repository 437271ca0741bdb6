/** What a request looks for by its name. */
import { Schema } from "effect"
import { expecting } from "../../config/schema/Expected.ts"
import { reason } from "../../reason/Reason.ts"

/** No text of PostgreSQL holds NUL, and none is asked whether it does. */
export const Name = Schema.String.check(
  Schema.makeFilter((name: string) => !name.includes("\0"), expecting(reason("value.noNul")))
)
