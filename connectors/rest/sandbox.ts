/**
 * The simplest local vendor, for the generic connector, the conformance suite and measurements: one list of records at
 * `/items` (also `.array`, `.ndjson`, `.xml`, `.csv`), every style of paging and authorization, a filter
 * `updatedSince`, and paging that lies on request.
 */
import { DateTime, Effect } from "effect"
import { type Sandbox, type SandboxOptions, serve } from "../../core/sdk-sandbox.ts"
import { type Access, makeAccess } from "./sandbox/Access.ts"
import { makeEdit, makeHandler, type RestState, refusals } from "./sandbox/Api.ts"

export interface RestSandboxOptions extends SandboxOptions {
  /** The number of records; default 1000. */
  readonly size?: number
  readonly auth?: Access["auth"]
}

export const sandbox: Sandbox<RestState, RestSandboxOptions> = {
  type: "rest",
  start: Effect.fn("RestSandbox.start")(function* ({ size = 1000, auth = "bearer", seed = 1, ...options } = {}) {
    const newest = DateTime.toEpochMillis(DateTime.startOf(yield* DateTime.now, "day"))
    const state: RestState = {
      records: { seed, size, newest, overrides: new Map(), removed: new Set() },
      access: makeAccess(auth),
      trouble: "none"
    }
    const server = yield* serve({ handler: makeHandler(state), edit: makeEdit(state), refusals }, options)
    return { ...server, environment: { REST_URL: server.url, REST_TOKEN: state.access.secret }, state }
  })
}
