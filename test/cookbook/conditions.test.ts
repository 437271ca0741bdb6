/** Recipes about which records count: each mirrors its source exactly, twice, with changes and deletes between. */
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { type Day, json, mirrors } from "./Cookbook.ts"

const days: Readonly<Record<string, ReadonlyArray<Day>>> = {
  "Only some of the records": [
    {
      answer: json([
        { id: 1, name: "Ann", status: "active", address: { country: "LV" }, balance: 0 },
        { id: 2, name: "Bob", status: "new", address: null, balance: "12.50", merged_into: null },
        { id: 3, name: "Cid", status: "closed", address: { country: "LV" }, balance: 1 },
        { id: 4, name: "Dan", status: "active", address: { country: "XX" }, balance: 1 },
        { id: 5, name: "Eve", status: "active", balance: -0.01 },
        { id: 6, name: "Fay", status: "active", balance: 5, mergedInto: 2 },
        { id: "none", name: {}, status: "gone", balance: "much" }
      ]),
      rows: {
        client: [
          { id: 1n, name: "Ann", balance: "0" },
          { id: 2n, name: "Bob", balance: "12.50" }
        ]
      }
    },
    {
      answer: json([
        { id: 1, name: "Ann", status: "active", address: { country: "LV" }, balance: 3 },
        { id: 2, name: "Bob", status: "closed", balance: 12.5 },
        { id: 3, name: "Cid", status: "active", balance: 1 }
      ]),
      rows: {
        client: [
          { id: 1n, name: "Ann", balance: "3" },
          { id: 3n, name: "Cid", balance: "1" }
        ]
      }
    }
  ]
}

for (const [title, mirrored] of Object.entries(days)) {
  layer(layerDatabase, { excludeTestServices: true })(title, (it) => {
    it.effect("is mirrored", () => Effect.asVoid(mirrors(title, mirrored)))
  })
}
