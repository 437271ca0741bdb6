/** The parameters of a request: an unknown one is refused here, because the vendor's description lets it pass. */
import { DateTime, Option } from "effect"
import type { SandboxRequest, SandboxResponse } from "../../../core/sdk-sandbox.ts"
import { refuse } from "./Refusals.ts"

export const invalid = (request: SandboxRequest, message: string): SandboxResponse =>
  refuse(422, "VALIDATION_ERROR", message, request.path)

/** A value that the parameter does not take. */
export const illegal = (request: SandboxRequest, name: string): SandboxResponse =>
  refuse(400, "IllegalArgumentException", `Illegal value of ${name}`, request.path)

export const unknownIn = (request: SandboxRequest, known: ReadonlyArray<string>): SandboxResponse | undefined => {
  const unknown = [...request.query.keys()].find((name) => !known.includes(name))
  return unknown === undefined ? undefined : invalid(request, `Unknown parameter ${unknown}`)
}

/** Undefined if it is no whole number between the bounds. */
export const numberIn = (
  { query }: SandboxRequest,
  name: string,
  fallback: number,
  [min, max]: readonly [number, number]
): number | undefined => {
  const text = query.get(name)
  if (text === null) return fallback
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return value >= min && value <= max ? value : undefined
}

/** NaN if it is no time with a zone. */
export const timeIn = ({ query }: SandboxRequest, name: string): number | undefined => {
  const text = query.get(name)
  if (text === null) return undefined
  const at = /^\d{4}-\d\d-\d\dT.+(?:Z|[+-]\d\d:\d\d)$/.test(text) ? DateTime.make(text) : Option.none()
  return Option.match(at, { onNone: () => Number.NaN, onSome: DateTime.toEpochMillis })
}
