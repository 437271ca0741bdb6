/** A portal: its methods within one budget, and what is read of it. */
import { Effect } from "effect"
import { type ConnectorSettings, type Inbox, isJsonObject, openCache, type UpstreamError } from "../../core/sdk.ts"
import type { Config } from "./Config.ts"
import { categories } from "./forms/Categories.ts"
import * as Directory from "./forms/Directory.ts"
import { pollForms } from "./forms/PollForms.ts"
import { readEntity } from "./lists/ReadEntity.ts"
import * as Access from "./portal/Access.ts"
import * as GatheredCalls from "./portal/GatheredCalls.ts"

export const make = Effect.fn("Bitrix24.make")(function* (declaration: ConnectorSettings<Config>) {
  const { batch, forms } = declaration.config
  const { accounts, host, portal } = yield* Access.open(declaration)
  const read = GatheredCalls.make(portal, batch)
  const probe = Effect.map(portal.call({ method: "profile" }), ({ result }) => {
    const { LAST_NAME: last = "", NAME: first = "" } = isJsonObject(result) ? result : {}
    return `${host} accepts the ${accounts === undefined ? "webhook" : "application"} of ${[first, last].join(" ").trim()}`
  })
  const cache = yield* openCache<UpstreamError>()(declaration, categories)
  const inbox: Inbox = new Map(
    forms === undefined
      ? []
      : [["poll-form", pollForms({ settings: forms, directory: Directory.make(read, cache), host })]]
  )
  return { accounts, portal, probe, read: readEntity({ portal, read, batch }), inbox }
})
