/** Licence slots: each login takes one until logout or expiry; use does not prolong a session. */
export interface Sessions {
  /** The new token, or undefined if every slot is taken. */
  readonly open: (now: number) => string | undefined
  readonly isAlive: (token: string, now: number) => boolean
  readonly close: (token: string) => boolean
  readonly live: (now: number) => ReadonlyArray<string>
  /** The effect of a server restart on sessions. */
  readonly dropAll: () => void
}

export const makeSessions = (limits: { slots: number; tokenTtlSeconds: number }, newToken: () => string): Sessions => {
  const expiry = new Map<string, number>()
  const isAlive = (token: string, now: number) => (expiry.get(token) ?? 0) > now
  const live = (now: number) => [...expiry.keys()].filter((token) => isAlive(token, now))
  return {
    isAlive,
    live,
    open: (now) => {
      if (live(now).length >= limits.slots) return undefined
      const token = newToken()
      expiry.set(token, now + limits.tokenTtlSeconds * 1000)
      return token
    },
    close: (token) => expiry.delete(token),
    dropAll: () => expiry.clear()
  }
}
