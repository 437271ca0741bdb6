/**
 * `StopListUpdate` webhooks: one for each changed item, without the item, to the address in the organisation's
 * settings. They are sent once and simultaneously, so they may arrive in any order.
 */
import { DateTime, Effect, type Scope } from "effect"
import { cloudTime } from "../Time.ts"
import type { CloudState, StopListItem, WebhookDelivery, WebhookSettings } from "./CloudModel.ts"

export interface Webhooks {
  /** Runs an edit of the data and sends a webhook for every changed item of the stop list. */
  readonly changing: <A, E>(edit: Effect.Effect<A, E>) => Effect.Effect<A, E>
}

/** Unfinished webhooks end with the scope. */
export const makeWebhooks = Effect.fn("IikoSandbox.makeWebhooks")(function* (
  cloud: CloudState
): Effect.fn.Return<Webhooks, never, Scope.Scope> {
  const scope = yield* Effect.scope

  const notify = Effect.fnUntraced(function* (terminalGroupId: string) {
    const organizationId = cloud.terminalGroups.find(({ id }) => id === terminalGroupId)?.organizationId
    const settings = cloud.webhooks.find((each) => each.organizationId === organizationId)
    if (settings === undefined || !wantsStopLists(settings)) return
    const event = {
      eventType: "StopListUpdate",
      eventTime: cloudTime(yield* DateTime.now),
      organizationId,
      correlationId: cloud.draw.uuid(),
      eventInfo: { terminalGroupsStopListsUpdates: [{ id: terminalGroupId, isFull: false }] }
    }
    for (let copy = 0; copy < cloud.behaviour.webhookCopies; copy++) {
      yield* Effect.forkIn(deliver(cloud, settings, [event]), scope)
    }
  })

  return {
    changing: Effect.fnUntraced(function* (edit) {
      const before = snapshot(cloud)
      const result = yield* edit
      const after = snapshot(cloud)
      for (const [key, item] of new Map([...before, ...after])) {
        if (textOf(before.get(key)) !== textOf(after.get(key))) yield* notify(item.terminalGroupId)
      }
      return result
    })
  }
})

const wantsStopLists = ({ webHooksFilter }: WebhookSettings): boolean =>
  webHooksFilter?.stopListUpdateFilter?.updates === true

const snapshot = ({ stopList }: CloudState): ReadonlyMap<string, StopListItem> =>
  new Map(stopList.map((item) => [`${item.terminalGroupId} ${item.productId} ${item.sizeId}`, { ...item }]))

const textOf = (item: StopListItem | undefined): string => JSON.stringify(item ?? null)

const deliver = (cloud: CloudState, settings: WebhookSettings, body: ReadonlyArray<object>): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { authToken, organizationId, webHooksUri } = settings
    if (webHooksUri === null) return Effect.void
    const delivery: WebhookDelivery = { uri: webHooksUri, organizationId, status: null }
    cloud.deliveries.push(delivery)
    const prefix = cloud.behaviour.webhookToken === "bearer" ? "Bearer " : ""
    const authorization = authToken === null ? {} : { authorization: prefix + authToken }
    const headers = { "content-type": "application/json", ...authorization }
    return Effect.tryPromise(async (signal) => {
      const answer = await fetch(webHooksUri, { method: "POST", headers, body: JSON.stringify(body), signal })
      await answer.arrayBuffer()
      delivery.status = answer.status
    }).pipe(
      Effect.timeout("15 seconds"),
      // No receiver, or a slow one: the status stays null and nothing is repeated.
      Effect.ignore
    )
  })
