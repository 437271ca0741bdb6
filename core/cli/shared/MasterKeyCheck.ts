/** Refuses a configuration whose connectors have accounts when there is no usable master key. */
import { Effect, Result } from "effect"
import { masterKeyVariable, parseMasterKeys } from "../../accounts/MasterKeys.ts"
import type { ConfigurationFile } from "../../config/Configuration.ts"
import type { Declarations } from "../../config/Declarations.ts"
import { ConfigurationInvalid, diagnose } from "../../config/Diagnostic.ts"
import type { Environment } from "../../config/files/References.ts"
import { connectorLine } from "./ConnectorLine.ts"

interface Place {
  readonly directory: string
  readonly environment: Environment
}

type Loaded = Pick<Declarations, "connectors"> & { readonly files: ReadonlyArray<ConfigurationFile> }

export const checkMasterKey = ({ connectors, files }: Loaded, { directory, environment }: Place) => {
  const first = connectors.find(({ accounts, ownAccount }) => accounts !== undefined || ownAccount)
  const keys = parseMasterKeys(environment[masterKeyVariable])
  if (first === undefined || Result.isSuccess(keys)) return Effect.void
  const location = connectorLine({ directory, files }, first.name, "type")
  return Effect.fail(new ConfigurationInvalid({ diagnostics: [diagnose(location, keys.failure.reason)] }))
}
