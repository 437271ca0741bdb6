/** A portal: its elements by kind, its people, directories and lists, its switches, and what its meters have counted. */
import { DateTime } from "effect"
import type { Draw } from "../../../core/sdk-sandbox.ts"

export type Row = { [field: string]: unknown }

export interface OwnField {
  readonly title: string
  readonly type: "string" | "enumeration"
  readonly items?: ReadonlyArray<{ readonly ID: string; readonly VALUE: string }>
}

/** An outgoing webhook, or what an application has bound. */
export type Handler = {
  readonly id: number
  /** As `ONCRMDEALADD`. */
  readonly event: string
  readonly handler: string
  readonly token: string
  readonly isBound: boolean
}

/** An answer to the next calls of a method, within a batch too. */
export type PlannedRefusal = {
  readonly method: string
  readonly status: number
  readonly error: string
  readonly description: string
  times: number
}

/** What a call has done to an element. */
export interface Change {
  readonly kind: "Add" | "Update" | "Delete"
  readonly entityTypeId: number
  readonly id: number
  /** Imports start no automation. */
  readonly isImport: boolean
}

export interface Application {
  readonly clientId: string
  readonly clientSecret: string
  /** Of access tokens: until when they are valid, in milliseconds. */
  readonly access: Map<string, number>
  /** Each is good for one refresh. */
  readonly refresh: Set<string>
}

export interface UniversalList {
  readonly type: string
  readonly id: number
  readonly elements: Array<Row>
}

export type Switches = {
  /** Of the bucket that counts requests: its size, and how many it loses in a second. */
  bucketSize: number
  drainPerSecond: number
  /** How the bucket refuses. */
  limitPage: "json" | "html"
  /** Seconds that a method may work within ten minutes, and that each call works. */
  operatingLimit: number
  operatingPerCall: number
  /** Some portals on servers of one's own count no time. */
  countsOperating: boolean
  /** Whether more than 50 calls refuse the whole request, or each one behind them: the vendor's pages say both. */
  batchExcess: "request" | "calls"
  /** Whether new elements start automation. */
  automates: boolean
  /** The longest delay of an event in seconds, and the shares of those that get lost or come twice. */
  eventDelay: number
  eventsLost: number
  eventsRepeated: number
}

export interface PortalState {
  readonly code: string
  readonly memberId: string
  readonly application: Application
  /** Stands in every event, and proves where it comes from. */
  readonly applicationToken: string
  readonly isDemo: boolean
  livedUntil: number
  readonly draw: Draw
  readonly elements: Map<number, Array<Row>>
  /** Fields that the portal's people have added, by kind. */
  readonly ownFields: Map<number, Readonly<Record<string, OwnField>>>
  readonly types: ReadonlyArray<Row>
  readonly categories: ReadonlyArray<Row>
  readonly lists: ReadonlyArray<UniversalList>
  readonly users: Array<Row>
  readonly statuses: Array<Row>
  readonly switches: Switches
  readonly handlers: Array<Handler>
  readonly refusals: Array<PlannedRefusal>
  /** The events that were sent; the status is 0 until a handler has answered. */
  readonly deliveries: Array<{ readonly event: string; readonly id: number; readonly handler: string; status: number }>
  /** What has started automation. */
  readonly automated: Array<Change>
  readonly bucket: { level: number; at: number }
  /** By caller and method: seconds by the minute since 1970. */
  readonly operating: Map<string, Map<number, number>>
}

/** Kinds with names of their own; those from 128 on are smart processes. */
export const kinds = { deal: 2, contact: 3, company: 4, lead: 1, pollForm: 1_038, programme: 1_040 } as const

/** The same programmes in a universal list. */
export const programmeList = 47

export const studyForm = "ufCrm_1712074666"
export const chosenProgrammes = "ufCrm38Programmes"

/** With the portal's offset, as it writes times. */
export const portalTime = (millis: number): string =>
  `${DateTime.formatIso(DateTime.makeUnsafe(millis + 3 * 3_600_000)).slice(0, 19)}+03:00`
