/** `orders`: the stored orders of a seller, whether Allegro still shows them or not. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { AdminAccess, ClosedInput, Missing, Unavailable } from "../../../core/sdk-http.ts"

const UserId = Schema.NonEmptyString.annotate({ description: "The owner of the account." })

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const Order = Schema.Struct({
  account: Schema.String.annotate({ description: "The name of the owner's account." }),
  allegro_order_id: Schema.String,
  order_date: Schema.NullOr(Schema.Date),
  order_data: Schema.Unknown.annotate({ description: "The order as Allegro sent it." }),
  created_at: Schema.Date.annotate({ description: "When it was stored first." }),
  updated_at: Schema.Date.annotate({ description: "When its content changed last." }),
  is_deleted: Schema.Boolean.annotate({ description: "Whether Allegro has it no more." })
}).annotate({ identifier: "AllegroOrder" })

export const usualLimit = 100

export const OrderPage = Schema.Struct({
  orders: Schema.Array(Order),
  total: Schema.Int.annotate({ description: "Without limit and offset." })
})

const OrderWithVersions = Schema.Struct({
  ...Order.fields,
  versions: Schema.Array(
    Schema.Struct({
      from: Schema.Date.annotate({ description: "The time of the request that brought it." }),
      to: Schema.NullOr(Schema.Date).annotate({ description: "null: it is the present one." }),
      order_data: Schema.Unknown
    })
  ).annotate({ description: "Every content that it had at a read, the newest first." })
}).annotate({ identifier: "AllegroOrderWithVersions" })

const account = Schema.optionalKey(Schema.NonEmptyString).annotateKey({
  description: "One of the owner's accounts, by its name. Default: all."
})

export const Orders = HttpApiGroup.make("orders")
  .add(
    HttpApiEndpoint.get("orders", "/orders/:user", {
      params: { user: UserId },
      query: {
        account,
        from: Schema.optionalKey(Schema.Date).annotateKey({ description: "Bought at this time or later." }),
        to: Schema.optionalKey(Schema.Date).annotateKey({ description: "Bought before it." }),
        status: Schema.optionalKey(Schema.NonEmptyString).annotateKey({ description: "As READY_FOR_PROCESSING." }),
        limit: Schema.optionalKey(whole(1, 1_000)).annotateKey({ description: `Default ${usualLimit}.` }),
        offset: Schema.optionalKey(whole(0, 10_000_000))
      },
      success: OrderPage,
      error: [Missing, Unavailable]
    }),
    HttpApiEndpoint.get("order", "/orders/:user/:order", {
      params: { user: UserId, order: Schema.NonEmptyString },
      query: { account },
      success: OrderWithVersions,
      error: [Missing, Unavailable]
    })
  )
  .middleware(ClosedInput)
  .middleware(AdminAccess)
