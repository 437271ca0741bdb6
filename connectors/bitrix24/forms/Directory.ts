/** Forms, programmes and contacts of a portal: looked up together in few requests, and kept for the time that is declared. */
import { Effect, Option } from "effect"
import { type Cache, isJsonObject, type UpstreamError } from "../../../core/sdk.ts"
import { mapOf } from "../portal/Envelope.ts"
import type { ReadCall } from "../portal/GatheredCalls.ts"
import type { categories, Element } from "./Categories.ts"
import { type Person, writingsOf } from "./Person.ts"

const dealType = 2

export type DirectoryCache = Cache<typeof categories, UpstreamError>

export interface Directory {
  readonly form: (entityTypeId: number, id: string) => Effect.Effect<Option.Option<Element>, UpstreamError>
  /** Those that exist, by name. */
  readonly programmes: (
    entityTypeId: number,
    by: string,
    names: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyMap<string, Element>, UpstreamError>
  /** The deals whose origin begins so, by origin: what was made for a form, whatever this daemon's database knows of it. */
  readonly deals: (origin: string) => Effect.Effect<Readonly<Record<string, number>>, UpstreamError>
  readonly contact: (person: Person) => Effect.Effect<Option.Option<number>, UpstreamError>
}

export const make = (read: ReadCall, cache: DirectoryCache): Directory => ({
  form: (entityTypeId, id) =>
    cache.get("poll_form", `${entityTypeId}/${id}`, notFoundAsNone(itemOf(read, entityTypeId, id))),
  programmes: Effect.fnUntraced(function* (entityTypeId, by, names) {
    const prefix = `${entityTypeId}/${by}/`
    const found = yield* cache.getMany(
      "educational_program",
      names.map((name) => prefix + name),
      (keys) => programmesOf(read, { entityTypeId, by, prefix }, keys)
    )
    return new Map([...found].map(([key, element]) => [key.slice(prefix.length), element]))
  }),
  deals: (origin) =>
    Effect.map(cache.get("deal", origin, dealsOf(read, origin)), (deals) => Option.getOrElse(deals, () => ({}))),
  contact: (person) => cache.get("contact", JSON.stringify([person.phone, person.email]), contactOf(read, person))
})

const itemOf = (read: ReadCall, entityTypeId: number, id: string) =>
  Effect.map(read({ method: "crm.item.get", params: { entityTypeId, id } }), ({ result }) => {
    const { item } = mapOf(result)
    return isJsonObject(item) ? item : undefined
  })

const notFoundAsNone = (asked: Effect.Effect<Element | undefined, UpstreamError>) =>
  asked.pipe(
    Effect.map(Option.fromUndefinedOr),
    Effect.catchIf(
      ({ status }) => status === 404,
      () => Effect.succeedNone
    )
  )

/** Names need not be unique: the oldest programme of a name counts. */
const programmesOf = Effect.fnUntraced(function* (
  read: ReadCall,
  { by, entityTypeId, prefix }: { readonly entityTypeId: number; readonly by: string; readonly prefix: string },
  keys: ReadonlyArray<string>
) {
  const found = yield* Effect.forEach(
    keys,
    (key) =>
      Effect.map(
        read({
          method: "crm.item.list",
          params: { entityTypeId, filter: { [`=${by}`]: key.slice(prefix.length) }, order: { id: "ASC" } }
        }),
        ({ result }) => {
          const { items } = mapOf(result)
          const [first]: ReadonlyArray<unknown> = Array.isArray(items) ? items : []
          return isJsonObject(first) ? ([[key, first]] as const) : []
        }
      ),
    { concurrency: "unbounded" }
  )
  return new Map<string, Element>(found.flat())
})

const dealsOf = Effect.fnUntraced(function* (read: ReadCall, origin: string) {
  const { result } = yield* read({
    method: "crm.item.list",
    params: {
      entityTypeId: dealType,
      select: ["id", "originId"],
      filter: { "=%originId": `${origin}%` },
      order: { id: "DESC" }
    }
  })
  const { items } = mapOf(result)
  const found = (Array.isArray(items) ? items : []).flatMap((item: unknown) => {
    const { id, originId } = mapOf(item)
    return typeof id === "number" && typeof originId === "string" ? [[originId, id] as const] : []
  })
  // Of several the oldest one counts.
  return found.length === 0 ? Option.none() : Option.some(Object.fromEntries(found))
})

/** The oldest contact with the phone, else the one with the e-mail address. */
const contactOf = Effect.fnUntraced(function* (read: ReadCall, { email, phone }: Person) {
  const asked = [
    ...(phone === "" ? [] : [{ type: "PHONE", values: writingsOf(phone) }]),
    ...(email === "" ? [] : [{ type: "EMAIL", values: [email] }])
  ]
  const found = yield* Effect.forEach(
    asked,
    (params) =>
      Effect.map(
        read(
          { method: "crm.duplicate.findbycomm", params: { ...params, entity_type: "CONTACT" } },
          { isPersonal: true }
        ),
        ({ result }) => {
          const { CONTACT: ids } = mapOf(result)
          return (Array.isArray(ids) ? ids : []).flatMap((id: unknown) => (Number(id) > 0 ? [Number(id)] : []))
        }
      ),
    { concurrency: "unbounded" }
  )
  const [ids] = found.filter((some) => some.length > 0)
  return ids === undefined ? Option.none() : Option.some(Math.min(...ids))
})
