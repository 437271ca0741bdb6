/**
 * Checks `{name}` in an entity. A matrix has filled its own before. `forEach` fills the rest for every parent: in a
 * request (the path, values of the query, headers, texts of the body) and, as a whole value, in a field or the scope.
 * In a request the clock fills `{now}` and `{today-30d:dd.MM.yyyy}`, `incremental` fills `{cursor}`, and `windows` fills
 * `{from}` and `{to}`. An unfilled placeholder would be sent or stored literally.
 */
import { type Reason, reason } from "../../reason/Reason.ts"
import { locate, type Tree } from "../files/Tree.ts"
import { withNearest } from "../Nearest.ts"
import type { TemplateValue } from "../RequestTemplate.ts"
import { EntityYaml } from "../schema/EntityYaml.ts"
import { isDateFormat } from "../values/DatePattern.ts"
import { momentOf } from "../values/Moments.ts"
import { atKey, atValue, type EntityDraft, readerOf } from "./EntityDraft.ts"
import { boundsFor } from "./WindowColumns.ts"

type Place = ReadonlyArray<string | number>

interface Text {
  readonly text: string
  readonly at: Place
  /** Whether the text is the name of a value: only a matrix fills names. */
  readonly isName: boolean
}

/**
 * Matches more than can be filled, so that `{a.b}` and `{a-b}` are not mistaken for text; braces with a space are
 * somebody's JSON.
 */
const written = /\{([A-Za-z_][\w.-]*)\}/g
/** The same, and moments with their format: other braces with a colon are somebody's JSON. */
const writtenInRequest = /\{((?:today|now)(?:[+-]\w*)?(?=[:}])|[A-Za-z_][\w.-]*(?=\}))(?::([^{}]*))?\}/g
/** Braces have no other use in a path. */
const writtenInPath = /\{([^{}:]*)(?::([^{}]*))?\}/g

const fillable = /^[A-Za-z_]\w*$/

/** The parameter that makes up the whole value; undefined if the value is a constant. */
export const parameterOf = (value: unknown): string | undefined =>
  typeof value === "string" ? /^\{([A-Za-z_][\w.-]*)\}$/.exec(value)?.[1] : undefined

/**
 * The parameters whose values come with the records of an entity: its own, or those of the entity whose read it shares.
 */
export const parametersOf = (declared: EntityDraft): ReadonlyArray<string> => namesOf(readerOf(declared))

const namesOf = (declared: EntityDraft | undefined): ReadonlyArray<string> => {
  const { as, params = {} } = declared?.yaml.forEach ?? {}
  return as === undefined ? Object.keys(params) : [as]
}

/**
 * Checks that every placeholder has a value, and that every parameter is used. `children` share the read. `isOwn`: its
 * type makes the requests, and puts the cursor into them.
 */
export const checkPlaceholders = (
  declared: EntityDraft,
  { children, isOwn }: { readonly children: ReadonlyArray<EntityDraft>; readonly isOwn: boolean }
): void => {
  // The parameters of an unreadable parent are unknown.
  if (readerOf(declared) === undefined) return
  const params = parametersOf(declared)
  const sent = declared.yaml.parent === undefined ? checkRequest(declared, params) : new Set(params)
  checkWindows(declared, params, sent)
  if (!isOwn) checkCursor(declared, sent.has(cursor) && !params.includes(cursor))
  checkStored(declared, params)
  checkElsewhere(declared, params)
  const kept = new Set([declared, ...children].flatMap(storedBy))
  const asks = params.some((name) => sent.has(name))
  for (const name of namesOf(declared)) {
    const report = (why: Reason) =>
      declared.yaml.forEach?.as === undefined
        ? atKey(declared, ["forEach", "params", name], why)
        : atValue(declared, ["forEach", "as"], why)
    if (!fillable.test(name)) report(reason("place.noName", { name }))
    else if (!sent.has(name) && !(asks && kept.has(name))) report(reason("place.unused", { place: `{${name}}` }))
  }
}

/** The names that the entity itself gives values in its request, also by a key that has a problem of its own. */
const ownNames = ({ tree: { entries } }: EntityDraft): ReadonlyArray<string> => [
  ...(entries.has("incremental") ? [cursor] : []),
  ...(entries.has("windows") ? bounds : [])
]

/** Returns the names that the request uses. */
const checkRequest = (declared: EntityDraft, params: ReadonlyArray<string>): ReadonlySet<string> => {
  const { body = null, forEach, form = {}, graphql, headers = {}, path = "", query = {} } = declared.yaml
  const own = ownNames(declared)
  const used = new Set<string>()
  const check = ({ at, isName, text }: Text, pattern: RegExp) => {
    for (const [place, name = "", format] of text.matchAll(pattern)) {
      used.add(name)
      if (isName) atKey(declared, at, reason("place.unfilledHere", { place }), reason("place.values"))
      else if (momentOf(name) !== undefined && !(format === undefined && params.includes(name))) {
        if (format !== undefined && !isDateFormat(format)) atValue(declared, at, reason("place.format", { format }))
      } else if (format === undefined && own.includes(name)) continue
      else if (format !== undefined || !params.includes(name)) {
        const why = withNearest(reason("place.unfilled", { place }), name, params)
        atValue(declared, at, why, forEach === undefined ? hint : undefined)
      }
    }
  }
  check({ text: path, at: ["path"], isName: false }, writtenInPath)
  for (const [key, value] of Object.entries({ query, headers, body, form })) {
    for (const text of textsOf(value, [key])) check(text, writtenInRequest)
  }
  for (const text of textsOf(graphql?.variables ?? null, ["graphql", "variables"])) check(text, writtenInRequest)
  return used
}

const cursor = "cursor"
const bounds: ReadonlyArray<string> = ["from", "to"]

const checkWindows = (declared: EntityDraft, params: ReadonlyArray<string>, sent: ReadonlySet<string>): void => {
  if (declared.yaml.windows === undefined) return
  const taken = params.find((name) => bounds.includes(name))
  if (taken !== undefined) atKey(declared, ["windows"], reason("windows.taken", { place: `{${taken}}` }))
  else if (!sent.has("from")) {
    atKey(declared, ["windows"], reason("place.unused", { place: "{from}" }))
  }
}

/** The cursor is sent somewhere; a text with it has a value from the first read on. */
const checkCursor = (declared: EntityDraft, isWritten: boolean): void => {
  const { incremental } = declared.yaml
  if (incremental === undefined) return
  const at = ["incremental"]
  if (!isWritten && incremental.param === undefined) {
    atKey(declared, at, reason("incremental.noParam", { place: "{cursor}" }))
  }
  if (isWritten && (incremental.initial ?? null) === null) {
    atKey(declared, at, reason("incremental.noInitial", { place: "{cursor}" }))
  }
}

const hint = reason("place.fill", { places: "{names}" })

const textsOf = (value: TemplateValue, at: Place): ReadonlyArray<Text> => {
  if (typeof value === "string") return [{ text: value, at, isName: false }]
  if (typeof value !== "object" || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item, index) => textsOf(item, [...at, index]))
  // The texts of a date are its pattern and what the schema parsed.
  if ("offset" in value && "sign" in value) return []
  return Object.entries(value).flatMap(([name, item]) => [
    { text: name, at: [...at, name], isName: true },
    ...textsOf(item, [...at, name])
  ])
}

/** The values of fields and of the scope, each with its place. */
const valuesOf = ({ yaml: { fields, scope } }: EntityDraft): ReadonlyArray<readonly [unknown, Place]> => [
  ...Object.entries(fields).map(
    ([name, field]) => [typeof field === "string" ? undefined : field.value, ["fields", name, "value"]] as const
  ),
  ...Object.entries(scope).map(([name, value]) => [value, ["scope", name]] as const)
]

const storedBy = (declared: EntityDraft): ReadonlyArray<string> =>
  valuesOf(declared).flatMap(([value]) => parameterOf(value) ?? [])

/** Whether the check of the matrix has already reported this place. */
const isReported = ({ problems, tree }: EntityDraft, at: Place): boolean => problems.has(locate(tree, at).value.span)

/** A parameter keeps its type only if it is the whole value. */
const checkStored = (declared: EntityDraft, params: ReadonlyArray<string>): void => {
  for (const [value, at] of valuesOf(declared)) {
    if (typeof value !== "string" || isReported(declared, at)) continue
    for (const [place, name = ""] of value.matchAll(written)) {
      const isBound = boundsFor(declared).some((bound) => bound === name)
      if (isBound && at[0] === "scope") atValue(declared, at, reason("place.unfilledHere", { place }))
      else if (!isBound && !params.includes(name)) {
        atValue(declared, at, withNearest(reason("place.unfilled", { place }), name, params), hint)
      } else if (place !== value) {
        atValue(declared, at, reason("place.whole", { place }), reason("place.alone", { example: `"${place}"` }))
      }
    }
  }
}

/** Checked above, or not made of texts to fill. */
const lookedAt = new Set([
  "path",
  "query",
  "headers",
  "body",
  "form",
  "graphql",
  "forEach",
  "one",
  "examples",
  "matrix"
])

/** Checks all other texts of the entity, which are used literally. The type's own keys are left to the type. */
const checkElsewhere = (declared: EntityDraft, params: ReadonlyArray<string>): void => {
  const walk = (tree: Tree, at: Place): void => {
    if (tree._tag === "List") for (const [index, item] of tree.items.entries()) walk(item, [...at, index])
    if (tree._tag === "Map") for (const [name, { value }] of tree.entries) walk(value, [...at, name])
    if (tree._tag !== "Scalar" || typeof tree.value !== "string" || isReported(declared, at)) return
    const [area, , key] = at
    if (area === "scope" || (area === "fields" && (key === "value" || key === "transform"))) return
    // A source may have braces in the names of its fields.
    const isField = area === "fields" && key === "from"
    for (const [place, name = ""] of tree.value.matchAll(written)) {
      if (params.includes(name)) {
        const takes = reason("place.byValue", { example: `"${place}"` })
        atValue(declared, at, reason("place.unfilledHere", { place }), takes)
      } else if (!isField) atValue(declared, at, reason("place.unfilled", { place }), hint)
    }
  }
  for (const [name, { value }] of declared.tree.entries) {
    if (name in EntityYaml.fields && !lookedAt.has(name)) walk(value, [name])
  }
}
