/** What a person has to know or do beside a proposed entity, one sentence each. */
import { Document, visit, YAMLSeq } from "yaml"
import { snakeCase } from "../../../config/Pointer.ts"
import { render as rendered } from "../../../reason/Reason.ts"
import { type ChildList, childrenIn } from "../../../sync/discover/ChildLists.ts"
import { type ExploreResult, fieldsYaml } from "../../../sync/discover/Explore.ts"
import { changeTimeColumn, deletionFields, sumRow } from "../../../sync/discover/FieldRoles.ts"
import { arrayText, keyedText } from "../../../sync/discover/Locate.ts"
import { personalPlaces } from "../../../sync/discover/PersonalFields.ts"
import { freeName } from "../../../sync/discover/Proposal.ts"
import { textOf } from "./ProposalView.ts"

/** `name`: of the entity. */
export const adviceOn = (name: string, explored: ExploreResult): ReadonlyArray<string> => [
  ...ofPlace(explored),
  ...ofReading(explored),
  ...ofFields(name, explored)
]

const ofPlace = ({ arrays, keyed, places }: ExploreResult): ReadonlyArray<string> => {
  const others = arrays.filter(({ pointer }) => !places.includes(pointer))
  return [
    ...(others.length === 0
      ? []
      : [
          `Of ${places.join(" and ") || "the answer itself"}. Other lists of the answer, for --records: ${others.map(arrayText).join(", ")}.`
        ]),
    ...keyed.map(keyedText)
  ]
}

const ofReading = ({ dated, end, hasBrokenText, isConfirmed, keys, paged, proposal, unread }: ExploreResult) => [
  ...(paged.advice === undefined || isConfirmed ? [] : [paged.advice]),
  ...(end?._tag === "Partial"
    ? [`A read so would not count as whole, and delete nothing: ${rendered(end.reason)}.`]
    : []),
  ...(unread === undefined
    ? []
    : [
        `${unread.count} ${unread.count === 1 ? "record" : "records"} cannot be read, and a sync rejects such: the first one is ${rendered(unread.why)}.`
      ]),
  ...(hasBrokenText
    ? ["Some texts are broken: if they should be letters, name the charset, as in --charset windows-1251."]
    : []),
  ...(proposal.key.length === 0 ? ["No column was unique: name the key yourself, several columns if need be."] : []),
  ...(dated.length === 0
    ? []
    : [
        `${dated.join(" and ")} ${dated.length === 1 ? "is a fixed date" : "are fixed dates"}: {today-30d} in its place moves on, and "windows:" reads from one day to another in steps.`
      ]),
  ...(within.test(String(keys.path ?? ""))
    ? ['The path names one record: with {id} in its place and "forEach:" each row of another entity is asked for.']
    : [])
]

/** A number or a UUID between the parts of a path. */
const within = /\/(?:\d+|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\/[^/]/i

const ofFields = (name: string, { isHttp, keys, proposal, records }: ExploreResult): ReadonlyArray<string> => {
  const total = sumRow(proposal, records)
  const changed = isHttp ? changeTimeColumn(proposal) : undefined
  const personal = personalPlaces(records)
  const [only, ...more] = personal
  return [
    ...(isHttp
      ? childrenIn(records, proposal, name, keys.format === "xml").map((child) => childText(name, child))
      : []),
    ...(total === undefined
      ? []
      : [
          `The last record has ${JSON.stringify(total.value)} in ${total.name}: if it is the sum of the others, "where: ${inline({ [total.name]: { not: total.value } })}" leaves it out.`
        ]),
    ...(changed === undefined
      ? []
      : [
          `${changed} may say when a record changed: if the API can be asked for what changed since, "incremental: { cursor: ${changed}, param: updated_since }" (with the parameter's name) asks for that alone.`
        ]),
    ...deletionFields(proposal, records).map(
      (gone) =>
        `${gone.name} may say that a record is gone: "deletedWhen: ${inline({ [gone.name]: gone.value })}" deletes its row then.`
    ),
    ...(only === undefined
      ? []
      : [
          `Personal data by its name: ${personal.join(", ")}. To keep ${more.length === 0 ? "it" : "them"} out of the database, put "drop: ${inline(personal)}" in place of the ${more.length === 0 ? "field" : "fields"}, or "transform: [hash]" into ${more.length === 0 ? "it" : "each"}.`
        ])
  ]
}

const childText = (parent: string, { fields, isWhole, key, records }: ChildList): string => {
  const place = records.slice(1).replace(/\/\*$/, "")
  if (key.length === 0) {
    return `${place} holds records: an entity with "parent: ${parent}" and "records: ${records}" gives them a table.`
  }
  const unsure = isWhole ? "" : " Its key wants a field that is unique within each parent: none was."
  const name = freeName(snakeCase(place.slice(place.lastIndexOf("/") + 1)) || "item", new Set([parent]))
  const document = new Document({ [name]: { parent, records, ...fieldsYaml({ fields, key }) } })
  visit(document, {
    Collection: (at, node, path) => {
      // Below the entity and its `fields`, what stands on a line is short.
      if (at === "value" && (path.length > 6 || node instanceof YAMLSeq)) node.flow = true
    }
  })
  return `${place} holds records, which an entity of its own gives a table.${unsure}\n${textOf(document).trimEnd()}`
}

/** YAML on one line. */
const inline = (value: unknown): string => {
  const document = new Document(value)
  visit(document, {
    Collection: (_, node) => {
      node.flow = true
    }
  })
  return textOf(document).trim()
}
