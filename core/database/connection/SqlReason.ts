/**
 * PostgreSQL's words about a failure, with detail and hint. Their meaning comes first if an operator, and not a
 * declaration, has to act.
 */
import { Predicate } from "effect"
import type { SqlError } from "effect/sql"
import { redact } from "../../observe/Secrets.ts"
import { type Code, type Reason, reason } from "../../reason/Reason.ts"

type SqlFailure = Pick<SqlError.SqlError, "message"> & { readonly reason: { readonly cause?: unknown } }

/** The SQLSTATE of the error; empty if it does not come from PostgreSQL. */
export const codeOf = ({ reason: { cause } }: Pick<SqlFailure, "reason">): string =>
  Predicate.hasProperty(cause, "code") ? String(cause.code) : ""

/** The driver's message only says that a query failed. The detail says who or what is in the way. */
export const messageOf = ({ message, reason: { cause } }: SqlFailure): string => {
  if (!(cause instanceof Error)) return message
  // A host with several addresses fails once for each of them.
  const [first]: ReadonlyArray<unknown> = cause instanceof AggregateError ? cause.errors : []
  const more = (["detail", "hint"] as const).flatMap((name) =>
    Predicate.hasProperty(cause, name) && typeof cause[name] === "string" ? [cause[name]] : []
  )
  return [cause.message === "" && first instanceof Error ? first.message : cause.message, ...more].join("; ")
}

/**
 * Shut down by an administrator, crashed, starting up, session idle too long, no connection left: the driver has no
 * class for these.
 */
const passing = new Set(["57P01", "57P02", "57P03", "57P05", "53300"])

/** The server rejects the protocol or the connection: a retry would get the same answer. */
const final = new Set(["08P01", "08004"])

/** Whether the database is expected to come back. */
export const isAway = (error: Pick<SqlFailure, "reason">): boolean => {
  const code = codeOf(error)
  return !final.has(code) && (tagOf(error) === "ConnectionError" || passing.has(code))
}

const tagOf = ({ reason }: Pick<SqlFailure, "reason">): string =>
  Predicate.hasProperty(reason, "_tag") ? String(reason._tag) : ""

/** Our own message, raised if a load would end too late. */
const deadline = "limits.deadline"

const meanings: Readonly<Record<string, Code>> = {
  "42501": "database.right",
  "25006": "database.readOnly",
  "53100": "database.disk",
  "53200": "database.memory",
  "53300": "database.connections",
  "53400": "database.configured",
  "0A000": "database.unsupported",
  "40P01": "database.deadlock",
  "40001": "database.conflict",
  "57014": "database.ended",
  "57P01": "database.stopped",
  "57P02": "database.stopped",
  "57P03": "database.starting",
  "57P05": "database.stopped",
  "3D000": "database.gone",
  "57P04": "database.gone",
  "08P01": "database.refused",
  "08004": "database.refused"
}

const classes: Readonly<Record<string, Code>> = {
  "08": "database.lost",
  "28": "database.login",
  "54": "database.limit",
  XX: "database.fault"
}

/** Error codes of the operating system, before PostgreSQL is reached. */
const network: Readonly<Record<string, Code>> = {
  ECONNREFUSED: "database.closed",
  ENOENT: "database.closed",
  ENOTFOUND: "database.unknownHost",
  EAI_AGAIN: "database.unknownHost",
  ETIMEDOUT: "database.silent",
  EHOSTUNREACH: "database.silent",
  ENETUNREACH: "database.silent"
}

const codeOfMeaning = (error: SqlFailure): Code | undefined => {
  const code = codeOf(error)
  if (tagOf(error) === "ConnectionError") return network[code] ?? meanings[code] ?? "database.lost"
  if (code === "57014" && messageOf(error).includes(deadline)) return undefined
  return meanings[code] ?? classes[code.slice(0, 2)]
}

/** Undefined if PostgreSQL's words are enough. */
export const meaningOf = (error: SqlFailure): Reason | undefined => {
  const code = codeOfMeaning(error)
  return code === undefined ? undefined : { code, params: {} }
}

/** Whether the code is an SQLSTATE and not one of the operating system. */
const isItsOwn = (error: SqlFailure): boolean => /^(?=.*\d)[0-9A-Z]{5}$/.test(codeOf(error))

/** PostgreSQL's words quote values, so known secrets are cut out. */
export const sqlReason = (error: SqlFailure): Reason => {
  const [what, text] = [meaningOf(error), redact(messageOf(error))]
  if (what === undefined) return reason("run.database", { text })
  return isItsOwn(error) ? reason("database.told", { what, text }) : reason("database.unreached", { what, text })
}
