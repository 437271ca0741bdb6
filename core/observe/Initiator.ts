/** The trigger of a piece of work and its actor, as the audit records them. */
export interface Initiator {
  /** `cli`, `api`, `console`, `bot`, `job`, `schedule`, `signal`, `watch`. */
  readonly trigger: string
  /** The person, such as `chat:42`; null if it was none. */
  readonly actor: string | null
}
