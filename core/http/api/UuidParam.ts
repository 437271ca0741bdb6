/** The id of an account, a task or a schedule. */
import { Schema } from "effect"

export const Uuid = Schema.String.check(Schema.isUUID())
