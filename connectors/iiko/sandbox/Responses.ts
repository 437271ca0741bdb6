/** iiko's answers: JSON, XML with its declaration, and failures as plain text that is never a document. */
import type { Effect } from "effect"
import { Schema } from "effect"
import type { SandboxRequest, SandboxResponse } from "../../../core/sdk-sandbox.ts"
import type { IikoState } from "./Model.ts"
import type { WallClock } from "./Time.ts"

/** A request that is answered with a status and a line of text. */
export class Refusal extends Schema.TaggedError<Refusal>()("Refusal", {
  status: Schema.Int,
  text: Schema.String
}) {}

export interface Call {
  readonly request: SandboxRequest
  readonly query: URLSearchParams
  readonly state: IikoState
  /** The same moment twice: as the server's local time and since the epoch. */
  readonly now: WallClock
  readonly millis: number
}

export type Endpoint = (call: Call) => Effect.Effect<SandboxResponse, Refusal>

export const plainText = (status: number, body: string): SandboxResponse => ({
  status,
  headers: { "content-type": "text/plain;charset=UTF-8" },
  body
})

export const badRequest = (text: string): Refusal => new Refusal({ status: 400, text })
export const conflict = (text: string): Refusal => new Refusal({ status: 409, text })

/** undefined is an absent element, null `<x/>`, the empty text `<x></x>`, an array repeated siblings. */
export type XmlValue = string | number | boolean | null | undefined | ReadonlyArray<XmlValue> | XmlElement
export interface XmlElement {
  readonly [tag: string]: XmlValue
}

const isList = (value: XmlValue): value is ReadonlyArray<XmlValue> => Array.isArray(value)

const escapeText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** iiko mixes three forms of an empty element; XML builders support only one of them, so none is used. */
const element = (tag: string, value: XmlValue): string => {
  if (value === undefined) return ""
  if (value === null) return `<${tag}/>`
  if (isList(value)) return value.map((each) => element(tag, each)).join("")
  return `<${tag}>${typeof value === "object" ? children(value) : escapeText(String(value))}</${tag}>`
}

const children = (value: XmlElement): string =>
  Object.entries(value)
    .map(([tag, child]) => element(tag, child))
    .join("")

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

/** A list of `tag` under `root`; the root's attributes are not part of its name. */
export const xmlList = (root: string, tag: string, rows: ReadonlyArray<XmlElement>, attributes = ""): SandboxResponse =>
  xmlText(
    rows.length === 0
      ? `<${root}${attributes}/>`
      : `<${root}${attributes}>${rows.map((row) => element(tag, row)).join("")}</${root}>`
  )

export const xmlDocument = (root: string, value: XmlElement): SandboxResponse => xmlText(element(root, value))

const xmlText = (body: string): SandboxResponse => ({
  headers: { "content-type": "application/xml;charset=UTF-8" },
  body: declaration + body
})

export const isTrue = (text: string | null, byDefault: boolean): boolean =>
  text === null ? byDefault : text === "true"

/** `revisionFrom`: only what changed after that revision; -1, the default, means everything. */
export const changedSince = (query: URLSearchParams) => {
  const from = Number(query.get("revisionFrom") ?? -1)
  return (row: { readonly revision: number }): boolean => from < 0 || row.revision > from
}
