/**
 * Resolves `{ secret: NAME }` and `{ env: NAME, default: x }` on the parsed tree, before any schema sees it. From here
 * on a secret is redacted and removed from everything that is logged. An unset secret that is not optional is a problem
 * at its place.
 */
import { Redacted } from "effect"
import { remember } from "../../observe/Secrets.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { withNearest } from "../Nearest.ts"
import { valuesPage } from "../reference/Page.ts"
import type { Problems, Span } from "./Problems.ts"
import type { Entry, Tree, TreeMap, TreeScalar } from "./Tree.ts"

export type Environment = Readonly<Record<string, string | undefined>>

/** Maps whose keys are names of the user's own: a column called `env` is not a reference. */
const ownNames = new Set(["fields", "query", "headers", "body", "scope", "params", "matrix"])

/** Never resolved: examples hold what a vendor sends. */
export const verbatimKeys = new Set(["examples"])

/**
 * Variables of the daemon itself, PostgreSQL and OpenTelemetry: they may hold passwords and keys that no file declares
 * as secrets.
 */
const reserved = /^(?:TRIBUTARY_|PG|OTEL_)/i

/** A reference as it is written. */
export interface Reference {
  readonly kind: "secret" | "env"
  readonly name: string
  readonly span: Span
  /** The keys on the path to it, with `*` for names of the user's own. */
  readonly place: string
  /** Nothing is missing if it is not set. */
  readonly optional?: true
}

/** A key below a place. */
export const placeBelow = (place: string, name: string): string => {
  const last = place.split(".").at(-1) ?? ""
  const step = ownNames.has(last) || last === "exports" ? "*" : name
  return place === "" ? step : `${place}.${step}`
}

/** All references, found by the rules that resolve them. `place`: the place of the tree in its file. */
export const referencesIn = ({
  place,
  tree
}: {
  readonly place: string
  readonly tree: TreeMap
}): ReadonlyArray<Reference> => {
  const inValue = (value: Tree, at: string, mayRefer: boolean): ReadonlyArray<Reference> => {
    if (value._tag === "List") return value.items.flatMap((item) => inValue(item, at, true))
    if (value._tag !== "Map") return []
    const { span } = value
    const secret = mayRefer ? referenceName(value, "secret") : undefined
    if (secret !== undefined) {
      return [{ kind: "secret", name: secret, span, place: at, ...(isOptional(value) ? { optional: true } : {}) }]
    }
    const variable = mayRefer ? referenceName(value, "env") : undefined
    if (variable !== undefined) return [{ kind: "env", name: variable, span, place: at }]
    return referencesIn({ tree: value, place: at })
  }
  return [...tree.entries].flatMap(([name, { value }]) =>
    verbatimKeys.has(name) ? [] : inValue(value, placeBelow(place, name), !ownNames.has(name))
  )
}

/** `secrets`: names that any file declares as a secret; they cannot be used as plain variables. */
export const resolveReferences = (
  tree: TreeMap,
  environment: Environment,
  problems: Problems,
  secrets: ReadonlySet<string> = new Set()
): TreeMap => {
  const resolveMap = (map: TreeMap): TreeMap => {
    const entries = new Map<string, Entry>()
    for (const [name, entry] of map.entries) {
      const value = verbatimKeys.has(name) ? entry.value : resolve(entry.value, !ownNames.has(name))
      if (value !== undefined) entries.set(name, { ...entry, value })
    }
    return { ...map, entries }
  }

  /** `undefined` if an optional secret is not set: as if the key were missing. */
  const resolve = (value: Tree, mayRefer: boolean): Tree | undefined => {
    if (value._tag === "List") {
      return { ...value, items: value.items.flatMap((item) => resolve(item, true) ?? []) }
    }
    if (value._tag !== "Map") return value
    const secret = mayRefer ? referenceName(value, "secret") : undefined
    if (secret !== undefined) return resolveSecret(value, secret)
    const variable = mayRefer ? referenceName(value, "env") : undefined
    return variable === undefined ? resolveMap(value) : resolveVariable(value, variable)
  }

  const report = (span: Span, why: Reason, hint?: Reason): void => problems.report(span, why, hint, valuesPage)

  const resolveSecret = (map: TreeMap, name: string): Tree | undefined => {
    onlyKeys(map, ["secret", "optional"])
    const optional = map.entries.get("optional")?.value
    if (optional !== undefined && !(optional._tag === "Scalar" && typeof optional.value === "boolean")) {
      report(optional.span, reason("value.expected", { what: reason("value.boolean") }))
    }
    const found = read(name)
    if (found !== undefined) {
      remember(found)
      return { _tag: "Secret", span: map.span, name, value: Redacted.make(found) }
    }
    if (isOptional(map)) return undefined
    report(map.span, reason("secret.unset", { name }), reason("secret.set", { name }))
    return { _tag: "Secret", span: map.span, name, value: Redacted.make("") }
  }

  const resolveVariable = (map: TreeMap, name: string): Tree => {
    onlyKeys(map, ["env", "default"])
    const fallback = map.entries.get("default")?.value
    if (fallback !== undefined && fallback._tag !== "Scalar") {
      report(fallback.span, reason("value.expected", { what: reason("value.constant") }))
    }
    if (reserved.test(name) || secrets.has(name)) {
      report(map.span, reason("variable.reserved", { name }), reason("variable.other"))
      return { _tag: "Scalar", span: map.span, value: "", variable: name }
    }
    const found = read(name)
    if (found !== undefined) return { _tag: "Scalar", span: map.span, value: typed(found, fallback), variable: name }
    if (fallback?._tag === "Scalar") return { ...fallback, variable: name }
    report(
      map.span,
      reason("variable.unset", { name }),
      reason("variable.set", { example: `{ env: ${name}, default: … }` })
    )
    return { _tag: "Scalar", span: map.span, value: "", variable: name }
  }

  const read = (name: string) => setValue(environment, name)

  const onlyKeys = (map: TreeMap, known: ReadonlyArray<string>): void => {
    for (const [name, { key }] of map.entries) {
      if (!known.includes(name)) report(key, withNearest(reason("key.unknown", { name }), name, known))
    }
  }

  return resolveMap(tree)
}

/** The name that a map refers to: the map has this key with a text, and at most one other key. */
export const referenceName = (map: TreeMap, key: "secret" | "env"): string | undefined => {
  const name = map.entries.get(key)?.value
  const refers = map.entries.size <= 2 && name?._tag === "Scalar" && typeof name.value === "string" && name.value !== ""
  return refers && typeof name.value === "string" ? name.value : undefined
}

const isOptional = ({ entries }: TreeMap): boolean => {
  const optional = entries.get("optional")?.value
  return optional?._tag === "Scalar" && optional.value === true
}

/** Compose files set unknown variables to the empty text. */
const setValue = (environment: Environment, name: string): string | undefined =>
  // Every object has `constructor`, but no environment sets it.
  (Object.hasOwn(environment, name) && environment[name]) || undefined

/** The secrets that a tree needs and the environment lacks. */
export const unsetSecrets = (tree: TreeMap, environment: Environment): ReadonlyArray<string> => {
  const needed = referencesIn({ place: "", tree }).filter(
    ({ kind, optional }) => kind === "secret" && optional !== true
  )
  return [...new Set(needed.map(({ name }) => name))].filter((name) => setValue(environment, name) === undefined)
}

/** Variables are texts; if the default is a number or a boolean, so is the variable. */
const typed = (text: string, fallback: Tree | undefined): TreeScalar["value"] => {
  if (fallback?._tag !== "Scalar") return text
  if (typeof fallback.value === "number") {
    const parsed = Number(text)
    return Number.isFinite(parsed) ? parsed : text
  }
  return typeof fallback.value === "boolean" && (text === "true" || text === "false") ? text === "true" : text
}
