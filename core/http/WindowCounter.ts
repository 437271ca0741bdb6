/**
 * Counts by key within a window of time, in bounded memory: when there are too many keys, all further ones share one
 * count. No key is dropped to make room, so nobody gets a new count by using ever new addresses.
 */
import { Duration } from "effect"

const others = Symbol("others")

export class WindowCounter {
  readonly #window: number
  readonly #most: number
  readonly #counts = new Map<string | typeof others, number>()
  #endsAt = 0

  constructor(window: Duration.Duration, most = 10_000) {
    this.#window = Duration.toMillis(window)
    this.#most = most
  }

  /** Adds one and returns the count. */
  add(key: string, now: number): number {
    const count = this.of(key, now) + 1
    this.#counts.set(this.#keyOf(key), count)
    return count
  }

  of(key: string, now: number): number {
    if (now >= this.#endsAt) {
      this.#counts.clear()
      this.#endsAt = now + this.#window
    }
    return this.#counts.get(this.#keyOf(key)) ?? 0
  }

  /** Whole seconds until all counts restart. */
  secondsLeft(now: number): number {
    return Math.max(1, Math.ceil((this.#endsAt - now) / 1000))
  }

  #keyOf(key: string): string | typeof others {
    return this.#counts.has(key) || this.#counts.size < this.#most ? key : others
  }
}

/** The key under which requests are counted: an IPv4 address, or the IPv6 network of one subscriber. */
export const sourceOf = (address: string): string => {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "")
  if (!plain.includes(":")) return plain
  const [head = "", tail] = plain.split("::")
  const groups = head.split(":").filter((group) => group !== "")
  const after = tail === undefined ? [] : tail.split(":").filter((group) => group !== "")
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => "0")
  return `${[...groups, ...zeros, ...after].slice(0, 4).join(":")}::/64`
}
