/** Reads an answer of a format as records. */
import { Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { drain, entity, upstream } from "./vendor.ts"

type Declared = Partial<Pick<Entity, "format" | "records" | "page" | "prefixed">>

export const types = {
  json: "application/json",
  xml: "application/xml",
  csv: "text/csv",
  ndjson: "application/x-ndjson"
}

export const source = Effect.fnUntraced(function* (
  declared: Declared,
  body: string | Uint8Array<ArrayBuffer>,
  type?: string
) {
  const headers = { "content-type": type ?? types[declared.format ?? "json"], "transfer-encoding": "chunked" }
  const crm = yield* upstream(() => new Response(body, { headers }))
  return HttpSource.make(crm)(entity(declared))
})

export const read = (...args: Parameters<typeof source>) => Effect.flatMap(source(...args), drain)

export const records = (...args: Parameters<typeof source>) => Effect.map(read(...args), (result) => result.records)

export const failure = (...args: Parameters<typeof source>) => Effect.flip(read(...args))
