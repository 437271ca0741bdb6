/** Explains the rows and deletes that PostgreSQL refuses: with its words, and in ours where we have any. */
import { Effect, Schema } from "effect"
import type { SqlError } from "effect/sql"
import { redact } from "../../observe/Secrets.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { codeOf, messageOf } from "../connection/SqlReason.ts"
import type { RefusedRow } from "./RowRefusals.ts"

const text = Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("")))
/** The place where PostgreSQL reports a violation. */
const decodePlace = Schema.decodeUnknownSync(Schema.Struct({ schema: text, table: text, constraint: text }))

/** For nulls and checks the detail is the whole row, which the reject holds anyway. */
const detailIsRow = new Set(["23502", "23514"])

/** The meaning in our words; undefined if PostgreSQL's words are enough. */
const meaningOf = ({ code, rule }: Pick<RefusedRow, "code" | "rule">): Reason | undefined => {
  switch (code) {
    case "22001":
      return reason("reject.tooLong")
    case "22003":
      return reason("reject.tooLarge")
    case "22007":
    case "22008":
      return reason("reject.noTime")
    case "22P02":
      return reason("reject.noValue")
    case "23502":
      return reason("reject.null")
    case "23503":
      return reason("reject.noReference", { rule })
    case "23505":
      return reason("reject.notUnique", { rule })
    case "23514":
      return rule === "" ? undefined : reason("reject.check", { rule })
    default:
      return undefined
  }
}

/** Explains the refusal with PostgreSQL's words, and with a remedy if one is known. */
export const refusalReason = (row: Pick<RefusedRow, "code" | "detail" | "message" | "rule">): Reason => {
  const { code, detail, message } = row
  const text = detail === "" || detailIsRow.has(code) ? message : `${message}; ${detail}`
  const what = meaningOf(row)
  const why = what === undefined ? reason("reject.database", { text }) : reason("reject.refused", { what, text })
  if (code !== "23505") return why
  // PostgreSQL names no key of a table with row security, which may hide the other row.
  return detail === "" ? reason("reject.unseen", { why }) : reason("reject.exchange", { why })
}

/** Why a load is done without its deletes: PostgreSQL refuses some of them. */
export const withheldFor = (error: SqlError.SqlError): Reason => {
  const { cause } = error.reason
  const { constraint, schema, table } = decodePlace(cause)
  // A `restrict` has a code of its own since PostgreSQL 18.
  if (/^23(?:503|001)$/.test(codeOf(error)) && table !== "") {
    return reason("run.referred", { table: `${schema}.${table}`, rule: constraint })
  }
  return reason("run.undeletable", { text: redact(messageOf(error)) })
}
