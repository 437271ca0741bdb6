/**
 * A local FinTablo v1: a chain's books generated from a seed, with the vendor's paging, refusals and oddities. `state`
 * holds the lists, the switches and the counters. Other processes edit it through `POST /_sandbox/data`, where the
 * collection `switches` is one row without a key.
 */
import { Effect } from "effect"
import { type Collection, editCollections, type Sandbox, serve } from "../../core/sdk-sandbox.ts"
import { makeHandler, refusalResponse, refusals } from "./sandbox/Api.ts"
import type { FintabloState } from "./sandbox/Model.ts"
import { makeState } from "./sandbox/State.ts"

export const sandbox: Sandbox<FintabloState> = {
  type: "fintablo",
  start: Effect.fn("FintabloSandbox.start")(function* (options = {}) {
    const state = yield* makeState(options.seed ?? 1)
    const collections = collectionsOf(state)
    const vendor = {
      handler: makeHandler(state),
      edit: (body: unknown) => editCollections(collections, body),
      refusals: {
        unauthorized: refusalResponse(refusals.unauthorized),
        rateLimited: refusalResponse(refusals.rateLimited),
        licence: refusalResponse(refusals.unauthorized)
      }
    }
    const server = yield* serve(vendor, options)
    const environment = { FINTABLO_URL: server.url, FINTABLO_TOKEN: state.switches.token }
    return { ...server, environment, state }
  })
}

const collectionsOf = (state: FintabloState): Readonly<Record<string, Collection>> => ({
  ...Object.fromEntries(Object.entries(state.items).map(([name, rows]) => [name, { rows }])),
  salary: { rows: state.items.salary, key: ["id", "date"] },
  switches: { rows: [state.switches], key: [] }
})
