/**
 * A local Bitrix24 portal: elements of CRM by new and old methods, universal lists, people and directories, behind an incoming
 * webhook or the tokens of an application, with both of the portal's meters, its automation and its events. `state` holds what it
 * has and its switches. Other processes edit it through `POST /_sandbox/data`: `deal`, `contact`, `company`, `lead`,
 * `pollForm`, `programme`, `listElement` of the list of programmes, `user`, `status`, `handlers` of events, `refusals` of
 * methods (within batches, too), and the one row of `switches`.
 */
import { Clock, Effect } from "effect"
import { type Collection, editCollections, type Sandbox, type SandboxOptions, serve } from "../../core/sdk-sandbox.ts"
import { grant as grantTokens } from "./sandbox/Access.ts"
import { makeHandler, refusals } from "./sandbox/Api.ts"
import { makePublish } from "./sandbox/Events.ts"
import { makeState } from "./sandbox/Fixtures.ts"
import { kinds, type PortalState, portalTime } from "./sandbox/Model.ts"

export interface PortalOptions extends SandboxOptions {
  /** Default: 40, which are one page. */
  readonly deals?: number
  /** Default: 60. */
  readonly contacts?: number
}

export const sandbox: Sandbox<PortalState, PortalOptions> = {
  type: "bitrix24",
  start: Effect.fn("Bitrix24Sandbox.start")(function* (options = {}) {
    const { contacts = 60, deals = 40, demo: isDemo = false, seed = 1 } = options
    const state = yield* makeState(seed, { contacts, deals, isDemo })
    const publish = yield* makePublish(state)
    const vendor = {
      handler: makeHandler(state, publish),
      edit: (body: unknown) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => editCollections(collectionsOf(state, now), body)),
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

/** Tokens of an application that the portal has installed. */
export const grant = (state: PortalState) => Effect.map(Clock.currentTimeMillis, (now) => grantTokens(state, now))

/** Elements are changed now, unless the edit says when. */
const collectionsOf = (state: PortalState, now: number): Readonly<Record<string, Collection>> => {
  const at = portalTime(now)
  const ofKind = (kind: number): Collection => ({
    rows: state.elements.get(kind) ?? [],
    prepare: (row, existing) => ({ ...(existing === undefined ? { createdTime: at } : {}), updatedTime: at, ...row })
  })
  return {
    ...Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, ofKind(kind)])),
    listElement: { rows: state.lists[0]?.elements ?? [], key: ["ID"] },
    user: { rows: state.users, key: ["ID"] },
    status: { rows: state.statuses, key: ["ID"] },
    handlers: { rows: state.handlers, prepare: (row) => ({ token: state.applicationToken, isBound: false, ...row }) },
    refusals: { rows: state.refusals, key: ["method"], prepare: (row) => ({ times: 1, ...row }) },
    switches: { rows: [state.switches], key: [] }
  }
}
