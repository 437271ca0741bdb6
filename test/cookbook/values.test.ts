/** Recipes about values and files: each mirrors its source exactly, twice, with changes and deletes between. */
import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { layerDatabase } from "../support/database.ts"
import { mirrors } from "./Cookbook.ts"
import { days } from "./Values.ts"

for (const [title, mirrored] of Object.entries(days)) {
  layer(layerDatabase, { excludeTestServices: true })(title, (it) => {
    it.effect("is mirrored", () => Effect.asVoid(mirrors(title, mirrored)))
  })
}
