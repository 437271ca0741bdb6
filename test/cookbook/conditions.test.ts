/** Recipes about which records count: each mirrors its source exactly, twice, with changes and deletes between. */
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { type Answer, type Day, json, mirrors } from "./Cookbook.ts"

/** Only what changed since the cursor. */
const changes =
  (records: ReadonlyArray<Readonly<Record<string, unknown>>>): Answer =>
  (request, url) =>
    json({ items: records.filter(({ version }) => Number(version) >= Number(url.searchParams.get("changed_since"))) })(
      request,
      url
    )

const named = (id: number, name: string, version: number) => ({ id: BigInt(id), name, version: BigInt(version) })

const marked = (id: number, name: string, is_deleted: boolean) => ({ id: BigInt(id), name, is_deleted })

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
        { id: 1, name: "Ann", status: "active", address: { country: "LV" }, balance: 3, merged_into: null },
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
  ],
  "Records that say that they are gone": [
    {
      answer: changes([
        { id: 1, name: "a", version: 1 },
        { id: 2, name: "b", version: 2 },
        { id: 3, name: "c", version: 3 }
      ]),
      rows: { deal: [named(1, "a", 1), named(2, "b", 2), named(3, "c", 3)] }
    },
    {
      answer: changes([
        { id: 3, name: "c", version: 3 },
        { id: 1, name: "a!", version: 4 },
        { id: 2, version: 5, state: "deleted" },
        { id: 9, version: 6, state: "deleted" }
      ]),
      rows: { deal: [named(1, "a!", 4), named(3, "c", 3)] }
    }
  ],
  "Records that are marked as gone": [
    {
      answer: json([
        { id: 1, name: "a" },
        { id: 2, name: "b" },
        { id: 3, name: "c" }
      ]),
      rows: { client: [marked(1, "a", false), marked(2, "b", false), marked(3, "c", false)] }
    },
    {
      answer: json([
        { id: 1, name: "a" },
        { id: 2, meta: { deleted_at: "2026-01-01" } },
        { id: 4, meta: { deleted_at: "2026-01-01" } }
      ]),
      rows: { client: [marked(1, "a", false), marked(2, "b", true)] }
    }
  ]
}

for (const [title, mirrored] of Object.entries(days)) {
  layer(layerDatabase, { excludeTestServices: true })(title, (it) => {
    it.effect("is mirrored", () => Effect.asVoid(mirrors(title, mirrored)))
  })
}
