import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Inbox, type InboxRefused, one as oneDelivery } from "../../inbox/Inbox.ts"
import * as InboxRows from "../../inbox/InboxRows.ts"
import { Api } from "../Api.ts"
import { DeliveryConflict, Missing } from "../ApiErrors.ts"
import { fromDatabase, readDatabase } from "../Background.ts"
import { Caller } from "../Caller.ts"
import { deliveryDetailOf, deliveryOf } from "../DeliveryResponses.ts"

const problemOf = ({ message, reason }: InboxRefused) =>
  reason.code === "inbox.unknown" ? new Missing({ detail: message }) : new DeliveryConflict({ detail: message })

const list = Effect.fnUntraced(function* (filter: InboxRows.DeliveryFilter, most: number) {
  return { deliveries: (yield* InboxRows.list(filter, most)).map(deliveryOf) }
}, readDatabase)

const one = (id: number) =>
  readDatabase(
    oneDelivery(id).pipe(
      Effect.map(deliveryDetailOf),
      Effect.catchTag("InboxRefused", ({ message }) => Effect.fail(new Missing({ detail: message })))
    )
  )

const replay = Effect.fnUntraced(
  function* (id: number) {
    const [inbox, caller] = [yield* Inbox, yield* Caller]
    return deliveryDetailOf(yield* inbox.replay(id, caller))
  },
  Effect.catchTag("InboxRefused", (refused) => Effect.fail(problemOf(refused))),
  fromDatabase
)

export const layer = HttpApiBuilder.group(Api, "inbox", (handlers) =>
  handlers.handleAll({
    deliveries: ({ query: { limit = 50, ...filter } }) => list(filter, limit),
    delivery: ({ params }) => one(params.id),
    replayDelivery: ({ params }) => replay(params.id)
  })
)
