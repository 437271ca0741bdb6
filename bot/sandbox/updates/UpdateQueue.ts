/** The updates that no bot has taken yet, in order. */

export interface Update {
  readonly id: number
  readonly chat: number
  readonly body: object
}

/** A client receives these only if it requests them by name. */
const unasked = ["chat_member", "message_reaction", "message_reaction_count"]

export class UpdateQueue {
  readonly #firstId: number
  #last: number
  #pending: Array<Update> = []
  #allowed: ReadonlyArray<string> = []

  constructor(firstId: number) {
    this.#firstId = firstId
    this.#last = firstId
  }

  /** The number of all updates so far. */
  get total(): number {
    return this.#last - this.#firstId
  }

  get pending(): ReadonlyArray<Update> {
    return this.#pending
  }

  /** The kinds that the client requests; empty: the usual ones. */
  get allowed(): ReadonlyArray<string> {
    return this.#allowed
  }

  /** Takes what a client requests; without a wish its last one stays. */
  allow(kinds: ReadonlyArray<string> | undefined): void {
    if (kinds !== undefined) this.#allowed = kinds
  }

  /** Returns whether the client wants such updates. */
  push(kind: string, chat: number, body: object): boolean {
    const isWanted = this.#allowed.length === 0 ? !unasked.includes(kind) : this.#allowed.includes(kind)
    if (!isWanted) return false
    const id = ++this.#last
    this.#pending.push({ id, chat, body: { update_id: id, [kind]: body } })
    return true
  }

  drop(isGone: (update: Update) => boolean): void {
    this.#pending = this.#pending.filter((update) => !isGone(update))
  }

  /** Drops what `getUpdates` confirms; a negative offset keeps so many of the last ones. */
  confirm(offset: number): void {
    const first = offset < 0 ? (this.#pending.at(offset)?.id ?? 0) : offset
    this.drop(({ id }) => id < first)
  }
}
