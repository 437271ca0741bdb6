/**
 * A read of an outside system: batches of records, and at the end whether they were all. Completeness is the value with
 * which the channel ends, so a caller cannot use the records and forget it.
 */
import type { Array as Arr, Channel, Duration, Effect } from "effect"
import type { Scalar } from "../config/schema/Scalars.ts"
import type { Reason } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"
import type { Credential } from "./exchange/Credential.ts"

/** One object the vendor sent, as its reader left it: JSON values, or an XML element as an object. */
export type SourceRecord = Readonly<Record<string, unknown>>

export type Completeness =
  /** `pages`: how many answers the records came in; between two of them a record may have moved unseen. */
  | {
      readonly _tag: "Complete"
      readonly pages: number
      /** Useful information about the read, not a doubt. */
      readonly note?: Reason
      /** What an operator should know, although the read itself is whole. */
      readonly warning?: Reason
    }
  /** Something may be missing: rows are loaded, nothing is deleted. */
  | { readonly _tag: "Partial"; readonly reason: Reason }

export const completeIn = (pages: number): Completeness => ({ _tag: "Complete", pages })
/** Complete, in one answer. */
export const complete: Completeness = completeIn(1)
export const partial = (reason: Reason): Completeness => ({ _tag: "Partial", reason })

/** At most about a thousand records: what one step of a read holds. */
export type Batch = Arr.NonEmptyReadonlyArray<SourceRecord>

export type Source<R = never> = Channel.Channel<Batch, UpstreamError, Completeness, unknown, unknown, unknown, R>

/**
 * - `Unreachable`: no connection, or it broke off. `Timeout`: no answer in time. Both may be retried.
 * - `Status`: an answer that is an error; `status` says which. `RateLimited`: the vendor asked to wait.
 * - `Unauthorized`: the credentials were refused, also after a fresh login. A refusal that no login can cure, such as a
 *   missing licence or permission, is `Status` where the vendor says so.
 * - `Format`: an answer that is not what the declaration says (HTML, incomplete JSON, an error envelope).
 * - `TooLarge`: more bytes than the connector's limit. `CircuitOpen`: nothing was sent, the vendor failed too often.
 * - `Declaration`: the request cannot be built from the declaration.
 */
export type UpstreamErrorKind =
  | "Unreachable"
  | "Timeout"
  | "Status"
  | "RateLimited"
  | "Unauthorized"
  | "Format"
  | "TooLarge"
  | "CircuitOpen"
  | "Declaration"

/** A failed exchange with a vendor. `reason` names the request and what to do; it never holds a secret. */
export class UpstreamError extends ReasonError("UpstreamError")<{
  readonly kind: UpstreamErrorKind
  readonly status?: number | undefined
  /** How long the vendor asked to wait. */
  readonly retryAfter?: Duration.Duration | undefined
  /** The answer broke off after records had been handed on, so only the whole read can be retried. */
  readonly partialBody?: boolean | undefined
  readonly cause?: unknown
}> {}

/** The progress of a read, reported as it happens. */
export type ReadEvent =
  | { readonly _tag: "Request" }
  | { readonly _tag: "Answer"; readonly bytes: number }
  | { readonly _tag: "Waiting"; readonly millis: number; readonly why: "rate" | "concurrency" | "vendor" | "retry" }

export interface ReadOptions {
  /** The credential of the account whose records are read; absent for a connector without accounts. */
  readonly credential?: Effect.Effect<Credential, UpstreamError>
  /** The value for the `incremental` parameter, already formatted for the vendor. */
  readonly since?: string
  /** Receives the value at `incremental.from` of an answer, if there is one. */
  readonly onCursor?: (value: string) => void
  /** Called before the records of each window of time. */
  readonly onWindow?: () => void
  /** The values of `{name}` in the path, from a row of the `forEach` table. */
  readonly params?: Readonly<Record<string, Scalar>>
  readonly onEvent?: (event: ReadEvent) => Effect.Effect<void>
  /** JSON numbers that a double would change are marked, so that they are not mistaken for text (`ExactNumbers.ts`). */
  readonly marks?: boolean
  /** Receives the raw first answer instead of its records; for callers that do not know yet where the records are. */
  readonly peek?: (seen: RawResponse) => void
  /** Receives what each answer says beside its records, once they have been handed on. */
  readonly onResponse?: (info: ResponseInfo) => void
  /** Stands between each page and what receives its records; the next page is requested when it has ended. */
  readonly eachPage?: EachPage
  /**
   * Requests one more page after the end of counted pages, whatever shows the end: rows are deleted for what the read
   * misses.
   */
  readonly wary?: boolean
}

/** `D` is what is known at the end of a page. */
export type EachPage = <D>(page: Channel.Channel<Batch, UpstreamError, D>) => Channel.Channel<Batch, UpstreamError, D>

export interface ResponseInfo {
  /** The document around the records, in JSON and XML. */
  readonly answer: unknown
  /** The requested address. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly hasLink: boolean
  /** The total that a header reports. */
  readonly total: number | undefined
}

export interface RawResponse extends Omit<ResponseInfo, "answer"> {
  /** The body; in JSON, numbers keep their digits. */
  readonly text: string
  /** The media type that the answer names. */
  readonly type: string
}
