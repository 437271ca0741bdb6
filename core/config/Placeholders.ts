/**
 * `{name}` in a request. A matrix has filled its own before, `forEach` fills the rest with every row: in the path, in
 * values of the query, in headers and in texts of the body. One that nothing fills would be sent as it stands.
 */
import { reason } from "../reason/Reason.ts"
import { atKey, atValue, type Declared } from "./Declared.ts"
import type { TemplateValue } from "./Entity.ts"
import { suggested } from "./Nearest.ts"

type Place = ReadonlyArray<string | number>

interface Text {
  readonly text: string
  readonly at: Place
  /** The name of a value: only a matrix fills those. */
  readonly isName: boolean
}

/** More than can be filled, so that `{a.b}` and `{a-b}` are not taken for texts; what follows a space is somebody's JSON. */
const written = /\{([A-Za-z_][\w.-]*)\}/g
/** A path has no use for braces. */
const writtenInPath = /\{([^{}]*)\}/g

const fillable = /^[A-Za-z_]\w*$/

/** Every one is a parameter of `forEach`, and every parameter is used somewhere. */
export const checkPlaceholders = (declared: Declared): void => {
  const { body = null, forEach, headers = {}, path = "", query = {} } = declared.yaml
  const params = Object.keys(forEach?.params ?? {})
  const used = new Set<string>()
  const check = ({ at, isName, text }: Text, pattern: RegExp) => {
    for (const [, name = ""] of text.matchAll(pattern)) {
      used.add(name)
      const place = `{${name}}`
      if (isName) atKey(declared, at, reason("place.unfilledHere", { place }), reason("place.values"))
      else if (!params.includes(name)) {
        const why = suggested(reason("place.unfilled", { place }), name, params)
        atValue(declared, at, why, forEach === undefined ? hint : undefined)
      }
    }
  }
  check({ text: path, at: ["path"], isName: false }, writtenInPath)
  for (const [key, value] of Object.entries({ query, headers, body })) {
    for (const text of textsOf(value, [key])) check(text, written)
  }
  for (const name of params) {
    const at = ["forEach", "params", name]
    if (!fillable.test(name)) atKey(declared, at, reason("place.noName", { name }))
    else if (!used.has(name)) atKey(declared, at, reason("place.unused", { place: `{${name}}` }))
  }
}

const hint = reason("place.fill", { places: "{names}" })

const textsOf = (value: TemplateValue, at: Place): ReadonlyArray<Text> => {
  if (typeof value === "string") return [{ text: value, at, isName: false }]
  if (typeof value !== "object" || value === null) return []
  if (Array.isArray(value)) return value.flatMap((item, index) => textsOf(item, [...at, index]))
  // A date's texts are its pattern and what the schema read.
  if ("offset" in value && "sign" in value) return []
  return Object.entries(value).flatMap(([name, item]) => [
    { text: name, at: [...at, name], isName: true },
    ...textsOf(item, [...at, name])
  ])
}
