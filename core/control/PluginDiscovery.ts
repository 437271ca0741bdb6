/** Finds the plugin types that are not connectors: each folder beside `core/` with an `index.ts`. */
import { Effect, Predicate } from "effect"
import { foldersIn, loadExports } from "../plugin/Discovery.ts"
import type { PluginType } from "./Plugin.ts"

/** Trusted without a check, as with connectors: a folder's module either honours the contract or fails its tests. */
const isPluginType = (found: unknown): found is PluginType =>
  Predicate.hasProperty(found, "type") &&
  Predicate.hasProperty(found, "name") &&
  Predicate.hasProperty(found, "layer") &&
  Predicate.hasProperty(found, "sandbox")

export const pluginTypes = Effect.flatMap(foldersIn("."), (folders) => loadExports(folders, "pluginType", isPluginType))
