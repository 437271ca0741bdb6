/** The JSON of the inbox in the API's answers. */
import { Schema } from "effect"
import * as InboxRows from "../inbox/InboxRows.ts"
import { Reason, render } from "../reason/Reason.ts"

const time = Schema.NullOr(Schema.DateTimeUtc)

const fields = {
  id: Schema.Int,
  connector: Schema.String,
  source: Schema.String.annotate({ description: "The last part of the address: orders of /hooks/rest/shop/orders." }),
  key: Schema.String.annotate({
    description: "Deliveries with the same key are worked off in the order of their ids."
  }),
  delivery: Schema.NullOr(Schema.String).annotate({ description: "The sender's id of it; null: it sends none." }),
  state: InboxRows.DeliveryState.annotate({ description: "dead: no further attempt is made by itself." }),
  active: Schema.Boolean.annotate({ description: "Whether a process works on it now." }),
  tries: Schema.Int,
  repeats: Schema.Int.annotate({ description: "How often the same delivery came again." }),
  replays: Schema.Int.annotate({ description: "How often somebody let it be worked off again." }),
  receivedAt: Schema.DateTimeUtc,
  nextTry: time.annotate({ description: "When the next attempt is due, while it waits." }),
  finishedAt: time,
  error: Schema.NullOr(Schema.String).annotate({ description: "Why the last attempt failed." }),
  errorReason: Schema.NullOr(Reason)
}

export const Delivery = Schema.Struct(fields).annotate({ identifier: "Delivery" })

export const DeliveryDetail = Schema.Struct({
  ...fields,
  body: Schema.NullOr(Schema.Json).annotate({ description: "null: it was erased." }),
  result: Schema.NullOr(Schema.Json).annotate({ description: "What the work on it returned." })
}).annotate({ identifier: "DeliveryDetail" })

export const deliveryOf = ({ reason, ...delivery }: InboxRows.StoredDelivery): typeof Delivery.Type => ({
  ...delivery,
  error: reason && render(reason),
  errorReason: reason
})

export const deliveryDetailOf = (delivery: InboxRows.DeliveryDetail): typeof DeliveryDetail.Type => ({
  ...deliveryOf(delivery),
  body: delivery.body,
  result: delivery.result
})
