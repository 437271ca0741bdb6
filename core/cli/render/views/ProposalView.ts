/** A proposed entity as YAML in which a comment explains each guess. */
import { Document, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml"
import { type ExploreResult, fieldsYaml } from "../../../sync/discover/Explore.ts"
import { isNamedKey } from "../../../sync/discover/Proposal.ts"
import { plural } from "../terminal/Format.ts"
import * as Text from "../terminal/Text.ts"

const readIn = ({ counts, records }: ExploreResult): string =>
  counts.length > 1 ? `${plural(records.length, "record")} of ${counts.length} pages` : plural(records.length, "record")

/** Comments by key, and by column. */
const reasonsOf = (explored: ExploreResult) => {
  const { guessedCharset, isConfirmed, keys, paged, proposal, widened } = explored
  const { fields, key, unsure } = proposal
  const [only = ""] = key
  const page =
    keys.page === undefined
      ? {}
      : {
          page: isConfirmed
            ? `tried: the second page had ${plural(explored.counts[1] ?? 0, "other record")}`
            : paged.isGuess === true
              ? "a guess: no second page came with it"
              : "as the answer says; there was no second page to try it with"
        }
  const top: Readonly<Record<string, string>> = {
    ...(guessedCharset === undefined
      ? {}
      : { charset: "a guess: the answer does not say it, and its letters make sense so" }),
    ...page,
    key:
      key.length === 0
        ? "a stand-in: no column was unique"
        : `unique in ${readIn(explored)}${isNamedKey(only) ? "" : ", but not named like a key: is it one?"}`
  }
  const columns = new Map(
    fields.flatMap(({ column, format, type }) => {
      const other = unsure.find((one) => one.column === column)
      const why =
        other !== undefined
          ? `or ${other.format}? ${JSON.stringify(Text.cut(other.example, 40))} can be both`
          : widened.includes(column)
            ? "text, because no other type takes every value"
            : (formats[format ?? ""] ??
              (format?.startsWith("percent") === true ? "20% is 20; with share it is 0.20" : undefined))
      return why === undefined || type === "json" ? [] : [[column, why] as const]
    })
  )
  return { top, columns }
}

const formats: Readonly<Record<string, string>> = {
  unix: "seconds since 1970, by its name and size",
  "unix-ms": "milliseconds since 1970, by its name and size",
  "unix-us": "microseconds since 1970, by its name and size",
  duration: "in seconds"
}

/** On one line: what stands below a key of an entity is short. */
const inline = (node: unknown): void => {
  if (isMap(node) || isSeq(node)) node.flow = true
}

const commented = (pair: Pair, comment: string | undefined): void => {
  if (comment === undefined) return
  // The value of a pair that was made of plain values is a node.
  const value = pair.value as Node | null
  if (value !== null) value.comment = ` ${comment}`
}

const nameOf = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : String(key))

/** `indent`: how far the entity stands to the right. */
export const entityYaml = (name: string, explored: ExploreResult): string => {
  const { columns, top } = reasonsOf(explored)
  const document = new Document({ [name]: { ...explored.keys, ...fieldsYaml(explored.proposal) } })
  // Both were made of objects above.
  const entity = document.get(name) as YAMLMap
  for (const pair of entity.items) {
    const key = nameOf(pair)
    if (key === "fields" && isMap(pair.value)) {
      for (const field of pair.value.items) {
        inline(field.value)
        commented(field, columns.get(nameOf(field)))
      }
    } else {
      if (key === "page" || key === "headers" || key === "records") inline(pair.value)
      commented(pair, top[key])
    }
  }
  return textOf(document)
}

/** Maps have space inside their braces; lists of words need none. */
export const textOf = (document: Document): string =>
  document.toString({ lineWidth: 0, flowCollectionPadding: true }).replaceAll(/\[ ([^[\]{}"']*) \]/g, "[$1]")

/** Moves comments that are too long for the width onto lines of their own above. */
export const fitComments = (yaml: string, width: number): string =>
  yaml
    .split("\n")
    .flatMap((line) => {
      const [, indent = "", code = "", comment] = /^( *)(\S.*?) # (.*)$/.exec(line) ?? []
      if (comment === undefined || Text.width(line) <= width) return [line]
      const above = Text.wrap(comment, Math.max(width - indent.length - 2, 20)).map((part) => `${indent}# ${part}`)
      return [...above, indent + code]
    })
    .join("\n")
