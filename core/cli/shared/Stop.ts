/** The end of a command that fails: its exit code, with everything already reported. */
import { Data, Runtime } from "effect"

/** 1: something failed; 2: wrong usage; 78: invalid configuration. */
export type ExitCode = 1 | 2 | 78

export class Stop extends Data.TaggedError("Stop")<{ readonly code: ExitCode; readonly message: string }> {
  override readonly [Runtime.errorExitCode] = this.code
  /** The runtime would print it a second time. */
  override readonly [Runtime.errorReported] = false
}
