/** Edits of files of the configuration directory: their contract, and the names of the files that may be edited. */
import { Effect } from "effect"
import { namePattern } from "../config/declare/NameRules.ts"
import { type Reason, reason } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"

/** Nothing was changed; with a reason for a person, such as a read-only directory. */
export class ConfigurationUnwritable extends ReasonError("ConfigurationUnwritable") {}

export interface ConfigFile {
  /** Relative to the configuration directory: `connectors/crm.yaml`. */
  readonly name: string
  readonly text: string
}

/** The wanted content of a file. */
export interface FileEdit {
  readonly name: string
  /** `null`: the file is removed. */
  readonly text: string | null
}

/** Names of the files that the loader reads, where plugins have these names. None of them leads out of the directory. */
export const namesOf = (plugins: ReadonlyArray<string>) => {
  const known = ["daemon.yaml", "jobs.yaml", ...plugins.map((name) => `${name}.yaml`)]
  return {
    /** Those beside the connectors. */
    known,
    rule: reason("file.names", { known: known.join(", "), connectors: "connectors/<name>.yaml" }),
    has: (name: string): boolean =>
      known.includes(name) || namePattern.test(/^connectors\/([^/]*)\.yaml$/.exec(name)?.[1] ?? "")
  }
}

export type Names = ReturnType<typeof namesOf>

export const failUnwritable = (directory: string, file: string, why: Reason) =>
  Effect.fail(new ConfigurationUnwritable({ reason: reason("config.unwritable", { file, why, directory }) }))

export const failEditedMeanwhile = (file: string) =>
  Effect.fail(new ConfigurationUnwritable({ reason: reason("config.editedMeanwhile", { file }) }))
