/**
 * PostgreSQL's words about a failure, with detail and hint. Their meaning comes first if an operator, and not a
 * declaration, has to act.
 */
import { Predicate } from "effect"
import type { SqlError } from "effect/sql"
import { redact } from "../observe/Secrets.ts"
import { type Reason, reason } from "../reason/Reason.ts"

type Failed = Pick<SqlError.SqlError, "message"> & { readonly reason: { readonly cause?: unknown } }

/** The SQLSTATE of the error; empty if it does not come from PostgreSQL. */
export const codeOf = ({ reason: { cause } }: Pick<Failed, "reason">): string =>
  Predicate.hasProperty(cause, "code") ? String(cause.code) : ""

/** The driver's message only says that a query failed. The detail says who or what is in the way. */
const wordsOf = ({ message, reason: { cause } }: Failed): string => {
  if (!(cause instanceof Error)) return message
  const more = (["detail", "hint"] as const).flatMap((name) =>
    Predicate.hasProperty(cause, name) && typeof cause[name] === "string" ? [cause[name]] : []
  )
  return [cause.message, ...more].join("; ")
}

/** Our own message, raised if a load would end too late. */
const deadline = "limits.deadline"

/** Undefined if PostgreSQL's words are enough. */
export const meaningOf = (error: Failed): Reason | undefined => {
  const code = codeOf(error)
  if (code.startsWith("28")) return reason("database.login")
  if (code.startsWith("XX")) return reason("database.fault")
  switch (code) {
    case "42501":
      return reason("database.right")
    case "25006":
      return reason("database.readOnly")
    case "53100":
      return reason("database.disk")
    case "53200":
      return reason("database.memory")
    case "53300":
      return reason("database.connections")
    case "40P01":
      return reason("database.deadlock")
    case "40001":
      return reason("database.conflict")
    case "57014":
      return wordsOf(error).includes(deadline) ? undefined : reason("database.ended")
    case "3D000":
    case "57P04":
      return reason("database.gone")
    default:
      return undefined
  }
}

/** PostgreSQL's words quote values, so known secrets are cut out. */
export const sqlReason = (error: Failed): Reason => {
  const [what, text] = [meaningOf(error), redact(wordsOf(error))]
  return what === undefined ? reason("run.database", { text }) : reason("database.told", { what, text })
}
