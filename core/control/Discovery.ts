/** Finds the types of plugins that are no connectors: the folder `bot/`, when its `index.ts` is there. */
import { Effect, Predicate } from "effect"
import { exported } from "../plugin/Discovery.ts"
import type { PluginType } from "./Plugin.ts"

const folders = ["bot"]

/** Taken on trust, as with connectors: a folder's module either honours the contract or fails its tests. */
const isPluginType = (found: unknown): found is PluginType =>
  Predicate.hasProperty(found, "type") &&
  Predicate.hasProperty(found, "name") &&
  Predicate.hasProperty(found, "layer") &&
  Predicate.hasProperty(found, "sandbox")

export const pluginTypes = Effect.suspend(() => exported(folders, "pluginType", isPluginType))
