/**
 * Own fields of a portal by the names that people gave them: beside `ufCrm5_1712074666` a record has its value under `uf`
 * by the field's title, and there the text of a choice in place of its number.
 */
import { Effect } from "effect"
import { isJsonObject, type SourceRecord, type UpstreamError } from "../../../core/sdk.ts"
import { mapOf } from "../portal/Envelope.ts"
import type { ReadCall } from "../portal/GatheredCalls.ts"
import type { CallOptions } from "../portal/Portal.ts"

/** The place of the values in a record. */
export const titled = "uf"

export interface TitledField {
  readonly name: string
  readonly title: string
  /** The texts of the choices by their numbers. */
  readonly choices: ReadonlyMap<string, string>
}

const isOwn = (name: string): boolean => /^uf/i.test(name)

const fieldOf = (name: string, described: unknown): TitledField | undefined => {
  const { items, title } = mapOf(described)
  if (typeof title !== "string" || title.trim() === "") return undefined
  const choices = (Array.isArray(items) ? items : []).flatMap((item): ReadonlyArray<readonly [string, string]> => {
    const { ID: id, VALUE: value } = mapOf(item)
    return id === undefined || typeof value !== "string" ? [] : [[String(id), value]]
  })
  return { name, title: title.trim(), choices: new Map(choices) }
}

/** The own fields of a kind of element. */
export const titledFields = (
  read: ReadCall,
  entityTypeId: number,
  options: CallOptions
): Effect.Effect<ReadonlyArray<TitledField>, UpstreamError> =>
  Effect.map(read({ method: "crm.item.fields", params: { entityTypeId } }, options), ({ result }) =>
    Object.entries(isJsonObject(result) ? mapOf(result.fields) : {}).flatMap(([name, described]) =>
      isOwn(name) ? (fieldOf(name, described) ?? []) : []
    )
  )

const readable = (value: unknown, choices: TitledField["choices"]): unknown => {
  if (Array.isArray(value)) return value.map((one: unknown) => readable(one, choices))
  return (typeof value === "number" || typeof value === "string" ? choices.get(String(value)) : undefined) ?? value
}

export const withTitles =
  (fields: ReadonlyArray<TitledField>) =>
  (record: SourceRecord): SourceRecord => ({
    ...record,
    // Two fields may have one title: then the first one that has a value counts.
    [titled]: Object.fromEntries(
      fields
        .toReversed()
        .toSorted((one, other) => Number(isSet(record[one.name])) - Number(isSet(record[other.name])))
        .map(({ choices, name, title }) => [title, readable(record[name], choices)])
    )
  })

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== "" && value !== false
