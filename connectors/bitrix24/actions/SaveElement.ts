/**
 * Creates or changes an element of CRM, at most once. Bitrix24 has no key that makes a repeated request harmless: what is created
 * carries the action's key as its origin, by which it is found again after a lost answer.
 */
import { Duration, Effect, Schema } from "effect"
import {
  type ActionContext,
  Integer,
  isJsonObject,
  type Json,
  optional,
  required,
  UpstreamError,
  withDefault
} from "../../../core/sdk.ts"
import { PortalService } from "../portal/PortalService.ts"
import type { Params } from "../portal/Query.ts"
import { bitrix24 } from "../reasons.ts"

/** The vendor ends every request within 60 seconds; what is not there some time later was never made. */
export const settlesAfter = Duration.seconds(75)

const Fields = Schema.Record(Schema.String, Schema.Json)

export const saveSettings = {
  originator: withDefault(
    Schema.NonEmptyString,
    "tributary",
    "The name under which elements say where they come from, as in originator: web-forms. Default tributary."
  ),
  fields: withDefault(Fields, {}, "Values that every new element gets, as in { categoryId: 5 }. Default: none.")
}
export interface SaveSettings {
  readonly originator: string
  readonly fields: Readonly<Record<string, Json>>
}

export const saveInput = {
  key: required(Schema.NonEmptyString, bitrix24("bitrix24.saveKey", { example: "form-4711/law" })),
  id: optional(Integer(1, Number.MAX_SAFE_INTEGER), "The element to change; without it a new one is made."),
  fields: required(Fields, bitrix24("bitrix24.saveFields", { example: "{ title: …, ufCrm5_1712074666: 45 }" }))
}
export interface SaveInput {
  readonly key: string
  readonly id?: number | undefined
  readonly fields: Readonly<Record<string, Json>>
}

const Request = Schema.Struct({
  entityTypeId: Schema.Int,
  id: Schema.NullOr(Schema.Int),
  fields: Fields,
  /** By what a new one is found. */
  origin: Fields
})
type Request = typeof Request.Type
const decodeRequest = Schema.decodeUnknownEffect(Request)

/** Smart processes have one field for it. */
const originOf = (entityTypeId: number, originator: string, key: string): Readonly<Record<string, Json>> =>
  entityTypeId < 128 ? { originatorId: originator, originId: key } : { xmlId: `${originator}/${key}` }

export const save = Effect.fnUntraced(function* (
  entityTypeId: number,
  { fields: defaults, originator }: SaveSettings,
  { fields, id, key }: SaveInput,
  context: Pick<ActionContext, "once">
) {
  const request: Request =
    id === undefined
      ? { entityTypeId, id: null, fields: { ...defaults, ...fields }, origin: originOf(entityTypeId, originator, key) }
      : { entityTypeId, id, fields, origin: {} }
  const what =
    id === undefined
      ? bitrix24("bitrix24.newElement", { entityTypeId, key })
      : bitrix24("bitrix24.changedElement", { entityTypeId, id })
  const portal = yield* PortalService
  const send = Effect.suspend(() =>
    portal.call(
      request.id === null
        ? { method: "crm.item.add", params: { entityTypeId, fields: { ...request.fields, ...request.origin } } }
        : { method: "crm.item.update", params: { entityTypeId, id: request.id, fields: request.fields } },
      { idempotent: false }
    )
  ).pipe(
    Effect.flatMap(({ result }) => {
      const saved = idIn(result)
      return saved === undefined ? Effect.fail(unclear(entityTypeId)) : Effect.succeed<Json>({ id: saved })
    })
  )
  const { response, ...item } = yield* context.once(
    { key: `${entityTypeId}/${id ?? "new"}/${key}`, what, request },
    send
  )
  return { item, response }
})

const unclear = (entityTypeId: number) =>
  new UpstreamError({ kind: "Format", reason: bitrix24("bitrix24.noId", { entityTypeId }) })

const idIn = (result: unknown): number | undefined => {
  const item = isJsonObject(result) ? result.item : undefined
  const id = isJsonObject(item) ? item.id : undefined
  return typeof id === "number" ? id : undefined
}

/** The report of one element. */
export const report = ({ item, response }: Effect.Success<ReturnType<typeof save>>) => ({
  summary: item.what,
  items: [item],
  notes: [],
  data: response
})

/** What a request has made, or that the element has the values that it was to get. */
export const readBack = Effect.fnUntraced(function* (stored: Json) {
  const { entityTypeId, fields, id, origin } = yield* Effect.orDie(decodeRequest(stored))
  const portal = yield* PortalService
  if (id !== null) {
    const { result } = yield* portal.call({ method: "crm.item.get", params: { entityTypeId, id } })
    const item = isJsonObject(result) ? result.item : undefined
    return isJsonObject(item) && hasValues(item, fields) ? { id } : undefined
  }
  const filter: Params = origin
  const { result } = yield* portal.call({
    method: "crm.item.list",
    params: { entityTypeId, select: ["id"], filter, order: { id: "ASC" } }
  })
  const items = isJsonObject(result) && Array.isArray(result.items) ? result.items : undefined
  if (items === undefined) return yield* unclear(entityTypeId)
  const [first]: ReadonlyArray<unknown> = items
  const found = idIn({ item: first })
  return found === undefined ? undefined : { id: found }
})

/** The portal may write numbers as texts. */
const hasValues = (item: Readonly<Record<string, unknown>>, fields: Readonly<Record<string, Json>>): boolean =>
  Object.entries(fields).every(([name, value]) => JSON.stringify(String(item[name])) === JSON.stringify(String(value)))
