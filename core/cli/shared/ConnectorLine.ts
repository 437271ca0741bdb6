/** The line of a connector's file that begins with a key, else its first line. */
import { join } from "node:path"
import type { ConfigurationFile } from "../../config/Configuration.ts"

interface Files {
  readonly directory: string
  readonly files: ReadonlyArray<ConfigurationFile>
}

export const connectorLine = ({ directory, files }: Files, connector: string, key: string) => {
  const name = `connectors/${connector}.yaml`
  const lines = files.find((file) => file.name === name)?.text.split("\n") ?? []
  const at = Math.max(
    0,
    lines.findIndex((line) => line.startsWith(`${key}:`))
  )
  const sourceLine = lines[at]?.trimEnd() ?? ""
  return { file: join(directory, name), line: at + 1, column: 1, sourceLine, length: sourceLine.length }
}
