/**
 * Sessions of the console. A session is a moment and an id, signed, in a cookie. The id of an ended session is stored,
 * so that no copy of the cookie is valid any more. The key is derived from the admin token, so a restart keeps people
 * signed in and a new token signs everybody out.
 */
import { createHmac, hkdfSync, randomInt, timingSafeEqual } from "node:crypto"
import { Clock, DateTime, Duration, Effect, Redacted } from "effect"

export const cookieName = "tributary_session"

export const lifetime = Duration.hours(12)

/** An active session is prolonged, at most this often. */
const renewAfter = Duration.minutes(5)

export interface Session {
  /** Whether it is time for a new cookie. */
  readonly renew: boolean
}

const idLength = 16
const shape = new RegExp(`^([0-9a-z]{1,11})([0-9a-z]{${idLength}})\\.[\\w-]{43}$`)

/** Only for a cookie that was read successfully. */
export const idOf = (cookie: string): string => shape.exec(cookie)?.[2] ?? ""

/** The time at which the last copy of any current cookie expires. */
export const latestEnd = Effect.map(DateTime.now, (now) => DateTime.addDuration(now, lifetime))

const newId = (): string => Array.from({ length: idLength }, () => randomInt(36).toString(36)).join("")

export const make = (token: Redacted.Redacted) => {
  const key = Buffer.from(hkdfSync("sha256", Redacted.value(token), "", "tributary console session", 32))
  const signed = (text: string) => `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`
  const cookieOf = (id: string) =>
    Effect.map(Clock.currentTimeMillis, (now) => signed((now + Duration.toMillis(lifetime)).toString(36) + id))
  return {
    /** The value of a cookie that is valid from now on. */
    begin: Effect.suspend(() => cookieOf(newId())),
    /** The cookie of the same session, valid from now on. */
    renew: (cookie: string) => cookieOf(idOf(cookie)),
    /** `undefined`: the cookie is forged or expired. */
    read: (cookie: string) =>
      Effect.map(Clock.currentTimeMillis, (now): Session | undefined => {
        const [, moment, id = ""] = shape.exec(cookie) ?? []
        if (moment === undefined || !timingSafeEqual(Buffer.from(cookie), Buffer.from(signed(moment + id)))) {
          return undefined
        }
        const left = Number.parseInt(moment, 36) - now
        return left > 0 ? { renew: left < Duration.toMillis(lifetime) - Duration.toMillis(renewAfter) } : undefined
      })
  }
}
