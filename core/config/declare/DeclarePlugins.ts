/** Turns the file of a plugin that is not a connector into a declaration. */
import { Schema } from "effect"
import { reason } from "../../reason/Reason.ts"
import { type Problems, type Source, wholeFile } from "../files/Problems.ts"
import { type Environment, resolveReferences } from "../files/References.ts"
import { filterKeys } from "../files/Tree.ts"
import { parse } from "../files/Yaml.ts"
import { fingerprintOf, hashOf } from "../Hash.ts"
import type { PluginDeclaration, PluginSchema } from "../PluginDeclaration.ts"
import type { ChatYaml } from "../schema/ChatYaml.ts"
import { decode } from "../schema/Decode.ts"
import { required } from "../schema/YamlKeys.ts"
import { resolveType } from "./ResolveType.ts"

export interface DeclareOptions {
  /** The name of the file, and so of the plugin. */
  readonly name: string
  readonly source: Source
  readonly types: ReadonlyArray<PluginSchema>
  /** The keys that connector types add to the bot's file. */
  readonly chats: ReadonlyArray<ChatYaml>
  readonly environment: Environment
  /** The names of all secrets. */
  readonly secrets: ReadonlySet<string>
  readonly timezone: string
}

/** The keys that every plugin has. */
export const commonKeys = { type: required(Schema.String, reason("meaning.pluginType")) } as const

const CommonYaml = Schema.Struct(commonKeys)

/** Returns undefined if problems were reported. */
export const declarePlugin = (options: DeclareOptions, problems: Problems): PluginDeclaration | undefined => {
  const { chats, environment, name, secrets, source, timezone, types } = options
  const owner = wholeFile(source)
  const written = parse(source, problems)
  if (written === undefined) return undefined
  const resolved = resolveReferences(written, environment, problems, secrets)
  const isCommon = (key: string) => key in commonKeys
  decode(CommonYaml, filterKeys(resolved, isCommon), problems, { owner, section: name })
  const type = resolveType(
    resolved,
    types.filter((one) => one.name === name),
    "plugin",
    problems
  )
  if (type === undefined) return undefined
  const own = filterKeys(resolved, (key) => !isCommon(key))
  const config = decode(type.config(chats), own, problems, { otherKeys: Object.keys(commonKeys), owner, section: name })
  return {
    name,
    type: type.type,
    config,
    timezone,
    hash: hashOf(resolved, { timezone }),
    fingerprint: fingerprintOf(resolved, { timezone })
  }
}
