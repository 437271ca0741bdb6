/** Finds the available types: folders with an `index.ts` that exports a type under the name of its kind. */
import { existsSync } from "node:fs"
import { readdir } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { Effect, Predicate } from "effect"
import type { ConnectorType } from "./Connector.ts"

const root = new URL("../../", import.meta.url)

/**
 * Loads the exports of those `folders` that have an `index.ts`; a folder without the right export is a mistake of its
 * author.
 */
export const loadExports = <A>(folders: ReadonlyArray<string>, name: string, isOne: (found: unknown) => found is A) =>
  Effect.forEach(
    folders.filter((folder) => existsSync(new URL(`${folder}/index.ts`, root))),
    (folder) =>
      Effect.promise(async () => {
        const module: Record<string, unknown> = await import(new URL(`${folder}/index.ts`, root).href)
        const found = module[name]
        if (isOne(found)) return found
        throw new Error(`${folder}/index.ts must export ${name}`)
      }),
    { concurrency: "unbounded" }
  )

/**
 * The one place where a type is trusted without a check: a folder's module either honours the contract or fails its
 * tests.
 */
const isConnectorType = (found: unknown): found is ConnectorType =>
  Predicate.hasProperty(found, "type") &&
  Predicate.hasProperty(found, "layer") &&
  Predicate.hasProperty(found, "sandbox")

/** Paths of what is in a folder, from the root of the program. */
export const foldersIn = (folder: string) =>
  Effect.map(
    Effect.promise(() => readdir(fileURLToPath(new URL(`${folder}/`, root)))),
    (names) => names.toSorted().map((name) => `${folder}/${name}`)
  )

export const connectorTypes = Effect.flatMap(foldersIn("connectors"), (folders) =>
  loadExports(folders, "connectorType", isConnectorType)
)
