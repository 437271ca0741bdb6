/** Finds the plugin types that are not connectors: the folder `bot/`, if it has an `index.ts`. */
import { Effect, Predicate } from "effect"
import { exported } from "../plugin/Discovery.ts"
import type { PluginType } from "./Plugin.ts"

const folders = ["bot"]

/** Trusted without a check, as with connectors: a folder's module either honours the contract or fails its tests. */
const isPluginType = (found: unknown): found is PluginType =>
  Predicate.hasProperty(found, "type") &&
  Predicate.hasProperty(found, "name") &&
  Predicate.hasProperty(found, "layer") &&
  Predicate.hasProperty(found, "sandbox")

export const pluginTypes = Effect.suspend(() => exported(folders, "pluginType", isPluginType))
