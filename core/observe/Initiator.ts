/** What and who set a piece of work off, as the audit records it. */
export interface Initiator {
  /** `cli`, `api`, `console`, `bot`, `job`, `schedule`, `signal`, `watch`. */
  readonly trigger: string
  /** The person, such as `chat:42`; null if it was none. */
  readonly actor: string | null
}
