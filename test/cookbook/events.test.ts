/** The recipe about events: orders that only an event names are mirrored with the others. */
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { byPath, type Day, mirrors } from "./Cookbook.ts"

const title = "Events that say which records have changed"

const days: ReadonlyArray<Day> = [
  {
    answer: byPath({
      "/orders": [{ id: 1, state: "new" }],
      "/events": [
        { id: 5, order_id: 1 },
        { id: 6, order_id: 2 }
      ],
      "/events?after=6": [],
      "/orders/1": { id: 1, state: "new" },
      "/orders/2": { id: 2, state: "paid" }
    }),
    rows: {
      order: [
        { id: 1n, state: "new" },
        { id: 2n, state: "paid" }
      ],
      order_event: [
        { id: 5n, order_id: 1n },
        { id: 6n, order_id: 2n }
      ]
    }
  },
  {
    answer: byPath({
      "/orders": [{ id: 1, state: "new" }],
      "/events?after=6": [{ id: 7, order_id: 2 }],
      "/events?after=7": [],
      "/orders/2": { id: 2, state: "sent" }
    }),
    rows: {
      order: [
        { id: 1n, state: "new" },
        { id: 2n, state: "sent" }
      ],
      order_event: [
        { id: 5n, order_id: 1n },
        { id: 6n, order_id: 2n },
        { id: 7n, order_id: 2n }
      ]
    }
  }
]

layer(layerDatabase, { excludeTestServices: true })(title, (it) => {
  it.effect("is mirrored", () => Effect.asVoid(mirrors(title, days)))
})
