/**
 * The log lines about requests: each one at debug level; each that is tried again, and each wait that a vendor asks
 * for, as a warning. On the command line the progress shows the same, so there all of it is at debug level.
 */
import { Clock, Duration, Effect, Exit } from "effect"
import { logForDaemon } from "../../observe/RunLog.ts"
import { render } from "../../reason/Reason.ts"
import type { UpstreamError } from "../Source.ts"
import { waitText } from "./Budget.ts"
import type { RequestLabel } from "./Failure.ts"
import { whyOf } from "./RequestTrace.ts"

/** Logs one exchange, whatever its end. */
export const watch = <A extends { readonly status: number }, R>(
  exchanging: Effect.Effect<A, UpstreamError, R>,
  { method, name, url }: RequestLabel
): Effect.Effect<A, UpstreamError, R> =>
  Effect.flatMap(Clock.currentTimeMillis, (at) =>
    Effect.onExit(exchanging, (exit) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const answered = Exit.isSuccess(exit) ? { status: exit.value.status } : { reason: whyOf(exit.cause) }
        return Effect.logDebug(name).pipe(
          Effect.annotateLogs({ method, path: url, ms: Math.round(now - at), ...answered })
        )
      })
    )
  )

/** `attempt` of `attempts` failed, and the next follows after the pause. */
export const logRetry = (error: UpstreamError, attempt: number, attempts: number, pause: Duration.Duration) =>
  logForDaemon("Warn", `${render(error.reason)}; try ${attempt} of ${attempts}, the next in ${waitText(pause)}`).pipe(
    Effect.annotateLogs({ try: attempt, tries: attempts, pause_ms: Math.round(Duration.toMillis(pause)) })
  )

/** The vendor asked to wait. This costs no try. */
export const logPause = (error: UpstreamError, pause: Duration.Duration) =>
  logForDaemon("Warn", `${render(error.reason)}; no requests for ${waitText(pause)}`).pipe(
    Effect.annotateLogs({ pause_ms: Math.round(Duration.toMillis(pause)) })
  )
