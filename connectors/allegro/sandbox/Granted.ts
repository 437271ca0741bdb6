/**
 * What sellers have granted to the application: codes that wait for a person, and sessions with their two tokens. A
 * refresh replaces both tokens at once; the used refresh token works for a little longer, and then never again.
 */
import type { Draw } from "../../../core/sdk-sandbox.ts"
import { day, type Seller, type Switches } from "./Model.ts"
import { makeToken } from "./Token.ts"

export interface DeviceCode {
  readonly deviceCode: string
  readonly userCode: string
  readonly begunAt: number
  readonly expiresAt: number
  /** Milliseconds between two questions; grows when the application asks too often. */
  interval: number
  askedAt: number | undefined
  decision: Seller | "denied" | undefined
  /** The tokens have been handed out, or an answer with them was sent and lost. */
  isUsed: boolean
}

export interface Session {
  readonly seller: Seller
  readonly scope: string
  accessToken: string
  accessEndsAt: number
  refreshToken: string
  refreshEndsAt: number
  /** The refresh token before the current one. */
  used: { readonly token: string; readonly at: number } | undefined
}

export interface Granted {
  readonly client: { readonly id: string; readonly secret: string }
  /** Signs tokens. */
  readonly key: string
  readonly codes: Map<string, DeviceCode>
  /** In the order in which they were opened. */
  readonly sessions: Set<Session>
  /** Tokens of the application itself. */
  readonly own: Set<string>
  readonly byAccess: Map<string, Session>
  readonly byRefresh: Map<string, Session>
  /** Tokens that work no more. */
  readonly ended: Set<string>
}

export const codeSeconds = 3_600
export const intervalSeconds = 5
export const accessSeconds = 43_199

export const makeGranted = (seed: number): Granted => ({
  client: { id: "allegro-sandbox-client", secret: "allegro-sandbox-secret" },
  key: `allegro sandbox ${seed}`,
  codes: new Map(),
  sessions: new Set(),
  own: new Set(),
  byAccess: new Map(),
  byRefresh: new Map(),
  ended: new Set()
})

const letters = "abcdefghjkmnpqrstuvwxyz23456789"

export const beginCode = ({ codes }: Granted, draw: Draw, now: number): DeviceCode => {
  const code: DeviceCode = {
    deviceCode: draw.uuid().replaceAll("-", ""),
    userCode: Array.from({ length: 9 }, () => letters[draw.int(0, letters.length - 1)]).join(""),
    begunAt: now,
    expiresAt: now + codeSeconds * 1_000,
    interval: intervalSeconds * 1_000,
    askedAt: undefined,
    decision: undefined,
    isUsed: false
  }
  codes.set(code.deviceCode, code)
  return code
}

/** The code that a person types, while there is something to decide. */
export const openCode = ({ codes }: Granted, userCode: string, now: number): DeviceCode | undefined =>
  [...codes.values()].find((code) => code.userCode === userCode && code.decision === undefined && code.expiresAt > now)

const newTokens = ({ key }: Granted, draw: Draw, seller: Seller, scope: string, now: number) => {
  const claims = { user_name: seller.id, scope }
  const accessEndsAt = now + accessSeconds * 1_000
  return {
    accessToken: makeToken(key, { ...claims, exp: Math.floor(accessEndsAt / 1_000), jti: draw.uuid() }),
    accessEndsAt,
    refreshToken: makeToken(key, { ...claims, ati: draw.uuid(), jti: draw.uuid() }),
    refreshEndsAt: now + 90 * day
  }
}

export const index = (granted: Granted, session: Session): Session => {
  granted.byAccess.set(session.accessToken, session)
  granted.byRefresh.set(session.refreshToken, session)
  return session
}

const forget = (granted: Granted, tokens: Map<string, Session>, token: string): void => {
  tokens.delete(token)
  granted.ended.add(token)
}

const end = (granted: Granted, session: Session): void => {
  granted.sessions.delete(session)
  for (const tokens of [granted.byAccess, granted.byRefresh]) {
    for (const [token, of] of tokens) if (of === session) forget(granted, tokens, token)
  }
}

/** As when the seller changes the password, or unlinks the application. */
export const endSessions = (granted: Granted, seller: Seller): void => {
  for (const session of [...granted.sessions]) if (session.seller === seller) end(granted, session)
}

type Rules = Pick<Switches, "graceSeconds" | "maxSessions" | "rotates" | "scope">

export const open = (granted: Granted, draw: Draw, { maxSessions, scope }: Rules, seller: Seller, now: number) => {
  const session = index(granted, { seller, scope, used: undefined, ...newTokens(granted, draw, seller, scope, now) })
  granted.sessions.add(session)
  const own = [...granted.sessions].filter((one) => one.seller === seller)
  for (const oldest of own.slice(0, Math.max(0, own.length - maxSessions))) end(granted, oldest)
  return session
}

/** The session with new tokens; undefined if the refresh token is unknown, too old, or was used long ago. */
export const refresh = (granted: Granted, draw: Draw, rules: Rules, token: string, now: number) => {
  const session = granted.byRefresh.get(token)
  if (session === undefined) return undefined
  const isCurrent = session.refreshToken === token && session.refreshEndsAt > now
  const isInGrace = session.used?.token === token && now - session.used.at <= rules.graceSeconds * 1_000
  if (rules.rotates && !isCurrent && !isInGrace) return undefined
  if (rules.rotates) {
    forget(granted, granted.byAccess, session.accessToken)
    // The pair that a lost answer held dies with the next one.
    if (!isCurrent) forget(granted, granted.byRefresh, session.refreshToken)
    if (isCurrent) session.used = { token, at: now }
  }
  Object.assign(session, newTokens(granted, draw, session.seller, session.scope, now))
  return index(granted, session)
}
