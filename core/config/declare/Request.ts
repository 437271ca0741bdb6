/**
 * Builds the request of an entity, and the place of its records in the answer. A child has no request: its parent has.
 */
import { Duration } from "effect"
import { reason } from "../../reason/Reason.ts"
import type { Entity } from "../Entity.ts"
import { withNearest } from "../Nearest.ts"
import { anyItem, camelCase, parsePointer, tokensOf } from "../Pointer.ts"
import type { Page, RequestTemplate } from "../RequestTemplate.ts"
import type { ConnectorSchema } from "../schema/ConnectorYaml.ts"
import { requestKeys } from "../schema/EntityYaml.ts"
import { failOf } from "../schema/FailYaml.ts"
import { isOfDays } from "../values/Moments.ts"
import { checkBodyPlaces } from "./BodyPlaces.ts"
import { atKey, atValue, type EntityDraft, hasField, readerOf } from "./EntityDraft.ts"
import { childPointer, onePointer, placesOf } from "./Places.ts"
import { ofAll } from "./StatusesOfAll.ts"

type RequestSettings = Pick<
  Entity,
  "request" | "format" | "records" | "places" | "separator" | "charset" | "csv" | "page" | "windows" | "fail"
>

export const requestSettings = (
  declared: EntityDraft,
  defaults: ConnectorSchema["entityDefaults"]
): RequestSettings => {
  if (declared.yaml.parent === undefined) return ownReading(declared, defaults)
  for (const name of requestKeys) {
    if (declared.yaml[name] !== undefined) {
      atKey(declared, [name], reason("parent.key", { name }))
    }
  }
  const records = onePointer(declared)
  const pointer = childPointer(declared)
  const tokens = tokensOf(pointer)
  if (tokens === undefined) atValue(declared, ["records"], reason("pointer.records", { pointer: records }))
  const reader = readerOf(declared)
  if (reader !== undefined) {
    const { places: _places, ...reading } = ownReading(reader, defaults)
    // Taken as a name, it would find no children, and those of earlier runs would go.
    if (reading.format !== "json" && tokens?.includes(anyItem) === true)
      atValue(declared, ["records"], reason("records.childItems", { format: reading.format }))
    return { ...reading, records: pointer }
  }
  const request = { method: "GET", path: "/", query: {}, headers: {} } as const
  return { request, format: "json", records: pointer, page: { type: "none" } }
}

const ownReading = (declared: EntityDraft, defaults: ConnectorSchema["entityDefaults"]): RequestSettings => {
  const { yaml } = declared
  const format = yaml.format ?? defaults.format ?? "json"
  const defaultRecords = format === (defaults.format ?? "json") ? defaults.records : undefined
  const inJson = format === "json" ? placesOf(declared, defaultRecords) : undefined
  const records = inJson?.records ?? (yaml.records === undefined ? (defaultRecords ?? "") : onePointer(declared))
  if (format === "xml" && !elementPath.test(records)) {
    atValue(
      declared,
      ["records"],
      records === "" ? reason("records.missing") : reason("records.elements", { records }),
      reason("records.nameElements")
    )
  }
  if ((format === "ndjson" || format === "csv") && records !== "") {
    atValue(declared, ["records"], reason("records.already", { format }))
  }
  if (format !== "csv") {
    for (const key of ["separator", "quote", "skipRows", "header", "decimal"] as const) {
      if (yaml[key] !== undefined) atKey(declared, [key], reason("records.onlyCsv", { key, format }))
    }
  }
  const since = yaml.incremental?.from
  const isOnlyList = inJson?.isOnlyList === true
  if (since !== undefined && tokensOf(since) !== undefined && isOnlyList) {
    nothingBeside(declared, ["incremental", "from"])
  }
  const page = pageOf(declared, defaults.page, { format, isOnlyList })
  const fail = failing(declared, defaults.fail, format)
  return {
    request: requestOf(declared),
    format,
    records,
    ...(inJson?.places === undefined ? {} : { places: inJson.places }),
    ...(yaml.separator === undefined ? {} : { separator: yaml.separator }),
    ...(yaml.charset === undefined ? {} : { charset: yaml.charset }),
    ...csvOf(declared),
    page,
    ...windowsOf(declared),
    ...(fail === undefined ? {} : { fail })
  }
}

/**
 * Names of elements, each of which may have a namespace prefix. One name after a slash is a JSON Pointer, and would look
 * like the root.
 */
const elementPath = /^(?!\/[^/]*$)(?:(?:^|\/)(?:[^/\s:]+:)?[^/\s:]+)+$/

/** Without what is usual. */
const csvOf = (declared: EntityDraft): Pick<Entity, "csv"> => {
  const { header, quote, skipRows } = declared.yaml
  if (header === false) checkPositions(declared)
  const csv = {
    ...(quote === undefined || quote === '"' ? {} : { quote }),
    ...(skipRows === undefined ? {} : { skipRows }),
    ...(header === false ? { header } : {})
  }
  return Object.keys(csv).length === 0 ? {} : { csv }
}

/** Without a header, a cell has no other name than its position. */
const checkPositions = (declared: EntityDraft): void => {
  for (const [name, field] of Object.entries(declared.yaml.fields)) {
    const { from = name, transform = [], value = undefined } = typeof field === "string" ? {} : field
    const [first] = transform
    const isJoined = typeof first === "object" && "join" in first
    const isAround = from.startsWith("../")
    if (value !== undefined || isJoined || isAround || name in declared.yaml.scope || positionName.test(from)) continue
    const example = reason("records.position", { example: `${name}: { from: column_1, … }` })
    atKey(declared, ["fields", name], reason("records.noNames", { name: from }), example)
  }
}

/** The name of the third cell is `column_3`, also as a JSON Pointer. */
const positionName = /^\/?column_[1-9]\d*$/

const windowsOf = (declared: EntityDraft): Pick<Entity, "windows"> => {
  const { incremental, windows } = declared.yaml
  if (windows === undefined) return {}
  if (incremental !== undefined) atKey(declared, ["windows"], reason("windows.incremental"))
  const { format = "yyyy-MM-dd", inclusive = isOfDays(format), ...bounds } = windows
  const { months, offset } = windows.step
  const isShorter = months === undefined && (!format.includes("d") || Duration.toDays(offset) < 1)
  if (isOfDays(format) && isShorter) atValue(declared, ["windows", "step"], reason("windows.step", { format }))
  windows.split?.forEach((status, at) => {
    if (!ofAll.has(String(status))) return
    atValue(declared, ["windows", "split", at], reason("windows.status", { status: String(status) }))
  })
  if (inclusive && !isOfDays(format)) atKey(declared, ["windows", "inclusive"], reason("windows.inclusive", { format }))
  return { windows: { ...bounds, format, inclusive } }
}

const pageOf = (declared: EntityDraft, fallback: Page | undefined, answer: Answer): Page => {
  const { page } = declared.yaml
  if (page === undefined) return fallback ?? { type: "none" }
  const within = (name: string, value: string | undefined, example: string) =>
    value === undefined ? undefined : pointerTo(declared, ["page", name], value, example, answer)
  const proof = <Name extends "total" | "hasMore">(name: Name, example: string) => {
    const value = page[name]
    const tokens = value === "none" ? value : within(name, value, example)
    return tokens === undefined ? {} : { [name]: tokens }
  }
  const { total: _total, hasMore: _hasMore, ...rest } = page
  const proofs = { ...proof("total", "/meta/total"), ...proof("hasMore", "/has_more") }
  switch (rest.type) {
    case "none":
      return { ...rest, ...proofs }
    case "link": {
      const { next: declaredNext, ...linked } = rest
      const next = within("next", declaredNext, "/links/next")
      if (declaredNext !== undefined && linked.header !== undefined) {
        atKey(declared, ["page", "header"], reason("page.oneNext", { key: "next" }))
      }
      return { ...linked, ...proofs, ...(next === undefined ? {} : { next }) }
    }
    case "cursor": {
      const { next: declaredNext, ...cursored } = rest
      const next = within("next", declaredNext, "/paging/next")
      if ((declaredNext === undefined) === (rest.header === undefined)) {
        atKey(declared, ["page"], reason("page.oneNext", { key: "next" }))
      }
      return { ...cursored, ...proofs, ...(next === undefined ? {} : { next }) }
    }
    case "keyset":
      return { ...rest, ...proofs, places: keyPlaces(declared, rest.by) }
    case "page":
    case "offset": {
      const { totalPages: declaredPages, ...counted } = rest
      const totalPages = within("totalPages", declaredPages, "/meta/total_pages")
      return { ...counted, ...proofs, ...(totalPages === undefined ? {} : { totalPages }) }
    }
  }
}

/** Where a record has the key by which it is paged: a pointer says it, or the column does. */
const keyPlaces = (declared: EntityDraft, by: string): ReadonlyArray<ReadonlyArray<string>> => {
  const at = ["page", "by"]
  if (by.startsWith("/")) {
    const tokens = tokensOf(by)
    if (tokens === undefined || tokens.includes("")) atValue(declared, at, reason("pointer.none", { pointer: by }))
    return [tokens ?? []]
  }
  const { fields } = declared.yaml
  const field = Object.hasOwn(fields, by) ? fields[by] : undefined
  if (field === undefined) {
    if (!hasField(declared, by)) {
      atValue(declared, at, withNearest(reason("column.unknown", { column: by }), by, Object.keys(fields)))
    }
    return []
  }
  const { from = undefined, value = undefined } = typeof field === "string" ? {} : field
  const pointer = from === undefined ? { up: 0, tokens: [by] } : parsePointer(from)
  if ("code" in pointer) return []
  if (value !== undefined || pointer.up !== 0) atValue(declared, at, reason("page.noKey", { column: by }))
  return from === undefined && camelCase(by) !== by ? [pointer.tokens, [camelCase(by)]] : [pointer.tokens]
}

/** The form of the answers. */
interface Answer {
  readonly format: Entity["format"]
  /** The records are the whole document, and a pointer beside them must point to something. */
  readonly isOnlyList?: boolean
}

/** Parses a pointer to a value beside the records; formats with one record per line have no such value. */
const pointerTo = (
  declared: EntityDraft,
  at: ReadonlyArray<string>,
  value: string,
  example: string,
  { format, isOnlyList }: Answer
): ReadonlyArray<string> => {
  const tokens = tokensOf(value)
  if (format === "csv" || format === "ndjson") {
    atKey(declared, at, reason("pointer.nothingBeside", { name: at.at(-1) ?? "", format }))
  } else if (tokens === undefined || tokens.length === 0) {
    const isNext = at.at(-1) === "next"
    const why = isNext ? reason("pointer.next", { pointer: value }) : reason("pointer.value", { pointer: value })
    atValue(declared, at, why, reason("pointer.write", { pointer: example }))
  } else if (isOnlyList === true) {
    nothingBeside(declared, at)
  }
  return tokens ?? []
}

/** Reports a pointer beside the records of an answer that is only the list. */
const nothingBeside = (declared: EntityDraft, at: ReadonlyArray<string>): void =>
  atKey(declared, at, reason("pointer.onlyRecords", { name: at.at(-1) ?? "" }), reason("records.name"))

const failing = (declared: EntityDraft, fallback: Entity["fail"], format: Entity["format"]): Entity["fail"] => {
  const { fail } = declared.yaml
  if (fail === undefined) return format === "json" ? fallback : undefined
  if (fail !== "none") pointerTo(declared, ["fail", "pointer"], fail.pointer, "/status", { format })
  return failOf(fail)
}

const requestOf = (declared: EntityDraft): RequestTemplate => {
  const { body, form, graphql, headers = {}, path, query = {} } = declared.yaml
  const contents = (["body", "form", "graphql"] as const).filter((name) => declared.yaml[name] !== undefined)
  const [content, second] = contents
  const { method = content === undefined ? "GET" : "POST" } = declared.yaml
  requirePath(declared, path)
  checkBodyPlaces(declared)
  if (content !== undefined && method === "GET") {
    atKey(declared, [content], reason("request.getBody"), reason("request.post"))
  }
  if (content !== undefined && second !== undefined) {
    atKey(declared, [second], reason("request.oneBody", { name: second, other: content }))
  }
  if (graphql !== undefined && (declared.yaml.format ?? "json") !== "json") {
    atKey(declared, ["graphql"], reason("request.graphqlJson"))
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) atKey(declared, ["headers", name], reason("request.noHeader", { name }))
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      atValue(declared, ["headers", name], reason("request.headerValue"))
    }
  }
  return {
    method,
    path: path ?? "/",
    query,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(form === undefined ? {} : { form }),
    ...(graphql === undefined ? {} : { graphql })
  }
}

const requirePath = (declared: EntityDraft, path: string | undefined): void => {
  if (path !== undefined) checkPath(declared, ["path"], path)
  // A path that was dropped because of another problem is not missing.
  else if (!declared.tree.entries.has("path")) {
    declared.problems.report(declared.owner, reason("key.missing", { name: "path" }), reason("request.noPath"))
  }
}

/** Reports a path that is not below the connector's base URL, or more than a path. */
export const checkPath = (declared: EntityDraft, at: ReadonlyArray<string>, path: string): void => {
  if (/^[a-z]+:\/\//i.test(path)) atValue(declared, at, reason("request.baseUrl"), reason("request.afterHost"))
  else if (!path.startsWith("/")) atValue(declared, at, reason("request.slash", { path: `/${path}` }))
  else if (/[?#]/.test(path)) atValue(declared, at, reason("request.parameters"), reason("request.underQuery"))
}
