/** Finds the connector types: every folder of `connectors/` with an `index.ts` that exports `connectorType`. */
import { existsSync } from "node:fs"
import { readdir } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { Effect, Predicate } from "effect"
import type { ConnectorType } from "./Connector.ts"

const folder = new URL("../../connectors/", import.meta.url)

/** The one place where a type is taken on trust: a folder's module either honours the contract or fails its tests. */
const isConnectorType = (found: unknown): found is ConnectorType =>
  Predicate.hasProperty(found, "type") &&
  Predicate.hasProperty(found, "layer") &&
  Predicate.hasProperty(found, "sandbox")

export const connectorTypes = Effect.gen(function* () {
  const entries = yield* Effect.promise(() => readdir(fileURLToPath(folder)))
  const names = entries.filter((name) => existsSync(new URL(`${name}/index.ts`, folder)))
  return yield* Effect.forEach(
    names.toSorted(),
    (name) =>
      Effect.promise(async () => {
        const module: Record<string, unknown> = await import(new URL(`${name}/index.ts`, folder).href)
        if (isConnectorType(module.connectorType)) return module.connectorType
        throw new Error(`connectors/${name}/index.ts must export connectorType`)
      }),
    { concurrency: "unbounded" }
  )
})
