/** The difference between two states of the configuration's files, as a unified patch. */
import { createTwoFilesPatch } from "diff"
import type { ConfigurationFile } from "../config/Configuration.ts"

/** Covers every file that differs; a file in only one of them is added, or removed, as a whole. */
export const patchOf = (before: ReadonlyArray<ConfigurationFile>, after: ReadonlyArray<ConfigurationFile>): string => {
  const [old, next] = [before, after].map((files) => new Map(files.map(({ name, text }) => [name, text])))
  const names = [...new Set([...before, ...after].map(({ name }) => name))].toSorted()
  return names
    .flatMap((name) => {
      const [from, to] = [old?.get(name), next?.get(name)]
      if (from === to) return []
      const [here, there] = [from === undefined ? "/dev/null" : name, to === undefined ? "/dev/null" : name]
      return createTwoFilesPatch(here, there, from ?? "", to ?? "", undefined, undefined, { headerOptions })
    })
    .join("")
}

const headerOptions = { includeIndex: false, includeUnderline: false, includeFileHeaders: true }
