/**
 * Checks the places in the body of a request that paging and the cursor fill. Each is a member of a map, so that
 * missing parents can be created.
 */
import { reason } from "../../reason/Reason.ts"
import { tokensOf } from "../Pointer.ts"
import { atValue, type EntityDraft } from "./EntityDraft.ts"

type Place = readonly [at: ReadonlyArray<string>, pointer: string]

const placesOf = ({ yaml: { incremental, page } }: EntityDraft): ReadonlyArray<Place> => [
  ...(page !== undefined && "param" in page ? [[["page", "param"], page.param] as const] : []),
  ...(page !== undefined && "sizeParam" in page && page.sizeParam !== undefined
    ? [[["page", "sizeParam"], page.sizeParam] as const]
    : []),
  ...(incremental?.param === undefined ? [] : [[["incremental", "param"], incremental.param] as const])
]

/** The declared body; for a form and for GraphQL, the body that it becomes. */
const bodyOf = ({ yaml: { body, form, graphql } }: EntityDraft): unknown => {
  if (graphql !== undefined) return { variables: graphql.variables }
  return body ?? form
}

const writeBody = reason("place.writeBody", { example: "body: {}" })

export const checkBodyPlaces = (declared: EntityDraft): void => {
  const body = bodyOf(declared)
  const seen = new Set<string>()
  for (const [at, pointer] of placesOf(declared)) {
    if (!pointer.startsWith("/")) continue
    const tokens = tokensOf(pointer)
    if (tokens === undefined || tokens.includes("")) atValue(declared, at, reason("pointer.none", { pointer }))
    else if (body === undefined) atValue(declared, at, reason("place.noBody", { pointer }), writeBody)
    else if (declared.yaml.graphql !== undefined && (tokens[0] !== "variables" || tokens.length < 2)) {
      atValue(
        declared,
        at,
        reason("place.variables", { pointer }),
        reason("pointer.write", { pointer: "/variables/x" })
      )
    } else if (
      !isReached(body, declared.yaml.form === undefined ? tokens : tokens.slice(0, 1)) ||
      isDeep(declared, tokens)
    ) {
      atValue(declared, at, reason("place.noMap", { pointer }))
    } else if (seen.has(pointer)) atValue(declared, at, reason("place.twice", { pointer }))
    seen.add(pointer)
  }
}

/** A form contains no maps. */
const isDeep = ({ yaml: { form } }: EntityDraft, tokens: ReadonlyArray<string>): boolean =>
  form !== undefined && tokens.length > 1

const isReached = (body: unknown, tokens: ReadonlyArray<string>): boolean => {
  let value = body
  for (const token of tokens) {
    if (value === undefined) return true
    if (typeof value !== "object" || value === null || Array.isArray(value) || "offset" in value) return false
    value = Object.getOwnPropertyDescriptor(value, token)?.value
  }
  return true
}
