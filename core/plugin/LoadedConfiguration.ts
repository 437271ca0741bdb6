/** A configuration that was loaded, with the files it came from. */
import type { ConfigurationFile } from "../config/Configuration.ts"
import type { Declarations } from "../config/Declarations.ts"

export interface LoadedConfiguration extends Declarations {
  readonly files: ReadonlyArray<ConfigurationFile>
}
