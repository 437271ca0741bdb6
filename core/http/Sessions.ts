/**
 * Sessions of the console. A session is a moment, signed, in a cookie; nothing of it is kept here. The key comes from the
 * admin token, so a restart keeps people signed in and another token signs everybody out. Signing out forgets the cookie
 * in the browser; a copy of it is good until its moment.
 */
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto"
import { Clock, Duration, Effect, Redacted } from "effect"

export const cookieName = "tributary_session"

export const lifetime = Duration.hours(12)

/** A session that is used is made longer, at most that often. */
const renewAfter = Duration.minutes(5)

export interface Session {
  /** Whether it is time for a new cookie. */
  readonly renew: boolean
}

const shape = /^([0-9a-z]{1,11})\.[\w-]{43}$/

export const make = (token: Redacted.Redacted) => {
  const key = Buffer.from(hkdfSync("sha256", Redacted.value(token), "", "tributary console session", 32))
  const signed = (moment: string) => `${moment}.${createHmac("sha256", key).update(moment).digest("base64url")}`
  return {
    /** The value of a cookie that is good from now on. */
    begin: Effect.map(Clock.currentTimeMillis, (now) => signed((now + Duration.toMillis(lifetime)).toString(36))),
    /** `undefined`: it is none of ours, or no longer good. */
    read: (cookie: string) =>
      Effect.map(Clock.currentTimeMillis, (now): Session | undefined => {
        const [, moment] = shape.exec(cookie) ?? []
        if (moment === undefined || !timingSafeEqual(Buffer.from(cookie), Buffer.from(signed(moment)))) return undefined
        const left = Number.parseInt(moment, 36) - now
        return left > 0 ? { renew: left < Duration.toMillis(lifetime) - Duration.toMillis(renewAfter) } : undefined
      })
  }
}
