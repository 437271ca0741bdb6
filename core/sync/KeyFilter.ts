/**
 * Remembers keys in eight bytes each and answers "surely new" or "perhaps seen". While every key was surely new, the
 * load needs no sort to fold duplicates, which at half a million rows costs a third of it. A false "perhaps" (about one
 * in 20,000 runs of a million keys) only brings the sort back; it never loses a row.
 */
export class KeyFilter {
  #slots = new Float64Array(1 << 12)
  #count = 0

  /** True when the key may have been added before. */
  add(key: string): boolean {
    if (this.#count * 2 >= this.#slots.length) this.#grow()
    return !this.#insert(hash(key))
  }

  /** The same, adding nothing. */
  has(key: string): boolean {
    const value = hash(key)
    return this.#slots[this.#placeOf(value)] === value
  }

  clear(): void {
    this.#slots = new Float64Array(1 << 12)
    this.#count = 0
  }

  #insert(value: number): boolean {
    const at = this.#placeOf(value)
    if (this.#slots[at] === value) return false
    this.#slots[at] = value
    this.#count += 1
    return true
  }

  /** Where it is, or where it belongs. */
  #placeOf(value: number): number {
    const mask = this.#slots.length - 1
    let at = value % this.#slots.length
    for (;;) {
      const found = this.#slots[at]
      if (found === value || found === 0) return at
      at = (at + 1) & mask
    }
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Float64Array(old.length * 2)
    this.#count = 0
    for (const value of old) if (value !== 0) this.#insert(value)
  }
}

/** 53 bits, never 0: two rounds of FNV-1a with different primes and a final mix (cyrb53's). */
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
