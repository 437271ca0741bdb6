/**
 * Remembers keys in about twelve bytes each and answers "surely new" or "perhaps seen". While every key was surely new,
 * the load needs no sort to fold duplicates, which at half a million rows costs a third of it. A false "perhaps" (about
 * one in 20,000 runs of a million keys) only brings the sort back; it never loses a row. A few more bytes store a key's
 * owner. The keys are in many small tables that grow one by one, so that no key waits until millions have moved.
 */
const shards = 64
/** The initial size of one table, a power of two. */
const smallest = 1 << 6

export class KeyFilter {
  readonly #tables = Array.from({ length: shards }, () => new Shard())

  /** True when the key may have been added before. */
  add(key: string): boolean {
    return this.addOf(key, 0) !== undefined
  }

  /** The owner of a key that may have been added before, 0 if it has none; undefined if the key is surely new. */
  addOf(key: string, owner: number): number | undefined {
    const value = hash(key)
    return this.#tableOf(value).add(value, owner)
  }

  /** Whether the key may have been added before; adds nothing. */
  has(key: string): boolean {
    const value = hash(key)
    return this.#tableOf(value).has(value)
  }

  clear(): void {
    for (const table of this.#tables) table.clear()
  }

  /** Chooses the table by bits that do not determine the place in it. */
  #tableOf(value: number): Shard {
    // The remainder is always a valid index.
    return this.#tables[value % shards] as Shard
  }
}

class Shard {
  #slots = new Float64Array(smallest)
  #owners: Uint32Array | undefined
  #count = 0

  add(value: number, owner: number): number | undefined {
    // Lookups in a fuller table take long.
    if (this.#count * 4 >= this.#slots.length * 3) this.#grow()
    if (owner !== 0) this.#owners ??= new Uint32Array(this.#slots.length)
    const at = this.#insert(value, owner)
    return at === undefined ? undefined : (this.#owners?.[at] ?? 0)
  }

  has(value: number): boolean {
    return this.#slots[this.#placeOf(value)] === value
  }

  clear(): void {
    this.#slots = new Float64Array(smallest)
    this.#owners = undefined
    this.#count = 0
  }

  /** Returns the place of an existing value; undefined if it was not there. */
  #insert(value: number, owner: number): number | undefined {
    const at = this.#placeOf(value)
    if (this.#slots[at] === value) return at
    this.#slots[at] = value
    if (this.#owners !== undefined) this.#owners[at] = owner
    this.#count += 1
    return undefined
  }

  /** Returns the place of the value, or the free place for it. */
  #placeOf(value: number): number {
    const mask = this.#slots.length - 1
    let at = Math.floor(value / shards) & mask
    for (;;) {
      const found = this.#slots[at]
      if (found === value || found === 0) return at
      at = (at + 1) & mask
    }
  }

  #grow(): void {
    const [old, owners] = [this.#slots, this.#owners]
    this.#slots = new Float64Array(old.length * 2)
    this.#owners = owners === undefined ? undefined : new Uint32Array(old.length * 2)
    this.#count = 0
    for (let at = 0; at < old.length; at++) {
      const value = old[at] ?? 0
      if (value !== 0) this.#insert(value, owners?.[at] ?? 0)
    }
  }
}
/** The owner's name as a number that is never 0. */
export const ownerOf = (name: string): number => hash(name) >>> 0 || 1

/** Returns 53 bits, never 0: two rounds of FNV-1a with different primes and a final mix (cyrb53's). */
const hash = (key: string): number => {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < key.length; index++) {
    const code = key.charCodeAt(index)
    high = Math.imul(high ^ code, 2_654_435_761)
    low = Math.imul(low ^ code, 1_597_334_677)
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909)
  return 4_294_967_296 * (2_097_151 & low) + (high >>> 0) || 1
}
