/** The keys that a connector has only if its type offers them: its accounts, its aliases in the HTTP API, its cache. */
import { Schema } from "effect"
import type { ConnectorDeclaration } from "../Declarations.ts"
import type { Problems, Span } from "../files/Problems.ts"
import type { TreeMap } from "../files/Tree.ts"
import { cacheKey, cacheOf } from "../schema/CacheYaml.ts"
import { accountsKey, aliasesKey, type ConnectorSchema, readsPerAccount } from "../schema/ConnectorYaml.ts"
import { decode } from "../schema/Decode.ts"

/** The type, the tree of the key, where the connector is, and the problems. */
type Declared<A> = (type: ConnectorSchema | undefined, tree: TreeMap, owner: Span, problems: Problems) => A | undefined

const Accounts = Schema.Struct(accountsKey)

export const accountsOf: Declared<Exclude<ConnectorDeclaration["accounts"], undefined>> = (
  type,
  tree,
  owner,
  problems
) =>
  type?.accounts && readsPerAccount(type)
    ? { ...type.accounts, ...decode(Accounts, tree, problems, { owner, section: type.type })?.accounts }
    : undefined

const Aliases = Schema.Struct(aliasesKey)

export const aliasesOf: Declared<Exclude<ConnectorDeclaration["aliases"], undefined>> = (
  type,
  tree,
  owner,
  problems
) => (type?.routes === undefined ? undefined : decode(Aliases, tree, problems, { owner, section: type.type })?.aliases)

export const declareCache: Declared<Exclude<ConnectorDeclaration["cache"], undefined>> = (
  type,
  tree,
  owner,
  problems
) => {
  if (type?.cache === undefined) return undefined
  const decoded = decode(Schema.Struct(cacheKey(type.cache)), tree, problems, { owner, section: type.type })
  return decoded && cacheOf(decoded.cache)
}
