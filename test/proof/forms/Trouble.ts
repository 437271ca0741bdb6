/** What goes wrong in a day of a portal: answers that are lost, refusals, outages of minutes. */
import { Effect } from "effect"
import type { PortalState } from "../../../connectors/bitrix24/sandbox/Model.ts"
import type { Fault, FaultControl } from "../../../core/plugin/Sandbox.ts"
import type { Draw } from "../../../core/plugin/SandboxDraw.ts"

const minute = 60_000

/** The vendor ends each request within 60 seconds; ours end sooner, so that it may still apply what we gave up. */
const late = 50_000

const modes = {
  /** It has applied the request, and nobody learns of it. */
  lost: ["disconnectAfter", "hangAfter", "htmlAfter", "statusAfter", "truncated", "stalled"],
  /** It has not, or does so only when nobody waits any more. */
  away: ["disconnect", "hang", "html", "status", "slow"]
} as const satisfies Record<string, ReadonlyArray<Fault["mode"]>>

interface Refusal {
  readonly status: number
  readonly error: string
  readonly description: string
}

const refusals: readonly [Refusal, ...ReadonlyArray<Refusal>] = [
  { status: 503, error: "QUERY_LIMIT_EXCEEDED", description: "Too many requests" },
  { status: 429, error: "OPERATION_TIME_LIMIT", description: "Method is blocked due to operation time limit." },
  { status: 500, error: "INTERNAL_SERVER_ERROR", description: "Internal server error" }
]

const methods = ["crm.item.add", "crm.item.list", "crm.item.get", "crm.duplicate.findbycomm"] as const

export interface Trouble {
  readonly name: string
  /** How long it lasts. */
  readonly millis: number
  readonly begin: Effect.Effect<void>
}

export const drawTrouble = (random: Draw, portal: FaultControl & { readonly state: PortalState }): Trouble => {
  const kind = random.pick(["lost", "lost", "away", "refused", "outage"] as const)
  if (kind === "refused") {
    const refusal = { ...random.pick(refusals), method: random.pick(methods), times: random.int(1, 4) }
    const begin = Effect.sync(() => void portal.state.refusals.push(refusal))
    return { name: refusal.error, millis: minute, begin }
  }
  const mode = random.pick(kind === "outage" ? (["status", "html", "disconnect"] as const) : modes[kind])
  const fault: Fault = {
    path: kind === "lost" ? "*/crm.item.add" : random.pick(["*/crm.item.add", "*/batch", "*"]),
    mode,
    status: random.pick([500, 502, 503, 504]),
    ms: late,
    after: random.int(0, 2),
    ...(kind === "outage" ? {} : { times: random.int(1, 3) })
  }
  const millis = kind === "outage" ? random.int(1, 20) * minute : 3 * minute
  return { name: kind === "outage" ? kind : mode, millis, begin: portal.fault(fault) }
}
