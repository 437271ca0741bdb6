/** The outcome of an attempt to send. Only what was certainly not applied may ever be sent again. */
import { Cause, Exit } from "effect"
import type { ActionRefused, Json } from "../plugin/Action.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { UpstreamError } from "../upstream/Source.ts"
import { cleanReason } from "./LogJson.ts"

export type Outcome =
  | { readonly status: "done"; readonly response: Json }
  /** Certainly not applied. */
  | { readonly status: "failed"; readonly why: Reason }
  /** Perhaps applied. */
  | { readonly status: "unknown"; readonly why: Reason }

export const outcomeOf = (exit: Exit.Exit<Json, UpstreamError | ActionRefused>): Outcome => {
  if (Exit.isSuccess(exit)) return { status: "done", response: exit.value }
  const { cause } = exit
  const failures = cause.reasons.filter(Cause.isFailReason)
  const [first] = failures
  if (first === undefined || failures.length < cause.reasons.length) {
    const why = Cause.hasInterruptsOnly(cause)
      ? reason("action.interruptedSending")
      : reason("action.unexpected", { text: String(Cause.squash(cause)) })
    return { status: "unknown", why: cleanReason(why) }
  }
  const certain = failures.every(({ error }) => notApplied(error))
  return { status: certain ? "failed" : "unknown", why: cleanReason(first.error.reason) }
}

const notApplied = (error: UpstreamError | ActionRefused): boolean => {
  if (!(error instanceof UpstreamError)) return true
  const { kind, status = 0 } = error
  switch (kind) {
    case "Declaration":
    case "CircuitOpen":
    case "Unauthorized":
      return true
    case "RateLimited":
      // Without a status it was never sent; a server error proves nothing, even with a time to wait.
      return status === 0 || isRefusal(status)
    case "Status":
      return isRefusal(status)
    case "Unreachable":
      return neverConnected(error.cause)
    case "Timeout":
    case "Format":
    case "TooLarge":
      return false
  }
}

/** A request that timed out (408) may still have been applied, and so may one that is redirected (303). */
const isRefusal = (status: number): boolean => status >= 400 && status < 500 && status !== 408

/** Failures of name lookup, connection and handshake: not a byte of the request has left. */
const beforeSending =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT.*|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_HAS_EXPIRED|ERR_TLS_CERT_ALTNAME_INVALID)$/

const neverConnected = (cause: unknown): boolean => {
  if (!(cause instanceof Error)) return false
  if ("code" in cause && typeof cause.code === "string" && beforeSending.test(cause.code)) return true
  return neverConnected(cause.cause)
}
