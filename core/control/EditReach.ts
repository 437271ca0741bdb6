/**
 * What an edit through the daemon must not do, because it could let out what the machine stores: send a secret or a
 * variable to a new address, or rows to a new destination. Such an edit is made on the machine.
 */
import type { Diagnostic } from "../config/Diagnostic.ts"
import { exportId } from "../config/ExportDeclaration.ts"
import { Problems } from "../config/files/Problems.ts"
import { type Disclosure, newDisclosures } from "../config/files/SecretReach.ts"
import type { LoadedConfiguration } from "../plugin/LoadedConfiguration.ts"
import { foreignText, type Reason, reason } from "../reason/Reason.ts"
import type { ConfigFile, FileEdit } from "./FileEdit.ts"

export const onMachineReason = reason("config.onMachine")

/** Compares with the live file. Nothing is resolved, because the message about an invalid value would quote it. */
export const newSecrets = (live: ReadonlyArray<ConfigFile>, { name, text }: FileEdit): ReadonlyArray<Diagnostic> => {
  if (text === null) return []
  const before = live.find((file) => file.name === name)
  const problems = new Problems()
  for (const found of newDisclosures(before && { ...before, file: name }, { file: name, text })) {
    problems.report(found.span, whyNot(name, found), onMachineReason)
  }
  return problems.diagnostics
}

const whyNot = (file: string, { host, kind, name }: Disclosure): Reason => {
  if (kind === "proxy") return reason("config.newProxy", { file, proxy: name })
  const what = { name, file, host: host === undefined ? reason("config.usualHost") : foreignText(host) }
  return kind === "secret" ? reason("config.newSecret", what) : reason("config.newVariable", what)
}

/** Finds exports to destinations that no live export writes to. */
export const newDestinations = (
  live: Pick<LoadedConfiguration, "connectors">,
  loaded: Pick<LoadedConfiguration, "connectors">
): ReadonlyArray<Reason> => {
  const written = new Set(exportsOf(live).flatMap(({ destination }) => destination ?? []))
  return exportsOf(loaded).flatMap((one) =>
    one.destination === undefined || written.has(one.destination)
      ? []
      : reason("config.newDestination", { name: exportId(one), destination: one.destination })
  )
}

const exportsOf = ({ connectors }: Pick<LoadedConfiguration, "connectors">) =>
  connectors.flatMap(({ exports = [] }) => exports)
