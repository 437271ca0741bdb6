/**
 * What a demo has instead of persons and memory: two sellers have authorized already, each other one confirms the code after a
 * while, and tokens of an earlier sandbox with the same seed count.
 */
import type { SandboxAccount } from "../../../core/sdk-sandbox.ts"
import { type DeviceCode, type Granted, index, open, type Session } from "./Granted.ts"
import { day, type Seller } from "./Model.ts"
import type { AllegroState } from "./State.ts"
import { claimsOf } from "./Token.ts"

const owners = ["anna", "marek"]

/** The accounts of sellers who have authorized, named by their shops. */
export const demoAccounts = ({ draw, granted, sellers, switches }: AllegroState, now: number) =>
  owners.flatMap((owner, at): ReadonlyArray<SandboxAccount> => {
    const seller = sellers[at]
    if (seller === undefined) return []
    const { accessToken, refreshToken } = open(granted, draw, switches, seller, now)
    const [name = seller.login] = seller.login.toLowerCase().split("_")
    return [{ owner, name, credentials: { accessToken, refreshToken } }]
  })

/** Long enough for a person who wants to decide. */
const patience = 10_000

/** The next seller without a session confirms what nobody has decided. */
export const confirmInDemo = ({ granted, isDemo, sellers }: AllegroState, code: DeviceCode, now: number): void => {
  if (!isDemo || code.decision !== undefined || now - code.begunAt < patience) return
  const linked = new Set([...granted.sessions].map(({ seller }) => seller))
  code.decision = sellers.find((seller) => !linked.has(seller)) ?? sellers[0]
}

type Kind = "access" | "refresh"

/** The session of a token, of an earlier sandbox too. */
export const sessionOf = (state: AllegroState, kind: Kind, token: string, now: number): Session | undefined => {
  const { granted, isDemo, sellers } = state
  const found = (kind === "access" ? granted.byAccess : granted.byRefresh).get(token)
  return found === undefined && isDemo ? adopt(granted, sellers, kind, token, now) : found
}

const adopt = (granted: Granted, sellers: ReadonlyArray<Seller>, kind: Kind, token: string, now: number) => {
  const claims = granted.ended.has(token) ? undefined : claimsOf(granted.key, token)
  const seller = sellers.find(({ id }) => id === claims?.user_name)
  if (claims === undefined || seller === undefined) return undefined
  const { exp = 0, scope } = claims
  // The other token of the pair makes a session of its own.
  if (kind !== (exp > 0 ? "access" : "refresh")) return undefined
  const session: Session = {
    seller,
    scope,
    accessToken: token,
    accessEndsAt: exp * 1_000,
    refreshToken: token,
    refreshEndsAt: kind === "refresh" ? now + 90 * day : 0,
    used: undefined
  }
  granted.sessions.add(session)
  return index(granted, session)
}
