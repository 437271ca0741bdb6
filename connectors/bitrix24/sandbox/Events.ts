/**
 * What follows a change of an element: automation, unless it was imported, and events. An event is a form with the
 * element's id. It comes late, so that two may change places; it may get lost or come twice, and is never repeated.
 */
import { Clock, Effect, type Scope } from "effect"
import { type Change, type Handler, kinds, type PortalState } from "./Model.ts"

export type Publish = (changes: ReadonlyArray<Change>, portal: string) => Effect.Effect<void>

const names: ReadonlyMap<number, string> = new Map([
  [kinds.lead, "LEAD"],
  [kinds.deal, "DEAL"],
  [kinds.contact, "CONTACT"],
  [kinds.company, "COMPANY"]
])

const eventOf = ({ entityTypeId, kind }: Change): string =>
  `ONCRM${names.get(entityTypeId) ?? "DYNAMICITEM"}${kind.toUpperCase()}`

/** New elements get the next person in turn, and none does who was imported. */
const automate = ({ automated, elements, users }: PortalState, change: Change): void => {
  if (change.kind !== "Add" || change.isImport) return
  const row = elements.get(change.entityTypeId)?.find(({ id }) => id === change.id)
  const person = users[automated.length % users.length]
  if (row === undefined || person === undefined) return
  automated.push(change)
  row.assignedById = Number(person.ID)
}

const formOf = (state: PortalState, { id, token }: Handler, change: Change, portal: string, now: number) => {
  const isSmart = !names.has(change.entityTypeId)
  return new URLSearchParams({
    event: eventOf(change),
    event_handler_id: String(id),
    "data[FIELDS][ID]": String(change.id),
    ...(isSmart ? { "data[FIELDS][ENTITY_TYPE_ID]": String(change.entityTypeId) } : {}),
    ts: String(Math.floor(now / 1_000)),
    "auth[domain]": new URL(portal).host,
    "auth[client_endpoint]": `${portal}/rest/`,
    "auth[server_endpoint]": `${portal}/rest/`,
    "auth[member_id]": state.memberId,
    "auth[application_token]": token
  })
}

/** Events that are under way end with the scope. */
export const makePublish = Effect.fn("Bitrix24Sandbox.makePublish")(function* (
  state: PortalState
): Effect.fn.Return<Publish, never, Scope.Scope> {
  const scope = yield* Effect.scope

  const deliver = Effect.fnUntraced(function* (handler: Handler, change: Change, portal: string, delay: number) {
    const now = yield* Clock.currentTimeMillis
    yield* Effect.sleep(delay)
    const delivery = { event: eventOf(change), id: change.id, handler: handler.handler, status: 0 }
    state.deliveries.push(delivery)
    const body = formOf(state, handler, change, portal, now)
    yield* Effect.tryPromise(async (signal) => {
      const answer = await fetch(handler.handler, { method: "POST", body, signal })
      await answer.arrayBuffer()
      delivery.status = answer.status
    }).pipe(
      Effect.timeout("30 seconds"),
      // Nobody there, or too slow: the status stays 0, and the vendor does not try again.
      Effect.ignore
    )
  })

  return Effect.fnUntraced(function* (changes, portal) {
    const { draw, handlers, switches } = state
    for (const change of changes) {
      if (switches.automates) automate(state, change)
      for (const handler of handlers.filter(({ event }) => event === eventOf(change))) {
        if (draw.chance(switches.eventsLost)) continue
        const copies = draw.chance(switches.eventsRepeated) ? 2 : 1
        for (let copy = 0; copy < copies; copy++) {
          const delay = draw.int(0, switches.eventDelay * 1_000)
          yield* Effect.forkIn(deliver(handler, change, portal, delay), scope)
        }
      }
    }
  })
})
