/** What a portal's connector keeps in its cache. */
import { Schema } from "effect"
import type { CacheCategory } from "../../../core/sdk.ts"

const Element = Schema.Record(Schema.String, Schema.Unknown)
export type Element = typeof Element.Type

/** Their ids by their origins. */
const Deals = Schema.Record(Schema.String, Schema.Number)

/** By the names and with the times of the requirement. */
export const categories = {
  poll_form: { description: "Poll forms by their ids.", schema: Element, ttl: "600s", notFound: "30s", stale: "0s" },
  educational_program: {
    description: "Educational programmes by their names.",
    schema: Element,
    ttl: "600s",
    notFound: "30s",
    stale: "0s"
  },
  contact: {
    description: "Contacts by phone and e-mail address.",
    schema: Schema.Number,
    ttl: "300s",
    notFound: "10s",
    personal: true
  },
  deal: { description: "Deals of a poll form by its id.", schema: Deals, ttl: "60s", notFound: "10s" }
} as const satisfies Record<string, CacheCategory>
