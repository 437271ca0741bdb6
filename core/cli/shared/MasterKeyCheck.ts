/** Refuses a configuration whose connectors have accounts when there is no usable master key. */
import { join } from "node:path"
import { Effect, Result } from "effect"
import { masterKeyVariable, parseMasterKeys } from "../../accounts/MasterKeys.ts"
import type { ConfigurationFile } from "../../config/Configuration.ts"
import type { Declarations } from "../../config/Declarations.ts"
import { ConfigurationInvalid, diagnose } from "../../config/Diagnostic.ts"
import type { Environment } from "../../config/files/References.ts"

interface Place {
  readonly directory: string
  readonly environment: Environment
}

type Loaded = Pick<Declarations, "connectors"> & { readonly files: ReadonlyArray<ConfigurationFile> }

export const checkMasterKey = ({ connectors, files }: Loaded, { directory, environment }: Place) => {
  const first = connectors.find(({ accounts }) => accounts !== undefined)
  const keys = parseMasterKeys(environment[masterKeyVariable])
  if (first === undefined || Result.isSuccess(keys)) return Effect.void
  const name = `connectors/${first.name}.yaml`
  const lines = files.find((file) => file.name === name)?.text.split("\n") ?? []
  const at = Math.max(
    0,
    lines.findIndex((line) => line.startsWith("type:"))
  )
  const sourceLine = lines[at]?.trimEnd() ?? ""
  const location = { file: join(directory, name), line: at + 1, column: 1, sourceLine, length: sourceLine.length }
  return Effect.fail(new ConfigurationInvalid({ diagnostics: [diagnose(location, keys.failure.reason)] }))
}
