/** Turns one file of `connectors/` into a declaration; its entities are finished when all files are read. */
import { type Redacted, Schema } from "effect"
import { type Reason, reason } from "../../reason/Reason.ts"
import { accountColumn, perAccount } from "../AccountEntity.ts"
import type { ConnectorDeclaration, OffConnector } from "../Declarations.ts"
import type { ExportDeclaration } from "../ExportDeclaration.ts"
import { Problems, type Source, type Span, wholeFile } from "../files/Problems.ts"
import { type Environment, resolveReferences, unsetSecrets } from "../files/References.ts"
import { type Entry, emptyMap, filterKeys, locate, type TreeMap } from "../files/Tree.ts"
import { parse } from "../files/Yaml.ts"
import { fingerprintOf, hashOf } from "../Hash.ts"
import { nearest } from "../Nearest.ts"
import { CommonYaml, type ConnectorSchema, commonKeys, readsPerAccount, retryOf } from "../schema/ConnectorYaml.ts"
import { decode } from "../schema/Decode.ts"
import { EntityYaml, sharedEntityYaml } from "../schema/EntityYaml.ts"
import { withVersions } from "../VersionedEntity.ts"
import { buildEntity } from "./BuildEntity.ts"
import { type DeclaredAction, declareActions, unknownActions } from "./DeclareActions.ts"
import { type DeclaredExports, declareExports, unknownExports } from "./DeclareExports.ts"
import { checkLimits, limitsOf } from "./DeclareLimits.ts"
import { atKey, type BuiltEntity, type EntityDraft } from "./EntityDraft.ts"
import { expand } from "./Matrix.ts"
import { namePattern, nameRule } from "./NameRules.ts"
import { checkParent, parentsOf } from "./Parents.ts"
import { withPersonal } from "./Personal.ts"
import { withPrefixes } from "./Prefixes.ts"
import { resolveType } from "./ResolveType.ts"
import { accountsOf, aliasesOf, declareCache } from "./TypeKeys.ts"

export interface DeclareOptions {
  /** The name of the file, and so of the connector. */
  readonly name: string
  readonly source: Source
  readonly types: ReadonlyArray<ConnectorSchema>
  readonly environment: Environment
  /** The names of all secrets. */
  readonly secrets: ReadonlySet<string>
  /** The daemon's time zone, unless the connector has its own. */
  readonly timezone: string
  /** The key of the step `hash`, if the daemon has one. */
  readonly hashKey?: Redacted.Redacted | undefined
}

export interface DeclaredConnector {
  /** Absent if problems were reported, or if it is off. */
  readonly declaration?: ConnectorDeclaration
  readonly off?: OffConnector
  readonly built: ReadonlyArray<BuiltEntity>
  /** The ids of all its entities, including broken ones; `name.*` if the ids are unknown. */
  readonly known: ReadonlyArray<string>
  /** `name.*` if they are unknown. */
  readonly actions: ReadonlyArray<DeclaredAction>
  /** The ids of its exports, as above. */
  readonly exports: ReadonlyArray<string>
}

const shared: ReadonlyArray<string> = Object.keys(commonKeys)
const isShared = (key: string) => shared.includes(key)

export const declareConnector = (options: DeclareOptions, problems: Problems): DeclaredConnector => {
  const { environment, name, secrets, source, types } = options
  const file = wholeFile(source)
  if (!namePattern.test(name)) problems.report(file, reason("name.connector", { name }), nameRule)
  const written = parse(source, problems)
  const broken = { actions: [unknownActions(name)], exports: unknownExports(name).known }
  const absent = { built: [], known: [`${name}.*`], ...broken }
  if (written === undefined) return absent
  const off = offBecause(written, environment)
  if (off !== undefined) return { ...absent, off: { name, reason: off } }

  const own = filterKeys(written, (key) => key !== "entities")
  const resolved = resolveReferences(own, environment, problems, secrets)
  const common = decode(CommonYaml, filterKeys(resolved, isShared), problems, { owner: file, section: "connector" })
  const type = resolveType(resolved, types, "connector", problems)
  const ofActions = (key: string) => type?.actions !== undefined && key === "actions"
  const ofExports = (key: string) => type?.exportKeys !== undefined && key === "exports"
  const ofAccounts = (key: string) => readsPerAccount(type) && key === "accounts"
  const ofAliases = (key: string) => type?.routes !== undefined && key === "aliases"
  const ofCache = (key: string) => type?.cache !== undefined && key === "cache"
  const isTaken = (key: string) => ofAccounts(key) || ofActions(key) || ofAliases(key) || ofCache(key) || ofExports(key)
  const rest = filterKeys(resolved, (key) => !isShared(key) && !isTaken(key))
  const otherKeys = [...shared, "entities", ...["accounts", "actions", "aliases", "cache", "exports"].filter(isTaken)]
  const config =
    type === undefined ? undefined : decode(type.config, rest, problems, { otherKeys, owner: file, section: type.type })
  const actions = declareActions({ connector: name, type }, filterKeys(resolved, ofActions), problems)
  const knownActions = type === undefined ? [unknownActions(name)] : actions.known

  const entities = declareEntities(written.entries.get("entities"), options, problems, type)
  const exported = exportsOf(
    resolved.entries.get("exports"),
    { connector: name, type, entities: entities.names },
    problems
  )
  const accounts = accountsOf(type, filterKeys(resolved, ofAccounts), file, problems)
  const aliases = aliasesOf(type, filterKeys(resolved, ofAliases), file, problems)
  const cache = declareCache(type, filterKeys(resolved, ofCache), file, problems)
  const timezone = common?.timezone ?? options.timezone
  const declared = buildEntities(entities, { timezone, type, config, hashKey: options.hashKey })
  const built = withPersonal(withPrefixes(declared))
  const whole: TreeMap = { ...resolved, entries: new Map([...resolved.entries, ...entities.entries]) }
  const known = entities.names.map((entity) => `${name}.${entity}`)
  const named = { known, actions: knownActions, exports: exported.known }
  if (common === undefined) return { built, ...named }
  const limits = limitsOf(common, type)
  checkLimits(limits, type, problems, (path) => locate(resolved, ["limits", ...path]).key ?? file)
  const declaration = {
    name,
    type: common.type,
    config,
    ...(type?.actions === undefined ? {} : { actions: actions.settings }),
    ...(accounts === undefined ? {} : { accounts }),
    ...(config !== undefined && type?.accounts?.ofConnector?.(config) === true ? { ownAccount: true as const } : {}),
    ...(aliases === undefined ? {} : { aliases }),
    ...(cache === undefined ? {} : { cache }),
    limits,
    retry: retryOf(common.retry),
    ...(common.proxy === undefined ? {} : { proxy: common.proxy }),
    timezone,
    entities: [],
    ...(type?.exportKeys === undefined ? {} : { exports: exported.declared.map((one) => placed(one, type, config)) }),
    hash: hashOf(whole, { timezone }),
    fingerprint: fingerprintOf(
      filterKeys(resolved, (key) => !ofExports(key)),
      { timezone }
    )
  }
  return { declaration, built, ...named }
}

const Enabled = Schema.Struct({ enabled: commonKeys.enabled })

/** Why the connector is off. Another value of the key is a problem of a connector that is on. */
const offBecause = (written: TreeMap, environment: Environment): Reason | undefined => {
  const unreported = new Problems()
  const tree = resolveReferences(
    filterKeys(written, (key) => key === "enabled"),
    environment,
    unreported
  )
  const enabled = decode(Enabled, tree, unreported, { section: "connector" })?.enabled
  if (enabled === false) return reason("connector.off")
  const unset = enabled === "auto" ? unsetSecrets(written, environment) : []
  return unset.length === 0 ? undefined : reason("connector.secretsUnset", { names: unset.join(", ") })
}

const exportsOf = (
  entry: Entry | undefined,
  about: {
    readonly connector: string
    readonly type: ConnectorSchema | undefined
    readonly entities: ReadonlyArray<string>
  },
  problems: Problems
): DeclaredExports => {
  const { connector, entities, type } = about
  if (type === undefined) return unknownExports(connector)
  const { exportKeys: keys } = type
  return keys === undefined
    ? { declared: [], known: [] }
    : declareExports(entry, { connector, entities, keys, section: `${type.type} exports` }, problems)
}

const placed = (declared: ExportDeclaration, type: ConnectorSchema, config: unknown): ExportDeclaration => {
  const destination = config === undefined ? undefined : type.destinationOf?.(config, declared.own)
  return destination === undefined ? declared : { ...declared, destination }
}

interface DeclaredEntities {
  readonly declared: ReadonlyArray<EntityDraft>
  /** The decoded keys of its type; absent if problems were reported. */
  readonly own: ReadonlyMap<EntityDraft, unknown>
  readonly names: ReadonlyArray<string>
  readonly entries: ReadonlyArray<readonly [string, Entry]>
}

const declareEntities = (
  entry: Entry | undefined,
  { environment, name: connector, secrets }: DeclareOptions,
  problems: Problems,
  type: ConnectorSchema | undefined
): DeclaredEntities => {
  const declared: Array<EntityDraft> = []
  const own = new Map<EntityDraft, unknown>()
  const entries = new Map<string, Entry>()
  if (entry !== undefined && entry.value._tag !== "Map") {
    problems.report(
      entry.value.span,
      reason("value.expected", { what: reason("value.entities") }),
      reason("value.example", { example: "entities: { deal: { path: /v1/deal, … } }" })
    )
  }
  for (const [written, { key, value }] of entry?.value._tag === "Map" ? entry.value.entries : []) {
    if (!namePattern.test(written)) problems.report(key, reason("name.entity", { name: written }), nameRule)
    if (value._tag !== "Map" && !problems.has(value.span)) {
      problems.report(
        value._tag === "Scalar" && value.value === null ? key : value.span,
        reason("value.expected", { what: reason("value.keys") })
      )
    }
    const template = value._tag === "Map" ? value : emptyMap(value.span)
    for (const { name, owner, tree: expanded } of expand(written, key, template, problems)) {
      const taken = entries.get(name)
      if (taken !== undefined) {
        problems.report(key, reason("matrix.second", { name }), reason("name.another"))
        continue
      }
      const tree = resolveReferences(expanded, environment, problems, secrets)
      entries.set(name, { key: owner, value: tree })
      if (value._tag !== "Map") continue
      const [yaml, decodedOwn] = decodeEntity(tree, owner, problems, type)
      if (yaml === undefined) continue
      const one = { connector, name, owner, tree, yaml, problems }
      declared.push(one)
      if (decodedOwn !== undefined) own.set(one, decodedOwn)
    }
  }
  // Prefixed, so that no entity is mistaken for a key of the connector.
  const named = [...entries].map(([name, it]) => [`entities.${name}`, it] as const)
  return { declared, own, names: [...entries.keys()], entries: named }
}

/** Decodes the keys that every entity has and those of its type, each with its own schema. */
const decodeEntity = (
  tree: TreeMap,
  owner: Span,
  problems: Problems,
  type: ConnectorSchema | undefined
): readonly [EntityYaml | undefined, unknown] => {
  const keys = type?.entityKeys
  if (keys === undefined) return [decode(EntityYaml, tree, problems, { owner, section: "entity" }), undefined]
  const sharedYaml = sharedEntityYaml(keys)
  const [ownKeys, sharedKeys] = [Object.keys(keys.schema.fields), Object.keys(sharedYaml.fields)]
  // An unknown key goes to the schema of the probably intended key, so that this key is not also reported missing.
  const isOwn = (name: string) => ownKeys.includes(nearest(name, [...sharedKeys, ...ownKeys]) ?? "")
  const shared = filterKeys(tree, (name) => !isOwn(name))
  const yaml = decode(sharedYaml, shared, problems, { owner, otherKeys: ownKeys, section: "entity" })
  const section = `${type?.type} entity`
  return [yaml, decode(keys.schema, filterKeys(tree, isOwn), problems, { owner, otherKeys: sharedKeys, section })]
}

const buildEntities = (
  { declared, names, own }: DeclaredEntities,
  options: Pick<DeclareOptions, "timezone" | "hashKey"> & {
    readonly type: ConnectorSchema | undefined
    readonly config: unknown
  }
): ReadonlyArray<BuiltEntity> =>
  declared.flatMap((one) => {
    const parents = parentsOf(one, declared)
    const children = declared.filter((other) => parentsOf(other, declared)?.includes(one) === true)
    checkParent(one, declared, names)
    const { config, hashKey, timezone, type } = options
    const keys = type?.entityKeys
    const value = own.get(one)
    // The problems are already reported: without its own keys or the connector's it is unknown what the entity reads.
    if (keys !== undefined && (value === undefined || config === undefined)) return []
    const shown =
      keys === undefined ? undefined : { value, keys, path: keys.path(value, config), one: keys.one?.(value, config) }
    const defaults = { ...type?.entityDefaults, ...(config === undefined ? {} : type?.entityDefaultsOf?.(config)) }
    const draft = parents === undefined ? one : { ...one, parents }
    const entity = buildEntity(draft, { timezone, hashKey, defaults, children, own: shown })
    const versioned = withVersions(entity)
    if (!readsPerAccount(type)) return [{ declared: draft, entity: versioned }]
    if (entity.columns.some(({ name }) => name === accountColumn)) {
      atKey(draft, ["fields", accountColumn], reason("account.column", { column: accountColumn }))
      return []
    }
    return [{ declared: draft, entity: perAccount(versioned) }]
  })
