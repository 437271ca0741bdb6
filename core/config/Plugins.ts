/** The file of a plugin that is no connector, to a declaration. */
import { Schema } from "effect"
import { reason } from "../reason/Reason.ts"
import { decode } from "./Decode.ts"
import { fingerprintOf, hashOf } from "./Hash.ts"
import { required } from "./Keys.ts"
import type { PluginDeclaration, PluginSchema } from "./Plugin.ts"
import { type Problems, type Source, wholeFile } from "./Problems.ts"
import { type Environment, resolveReferences } from "./References.ts"
import { filterKeys } from "./Tree.ts"
import { typeOf } from "./TypeOf.ts"
import { parse } from "./Yaml.ts"

export interface DeclareOptions {
  /** Of the file, and so of the plugin. */
  readonly name: string
  readonly source: Source
  readonly types: ReadonlyArray<PluginSchema>
  readonly environment: Environment
  /** The names of all secrets. */
  readonly secrets: ReadonlySet<string>
  readonly timezone: string
}

/** The keys that every plugin has. */
export const commonKeys = { type: required(Schema.String, reason("meaning.pluginType")) } as const

const CommonYaml = Schema.Struct(commonKeys)

/** Absent where problems were reported. */
export const declarePlugin = (options: DeclareOptions, problems: Problems): PluginDeclaration | undefined => {
  const { environment, name, secrets, source, timezone, types } = options
  const owner = wholeFile(source)
  const written = parse(source, problems)
  if (written === undefined) return undefined
  const resolved = resolveReferences(written, environment, problems, secrets)
  const isCommon = (key: string) => key in commonKeys
  decode(CommonYaml, filterKeys(resolved, isCommon), problems, { owner })
  const type = typeOf(
    resolved,
    types.filter((one) => one.name === name),
    "plugin",
    problems
  )
  if (type === undefined) return undefined
  const own = filterKeys(resolved, (key) => !isCommon(key))
  const config = decode(type.config, own, problems, { otherKeys: Object.keys(commonKeys), owner })
  return {
    name,
    type: type.type,
    config,
    timezone,
    hash: hashOf(resolved, { timezone }),
    fingerprint: fingerprintOf(resolved, { timezone })
  }
}
