/**
 * A local Bitrix24 portal: elements of CRM, people and directories behind an incoming webhook, with both of the portal's
 * meters. `state` holds what it has and its switches. Other processes edit it through `POST /_sandbox/data`: `deal`, `contact`,
 * `pollForm`, `programme`, `user`, `status`, and the one row of `switches`.
 */
import { Effect } from "effect"
import { type Collection, editCollections, type Sandbox, type SandboxOptions, serve } from "../../core/sdk-sandbox.ts"
import { makeHandler, refusals } from "./sandbox/Api.ts"
import { kinds, makeState, type PortalState } from "./sandbox/Model.ts"

export interface PortalOptions extends SandboxOptions {
  /** Default: 40, which are one page. */
  readonly deals?: number
  /** Default: 60. */
  readonly contacts?: number
}

export const sandbox: Sandbox<PortalState, PortalOptions> = {
  type: "bitrix24",
  start: Effect.fn("Bitrix24Sandbox.start")(function* (options = {}) {
    const { contacts = 60, deals = 40, seed = 1 } = options
    const state = yield* makeState(seed, { contacts, deals })
    const collections = collectionsOf(state)
    const vendor = {
      handler: makeHandler(state),
      edit: (body: unknown) => editCollections(collections, body),
      refusals
    }
    const server = yield* serve(vendor, options)
    const environment = {
      BITRIX24_WEBHOOK: `${server.url}/rest/1/${state.code}/`,
      BITRIX24_FORMS_TOKEN: `forms-${state.code}`
    }
    return { ...server, environment, state }
  })
}

const collectionsOf = (state: PortalState): Readonly<Record<string, Collection>> => ({
  ...Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, { rows: state.elements.get(kind) ?? [] }])),
  user: { rows: state.users, key: ["ID"] },
  status: { rows: state.statuses, key: ["ID"] },
  switches: { rows: [state.switches], key: [] }
})
