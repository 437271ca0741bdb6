/** A portal as its webhook opens it: its methods within one budget, and what is read of it. */
import { Effect, Redacted } from "effect"
import {
  type ConnectorSettings,
  type Inbox,
  isJsonObject,
  openCache,
  Upstream,
  type UpstreamError
} from "../../core/sdk.ts"
import type { Config } from "./Config.ts"
import { categories } from "./forms/Categories.ts"
import * as Directory from "./forms/Directory.ts"
import { pollForms } from "./forms/PollForms.ts"
import { readEntity } from "./lists/ReadEntity.ts"
import * as GatheredCalls from "./portal/GatheredCalls.ts"
import * as OperatingMeter from "./portal/OperatingMeter.ts"
import * as Portal from "./portal/Portal.ts"
import { inspect } from "./portal/Refusals.ts"

export const make = Effect.fn("Bitrix24.make")(function* (declaration: ConnectorSettings<Config>) {
  const { batch, forms, operatingTime, webhook } = declaration.config
  const address = Redacted.value(webhook).replace(/\/$/, "")
  const upstream = yield* Upstream.make({
    declaration,
    baseUrl: address,
    // The code is the password.
    secrets: [webhook, Redacted.make(address.split("/").at(-1) ?? "")],
    inspect
  })
  const portal = Portal.make(upstream, OperatingMeter.make(operatingTime))
  const read = GatheredCalls.make(portal, batch)
  const probe = Effect.map(portal.call({ method: "profile" }), ({ result }) => {
    const { LAST_NAME: last = "", NAME: first = "" } = isJsonObject(result) ? result : {}
    return `${new URL(address).host} accepts the webhook of ${[first, last].join(" ").trim()}`
  })
  const cache = yield* openCache<UpstreamError>()(declaration, categories)
  const inbox: Inbox = new Map(
    forms === undefined
      ? []
      : [
          [
            "poll-form",
            pollForms({ settings: forms, directory: Directory.make(read, cache), host: new URL(address).host })
          ]
        ]
  )
  return { portal, probe, read: readEntity({ portal, read, batch }), inbox }
})
