/**
 * The data of the sandbox's iikoCloud half. Its organisations are departments of the Server with ids of their own; its
 * products have the Server's ids.
 */
import type { Draw } from "../../../../core/sdk-sandbox.ts"
import type { Sessions } from "../Sessions.ts"

export type Organization = {
  id: string
  name: string
  /** The code of the corresponding department of the Server. */
  code: string
}

export type TerminalGroup = {
  id: string
  organizationId: string
  name: string
  address: string
  timeZone: string
  /** Its terminals are switched off: it is listed separately and has no stop list. */
  asleep: boolean
}

export type StopListItem = {
  terminalGroupId: string
  productId: string
  /** Shown if sizes are requested. */
  sizeId: string | null
  /** 0 is stopped; a higher number is the portions left. */
  balance: number
  sku: string | null
  /** UTC, `yyyy-MM-dd HH:mm:ss.fff`. */
  dateAdd: string | null
}

export type WebhookSettings = {
  organizationId: string
  webHooksUri: string | null
  authToken: string | null
  webHooksFilter: { readonly stopListUpdateFilter?: { readonly updates: boolean } | null } | null
}

export type WebhookDelivery = {
  uri: string
  organizationId: string
  /** null while unanswered, and if there was no receiver. */
  status: number | null
}

/** The behaviour of iikoCloud; tests change it while the sandbox runs. */
export type CloudBehaviour = {
  /** The three keys of login v2. */
  apiKey: string
  appId: string
  clientSecret: string
  /** The deprecated login. */
  apiLogin: string
  tokenTtlSeconds: number
  /** null: no limit; a request above it is answered 429. */
  requestsPerMinute: number | null
  /** More organisations in one request are answered 422. */
  organizationsPerRequest: number
  /** The duration of an answer; a request with a shorter `Timeout` header (15 s by default) is answered 408. */
  workSeconds: number
  /** Every answer is 500. */
  failing: boolean
  webhookToken: "raw" | "bearer"
  /** Each webhook is sent this many times. */
  webhookCopies: number
}

export interface CloudState {
  readonly behaviour: CloudBehaviour
  /** `oldLogins` are among `logins`. */
  readonly counters: { logins: number; oldLogins: number; refusedLogins: number }
  readonly tokens: Sessions
  readonly organizations: Array<Organization>
  readonly terminalGroups: Array<TerminalGroup>
  readonly stopList: Array<StopListItem>
  readonly webhooks: Array<WebhookSettings>
  readonly deliveries: Array<WebhookDelivery>
  /** The times of the requests of the last minute, in milliseconds since the epoch. */
  readonly recent: Array<number>
  readonly draw: Draw
}
