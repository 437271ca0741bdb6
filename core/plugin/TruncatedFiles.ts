/** Detects files that look emptied or cut off by accident, and names what would be lost with the missing part. */
import { type Reason, reason } from "../reason/Reason.ts"
import type { Changes } from "./ConfigVersion.ts"
import type { LoadedConfiguration } from "./LoadedConfiguration.ts"

type Before = Pick<LoadedConfiguration, "files" | "jobs">

/** For jobs it is enough that none is left; for entities the new file must be the beginning of the old one. */
export const truncatedFiles = (before: Before, after: Before, changes: Changes): Reason | undefined => {
  const jobs = changes.jobs.removed
  if (jobs.length > 0 && (after.jobs.length === 0 || isCut(before, after, "jobs.yaml"))) return why("jobs.yaml", jobs)
  for (const { name } of after.files) {
    const connector = /^connectors\/(.+)\.yaml$/.exec(name)?.[1]
    const entities = changes.entities.removed.filter((id) => id.startsWith(`${connector}.`))
    if (entities.length > 0 && isCut(before, after, name)) return why(name, entities)
  }
  return undefined
}

const why = (file: string, names: ReadonlyArray<string>) =>
  reason("config.cut", { file, count: names.length, names: names.join(", ") })

const isCut = (before: Before, after: Before, name: string): boolean => {
  const [was, is] = [before, after].map(({ files }) => files.find((file) => file.name === name)?.text.trimEnd() ?? "")
  return was !== undefined && is !== undefined && was !== is && was.startsWith(is)
}
