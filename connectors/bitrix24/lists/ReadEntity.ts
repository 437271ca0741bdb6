/** The records of one entity: its list, what of it has changed, or one record by its id. */
import { Array as Arr, Channel, Effect } from "effect"
import {
  asRecord,
  complete,
  type Entity,
  type ReadOptions,
  type Source,
  type SourceRecord,
  UpstreamError
} from "../../../core/sdk.ts"
import type { Config } from "../Config.ts"
import type { ReadCall } from "../portal/GatheredCalls.ts"
import type { CallOptions, Portal } from "../portal/Portal.ts"
import { bitrix24 } from "../reasons.ts"
import { isKeys, type Keys, objectOf } from "./EntityKeys.ts"
import { titled, titledFields, withTitles } from "./FieldTitles.ts"
import { listingOf, oneOf } from "./Listing.ts"
import { listPages } from "./ListPages.ts"
import { type PortalObject, parseObject } from "./PortalObject.ts"

export interface Reader {
  readonly portal: Portal
  readonly read: ReadCall
  readonly batch: Config["batch"]
}

export const readEntity =
  ({ batch, portal, read }: Reader) =>
  (entity: Entity, options: ReadOptions = {}): Source => {
    const keys = keysOf(entity)
    if (keys === undefined) return Channel.fail(noObject(entity))
    const object = objectOf(keys)
    const asking: CallOptions = {
      marks: options.marks === true,
      ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent })
    }
    return Channel.unwrap(
      Effect.map(titles(read, entity, object, asking), (readable) => {
        const [id] = Object.values(options.params ?? {})
        if (entity.single === true)
          return Channel.unwrap(
            Effect.map(readOne(read, object, String(id), asking), (record) =>
              Channel.concat(Channel.succeed(Arr.of(readable(record))), Channel.end(complete))
            )
          )
        const listing = listingOf(object)
        const { since } = options
        const changed =
          since === undefined || listing.changedSince === undefined ? {} : { [listing.changedSince]: since }
        const asked = {
          filter: { ...listing.filter, ...keys.filter, ...changed },
          ...(keys.select === undefined ? {} : { select: keys.select })
        }
        const source = listPages(portal, listing, asked, { ...asking, pages: batch.enabled ? batch.size : 1 })
        return Channel.map(source, Arr.map(readable))
      })
    )
  }

/** The argument of `discover --path` names an object. */
const keysOf = ({ own, request }: Entity): Keys | undefined => {
  if (isKeys(own)) return own
  const object = request.path.replace(/^\//, "")
  return parseObject(object) === undefined ? undefined : { object, filter: {} }
}

const noObject = ({ request }: Entity) =>
  new UpstreamError({ kind: "Declaration", reason: bitrix24("bitrix24.unknownObject", { object: request.path }) })

/** Nothing is asked for names that no field uses. */
const titles = (read: ReadCall, entity: Entity, object: PortalObject, options: CallOptions) => {
  const uses = entity.own === undefined || entity.columns.some(({ source }) => usesTitles(source))
  return object.kind === "item" && uses
    ? Effect.map(titledFields(read, object.entityTypeId, options), withTitles)
    : Effect.succeed((record: SourceRecord) => record)
}

const usesTitles = (source: Entity["columns"][number]["source"]): boolean =>
  source._tag === "Record" || (source._tag === "Pointer" && JSON.stringify(source).includes(`"${titled}"`))

const readOne = Effect.fnUntraced(function* (read: ReadCall, object: PortalObject, id: string, options: CallOptions) {
  const { method, params, record } = oneOf(object)
  const { result } = yield* read({ method, params: params(id) }, options)
  const found = record(result)
  if (found !== undefined && found !== null) return asRecord(found)
  return yield* new UpstreamError({
    kind: "Status",
    status: 404,
    reason: bitrix24("bitrix24.noObject", { method, id })
  })
})
