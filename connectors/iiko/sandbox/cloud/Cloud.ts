/** iikoCloud at `/api/1`, with login v2 at `/api/v2`: POST and JSON everywhere, a `correlationId` in every answer, one envelope for failures. */
import { DateTime, Effect, Schema } from "effect"
import { json, type SandboxHandler, type SandboxRequest, visible } from "../../../../core/sdk-sandbox.ts"
import type { IikoState } from "../Model.ts"
import { cloudTime } from "../Time.ts"
import {
  accessToken,
  authorizeCloud,
  type CloudRefusal,
  limitRate,
  oldAccessToken,
  refusalResponse,
  refuse,
  workFor
} from "./CloudAccess.ts"
import type { CloudState, StopListItem, TerminalGroup } from "./CloudModel.ts"
import type { Webhooks } from "./CloudWebhooks.ts"

interface CloudCall {
  readonly request: SandboxRequest
  readonly state: IikoState
  readonly cloud: CloudState
  readonly webhooks: Webhooks
  readonly moment: DateTime.Utc
}

/** The fields of the answer beside its correlationId. */
type CloudEndpoint = (call: CloudCall) => Effect.Effect<object, CloudRefusal>

const decoderOf = <A>(schema: Schema.Codec<A, unknown>) => {
  const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(schema))
  return ({ body }: SandboxRequest) =>
    Effect.mapError(decode(body || "{}"), (error) => refuse(400, `Invalid request body. ${error.message}`))
}

const Ids = Schema.Array(Schema.String)
const Item = Schema.Struct({
  productId: Schema.String,
  sizeId: Schema.optionalKey(Schema.NullOr(Schema.String)),
  balance: Schema.optionalKey(Schema.Finite)
})
const OfGroup = Schema.Struct({ organizationId: Schema.String, terminalGroupId: Schema.String })
const decode = {
  organizations: decoderOf(Schema.Struct({ organizationIds: Schema.optionalKey(Schema.NullOr(Ids)) })),
  ofOrganizations: decoderOf(Schema.Struct({ organizationIds: Ids })),
  stopLists: decoderOf(
    Schema.Struct({
      organizationIds: Ids,
      returnSize: Schema.optionalKey(Schema.Boolean),
      terminalGroupsIds: Schema.optionalKey(Schema.NullOr(Ids))
    })
  ),
  items: decoderOf(Schema.Struct({ ...OfGroup.fields, items: Schema.Array(Item) })),
  ofGroup: decoderOf(OfGroup)
}

const knownOrganizations = Effect.fnUntraced(function* (
  { behaviour, organizations }: CloudState,
  ids: typeof Ids.Type
) {
  if (ids.length === 0) return yield* refuse(400, "organizationIds may not be empty")
  if (ids.length > behaviour.organizationsPerRequest) {
    return yield* refuse(422, `Too many organizations: ${ids.length}`, "TOO_MANY_DATA_REQUESTED")
  }
  const unknown = ids.find((asked) => organizations.every(({ id }) => id !== asked))
  if (unknown !== undefined) return yield* refuse(400, `Organization ${unknown} is not found`)
})

const organizations: CloudEndpoint = Effect.fnUntraced(function* ({ cloud, request }) {
  const { organizationIds = null } = yield* decode.organizations(request)
  if (organizationIds !== null) yield* knownOrganizations(cloud, organizationIds)
  const found = cloud.organizations.filter(({ id }) => organizationIds === null || organizationIds.includes(id))
  return { organizations: visible(request, found).map((each) => ({ responseType: "Simple", ...each })) }
})

const terminalGroups: CloudEndpoint = Effect.fnUntraced(function* ({ cloud, request }) {
  const { organizationIds } = yield* decode.ofOrganizations(request)
  yield* knownOrganizations(cloud, organizationIds)
  const those = (wanted: boolean) =>
    organizationIds.map((organizationId) => ({
      organizationId,
      items: cloud.terminalGroups
        .filter((group) => group.organizationId === organizationId && group.asleep === wanted)
        .map(({ asleep, ...group }) => group)
    }))
  return { terminalGroups: visible(request, those(false)), terminalGroupsInSleep: those(true) }
})

/** A terminal group without stopped products has an empty list. */
const stopLists: CloudEndpoint = Effect.fnUntraced(function* ({ cloud, request }) {
  const { organizationIds, returnSize, terminalGroupsIds = null } = yield* decode.stopLists(request)
  yield* knownOrganizations(cloud, organizationIds)
  const isAsked = (group: TerminalGroup, organizationId: string) =>
    group.organizationId === organizationId &&
    !group.asleep &&
    (terminalGroupsIds === null || terminalGroupsIds.includes(group.id))
  const itemsOf = (group: string) =>
    cloud.stopList
      .filter(({ terminalGroupId }) => terminalGroupId === group)
      .map(({ balance, dateAdd, productId, sizeId, sku }) => ({
        balance,
        productId,
        sizeId: returnSize ? sizeId : null,
        sku,
        dateAdd
      }))
  return {
    terminalGroupStopLists: organizationIds.map((organizationId) => ({
      organizationId,
      items: cloud.terminalGroups
        .filter((group) => isAsked(group, organizationId))
        .map(({ id }) => ({ terminalGroupId: id, items: visible(request, itemsOf(id)) }))
    }))
  }
})

const knownGroup = Effect.fnUntraced(function* (cloud: CloudState, asked: typeof OfGroup.Type) {
  yield* knownOrganizations(cloud, [asked.organizationId])
  const isKnown = cloud.terminalGroups.some(
    ({ id, organizationId }) => id === asked.terminalGroupId && organizationId === asked.organizationId
  )
  if (!isKnown) return yield* refuse(400, `Terminal group ${asked.terminalGroupId} is not found`)
})

const isSame = (one: StopListItem, terminalGroupId: string, { productId, sizeId = null }: typeof Item.Type): boolean =>
  one.terminalGroupId === terminalGroupId && one.productId === productId && one.sizeId === sizeId

/** A product that is already stopped keeps its date and takes the new balance. */
const add: CloudEndpoint = Effect.fnUntraced(function* ({ cloud, moment, request, state, webhooks }) {
  const asked = yield* decode.items(request)
  yield* knownGroup(cloud, asked)
  const products = new Map(state.products.map((product) => [product.id, product]))
  const unknown = asked.items.find(({ productId }) => !products.has(productId))
  if (unknown !== undefined) return yield* refuse(400, `Product ${unknown.productId} is not found`)
  yield* webhooks.changing(
    Effect.sync(() => {
      for (const item of asked.items) {
        const { balance = 0, productId, sizeId = null } = item
        const existing = cloud.stopList.find((each) => isSame(each, asked.terminalGroupId, item))
        const sku = products.get(productId)?.num ?? null
        const { terminalGroupId } = asked
        if (existing) existing.balance = balance
        else cloud.stopList.push({ terminalGroupId, productId, sizeId, balance, sku, dateAdd: cloudTime(moment) })
      }
    })
  )
  return {}
})

const removeWhere = ({ stopList }: CloudState, isGone: (item: StopListItem) => boolean) =>
  Effect.sync(() => {
    stopList.splice(0, stopList.length, ...stopList.filter((item) => !isGone(item)))
  })

const remove: CloudEndpoint = Effect.fnUntraced(function* ({ cloud, request, webhooks }) {
  const asked = yield* decode.items(request)
  yield* knownGroup(cloud, asked)
  const isAsked = (each: StopListItem) => asked.items.some((item) => isSame(each, asked.terminalGroupId, item))
  yield* webhooks.changing(removeWhere(cloud, isAsked))
  return {}
})

const clear: CloudEndpoint = Effect.fnUntraced(function* ({ cloud, request, webhooks }) {
  const asked = yield* decode.ofGroup(request)
  yield* knownGroup(cloud, asked)
  yield* webhooks.changing(removeWhere(cloud, (each) => each.terminalGroupId === asked.terminalGroupId))
  return {}
})

const NullableText = Schema.NullOr(Schema.String).pipe(Schema.optionalKey)
const Settings = Schema.Struct({
  organizationId: Schema.String,
  webHooksUri: NullableText,
  authToken: NullableText,
  webHooksFilter: Schema.optionalKey(
    Schema.NullOr(
      Schema.Struct({
        stopListUpdateFilter: Schema.optionalKey(Schema.NullOr(Schema.Struct({ updates: Schema.Boolean })))
      })
    )
  )
})
const decodeSettings = decoderOf(Settings)
const decodeOrganization = decoderOf(Schema.Struct({ organizationId: Schema.String }))

const updateSettings: CloudEndpoint = Effect.fnUntraced(function* ({ cloud, request }) {
  const { authToken = null, organizationId, webHooksFilter = null, webHooksUri = null } = yield* decodeSettings(request)
  yield* knownOrganizations(cloud, [organizationId])
  if (webHooksUri !== null && !URL.canParse(webHooksUri))
    return yield* refuse(400, `Invalid webHooksUri ${webHooksUri}`)
  const settings = { organizationId, webHooksUri, authToken, webHooksFilter }
  const existing = cloud.webhooks.find((each) => each.organizationId === organizationId)
  if (existing) Object.assign(existing, settings)
  else cloud.webhooks.push(settings)
  return {}
})

const readSettings: CloudEndpoint = Effect.fnUntraced(function* ({ cloud, request }) {
  const { organizationId } = yield* decodeOrganization(request)
  yield* knownOrganizations(cloud, [organizationId])
  const found = cloud.webhooks.find((each) => each.organizationId === organizationId)
  const { authToken = null, webHooksFilter = null, webHooksUri = null } = found ?? {}
  return { apiLoginName: cloud.behaviour.apiLogin, webHooksUri, authToken, webHooksFilter }
})

const endpoints: Readonly<Record<string, CloudEndpoint>> = {
  "/api/1/organizations": organizations,
  "/api/1/terminal_groups": terminalGroups,
  "/api/1/stop_lists": stopLists,
  "/api/1/stop_lists/add": add,
  "/api/1/stop_lists/remove": remove,
  "/api/1/stop_lists/clear": clear,
  "/api/1/webhooks/update_settings": updateSettings,
  "/api/1/webhooks/settings": readSettings
}

export const isCloud = ({ path }: SandboxRequest): boolean => /^\/api\/(?:1|v2)\//.test(path)

const answerOf = Effect.fnUntraced(function* (call: CloudCall) {
  const { cloud, moment, request } = call
  const millis = DateTime.toEpochMillis(moment)
  yield* limitRate(cloud, millis)
  if (cloud.behaviour.failing) return yield* refuse(500, "Internal server error", "INTERNAL_ERROR")
  if (request.method !== "POST") return yield* refuse(405, `${request.method} is not allowed`)
  if (request.path === "/api/v2/access_token") return yield* accessToken(request, cloud, millis)
  if (request.path === "/api/1/access_token") return yield* oldAccessToken(request, cloud, millis)
  const endpoint = endpoints[request.path]
  if (endpoint === undefined) return yield* refuse(404, `${request.path} is not found`)
  yield* authorizeCloud(request, cloud, millis)
  yield* workFor(request, cloud)
  return yield* endpoint(call)
})

export const handleCloud = (state: IikoState, webhooks: Webhooks): SandboxHandler =>
  Effect.fnUntraced(function* (request) {
    const { cloud } = state
    const correlationId = cloud.draw.uuid()
    const moment = yield* DateTime.now
    return yield* answerOf({ request, state, cloud, webhooks, moment }).pipe(
      Effect.map((fields) => json({ correlationId, ...fields })),
      Effect.catchTag("CloudRefusal", (refusal) => Effect.succeed(refusalResponse(correlationId, refusal)))
    )
  })
