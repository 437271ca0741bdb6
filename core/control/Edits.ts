/** Edits of the configuration from elsewhere than the files: checked as a whole first, then written and loaded. */
import { Data } from "effect"

/** Nothing was changed; in words for a person, as for a directory that is mounted read-only. */
export class ConfigurationUnwritable extends Data.TaggedError("ConfigurationUnwritable")<{
  readonly message: string
}> {}
