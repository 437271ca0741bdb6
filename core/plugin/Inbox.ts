/**
 * The contract of an inbox: webhooks that are stored before they are answered, and worked off later, at least once and in
 * the order of their key. Admitting a request contacts nobody; working it off may take its time and be tried again.
 */
import { type DateTime, Duration, type Effect } from "effect"
import { ReasonError } from "../reason/ReasonError.ts"
import type { ActionReport, Json } from "./Action.ts"

/** A request to `/hooks/{type}/{name}/{source}`, not authenticated yet. */
export interface InboxRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly query: URLSearchParams
  /** The body as it was sent, of which signatures are made; `WebhookBody.parse` reads it. */
  readonly bytes: Uint8Array
}

export type Admission =
  /** The request has no proof of its sender, or a wrong one. */
  { readonly _tag: "Refused" } | { readonly _tag: "Unreadable" } | Accepted

export interface Accepted {
  readonly _tag: "Accepted"
  /** Deliveries with the same key are worked off one after the other, as they came. */
  readonly key: string
  /** The sender's id of the delivery: the same id is the same delivery. Absent: the same key and body within `repeats`. */
  readonly id?: string
  /** What is stored, without secrets: tokens and signatures have done their work. */
  readonly body: Json
}

/** A stored delivery that is worked off. */
export interface Delivery {
  readonly id: number
  readonly key: string
  readonly body: Json
  readonly receivedAt: DateTime.Utc
  /** Which attempt this is, from 1. */
  readonly attempt: number
}

/** The delivery could not be worked off. */
export class InboxFailed extends ReasonError("InboxFailed")<{
  /** Whether another attempt can help; if not, it is a dead letter at once. */
  readonly again: boolean
  /** The next attempt is not made before. */
  readonly retryAfter?: Duration.Duration
}> {}

/** How an action ended that was run for a delivery. */
export interface InboxActionRun extends ActionReport {
  /** As of every run of an action: `failed` if an item failed or nobody knows whether it was applied. */
  readonly status: "ok" | "warning" | "failed"
}

/** What the engine does for a delivery; the audit names the inbox as its trigger. */
export interface InboxContext {
  /** Reads these records of an entity of the connector again; the entity has `one`. Returns how many rows changed. */
  readonly readRecords: (entity: string, keys: ReadonlyArray<string>) => Effect.Effect<number, InboxFailed>
  /** Reads these entities of the connector again, unless that happened since the delivery came. */
  readonly refresh: (entities: ReadonlyArray<string>) => Effect.Effect<void, InboxFailed>
  /** Runs an action of the connector, which sends at most once per key however often a delivery is worked off. */
  readonly runAction: (action: string, input: Json) => Effect.Effect<InboxActionRun, InboxFailed>
}

export interface InboxSource {
  /** What comes here, for people. */
  readonly description: string
  /** Verifies and understands a request without contacting anybody. */
  readonly admit: (request: InboxRequest) => Effect.Effect<Admission>
  /**
   * Does what a delivery asks for and returns what is worth keeping. It may be called again for the same delivery, also after
   * it succeeded: a process can end before the result is stored.
   */
  readonly work: (delivery: Delivery, context: InboxContext) => Effect.Effect<Json, InboxFailed>
  /** The pauses before further attempts; after the last one it is a dead letter. Default `defaultRetries`. */
  readonly retries?: ReadonlyArray<Duration.Duration>
  /** How long the same key and body without an id count as the same delivery. Default an hour. */
  readonly repeats?: Duration.Duration
}

/** By the name of the source. */
export type Inbox = ReadonlyMap<string, InboxSource>

/** About nine hours: the night of a system that is away. */
export const defaultRetries: ReadonlyArray<Duration.Duration> = [
  Duration.seconds(10),
  Duration.minutes(1),
  Duration.minutes(5),
  Duration.minutes(30),
  Duration.hours(2),
  Duration.hours(6)
]

export const defaultRepeats = Duration.hours(1)
