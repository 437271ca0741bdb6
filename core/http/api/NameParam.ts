/** The name that a request looks for. */
import { Schema } from "effect"
import { expectedMessage } from "../../config/schema/Expected.ts"
import { reason } from "../../reason/Reason.ts"

/** No text in PostgreSQL holds NUL, so a name with NUL is not looked up. */
export const Name = Schema.String.check(
  Schema.makeFilter((name: string) => !name.includes("\0"), expectedMessage(reason("value.noNul")))
)
