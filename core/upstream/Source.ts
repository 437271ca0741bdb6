/**
 * What a read of an outside system is: batches of records, ending with the knowledge whether they were all.
 * Completeness is the value the channel ends with, so nobody can use the records and forget to ask.
 */
import { type Array as Arr, type Channel, Data, type Duration, type Effect } from "effect"
import type { Scalar } from "../config/schema/Scalars.ts"
import { type Reason, render } from "../reason/Reason.ts"

/** One object the vendor sent, as its reader left it: JSON values, or an XML element as an object. */
export type SourceRecord = Readonly<Record<string, unknown>>

export type Completeness =
  /** `pages`: in how many answers the records came; between two of them a record may have moved unseen. */
  | {
      readonly _tag: "Complete"
      readonly pages: number
      /** What is good to know of it, and no doubt. */
      readonly note?: Reason
    }
  /** Something may be missing: rows are loaded, nothing is deleted. */
  | { readonly _tag: "Partial"; readonly reason: Reason }

export const completeIn = (pages: number): Completeness => ({ _tag: "Complete", pages })
/** Whole, and from one answer. */
export const complete: Completeness = completeIn(1)
export const partial = (reason: Reason): Completeness => ({ _tag: "Partial", reason })

/** At most about a thousand records: what one step of a read holds. */
export type Batch = Arr.NonEmptyReadonlyArray<SourceRecord>

export type Source<R = never> = Channel.Channel<Batch, UpstreamError, Completeness, unknown, unknown, unknown, R>

/**
 * - `Unreachable`: no connection, or it broke off. `Timeout`: no answer in time. Both may be tried again.
 * - `Status`: an answer that is an error; `status` says which. `RateLimited`: the vendor asked to wait.
 * - `Unauthorized`: the credentials were refused, also after a fresh login. A refusal that none can help against, as of a
 *   missing licence or right, is `Status` where the vendor says so.
 * - `Format`: an answer that is not what the declaration says (HTML, cut JSON, an error envelope).
 * - `TooLarge`: more bytes than the connector's limit. `CircuitOpen`: not asked at all, the vendor failed too often.
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
export class UpstreamError extends Data.TaggedError("UpstreamError")<{
  readonly kind: UpstreamErrorKind
  readonly reason: Reason
  readonly status?: number | undefined
  /** How long the vendor asked to wait. */
  readonly retryAfter?: Duration.Duration | undefined
  /** The answer broke off after records had been handed on, so only the whole read can be tried again. */
  readonly midway?: boolean | undefined
  readonly cause?: unknown
}> {
  override get message(): string {
    return render(this.reason)
  }
}

/** What a read tells whoever watches, as it happens. */
export type ReadEvent =
  | { readonly _tag: "Request" }
  | { readonly _tag: "Answer"; readonly bytes: number }
  | { readonly _tag: "Waiting"; readonly millis: number; readonly why: "rate" | "concurrency" | "vendor" | "retry" }

export interface ReadOptions {
  /** The value the `incremental` parameter gets, already formatted for the vendor. */
  readonly since?: string
  /** Gets what an answer says at `incremental.from`, if it says anything. */
  readonly onCursor?: (value: string) => void
  /** The values of `{name}` in the path, from a row of the `forEach` table. */
  readonly params?: Readonly<Record<string, Scalar>>
  readonly onEvent?: (event: ReadEvent) => Effect.Effect<void>
  /** Numbers of JSON that a double would change are marked, so that they are not taken for texts (`ExactNumbers.ts`). */
  readonly marks?: boolean
  /** Takes the first answer as it came, in place of its records; for who does not know yet where they are. */
  readonly peek?: (seen: Peeked) => void
  /** Takes what each answer says beside its records, once they have been handed on. */
  readonly onAside?: (said: Aside) => void
  /** Pages that are counted are asked behind, whatever shows their end: rows are deleted for what the read misses. */
  readonly wary?: boolean
}

export interface Aside {
  /** What stands around the records, in JSON and XML. */
  readonly answer: unknown
  /** The address that was asked. */
  readonly url: string
  readonly hasLink: boolean
  /** As a header counts them. */
  readonly total: number | undefined
}

export interface Peeked extends Omit<Aside, "answer"> {
  /** The body, in JSON with numbers that keep their digits. */
  readonly text: string
  /** As the answer names its media type. */
  readonly type: string
}
