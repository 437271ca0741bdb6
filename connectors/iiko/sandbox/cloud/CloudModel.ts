/**
 * The data of the sandbox's iikoCloud half. Its organisations are departments of the Server under ids of their own, its
 * products have the Server's ids.
 */
import type { Draw } from "../../../../core/plugin/SandboxDraw.ts"
import type { Sessions } from "../Sessions.ts"

export type Organization = {
  id: string
  name: string
  /** The code of the Server's department that this is. */
  code: string
}

export type TerminalGroup = {
  id: string
  organizationId: string
  name: string
  address: string
  timeZone: string
  /** Its terminals are switched off: it is listed apart and has no stop list. */
  asleep: boolean
}

export type StopListItem = {
  terminalGroupId: string
  productId: string
  /** Shown to those who ask for sizes. */
  sizeId: string | null
  /** 0 is stopped, more are the portions left. */
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
  /** null while unanswered and when nobody was there. */
  status: number | null
}

/** How iikoCloud behaves; tests change it while the sandbox runs. */
export type CloudBehaviour = {
  apiLogin: string
  tokenTtlSeconds: number
  /** null is no limit; one more is answered 429. */
  requestsPerMinute: number | null
  /** More organisations in one request are answered 422. */
  organizationsPerRequest: number
  /** How long an answer takes; a request whose `Timeout` header, 15 s by default, is shorter is answered 408. */
  workSeconds: number
  /** Every request is answered 500. */
  failing: boolean
  webhookToken: "raw" | "bearer"
  /** Each webhook comes so many times. */
  webhookCopies: number
}

export interface CloudState {
  readonly behaviour: CloudBehaviour
  readonly counters: { logins: number; refusedLogins: number }
  readonly tokens: Sessions
  readonly organizations: Array<Organization>
  readonly terminalGroups: Array<TerminalGroup>
  readonly stopList: Array<StopListItem>
  readonly webhooks: Array<WebhookSettings>
  readonly deliveries: Array<WebhookDelivery>
  /** When requests of the last minute came, in milliseconds since the epoch. */
  readonly recent: Array<number>
  readonly draw: Draw
}
