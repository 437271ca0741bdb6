/** Five tabs with one row each, and entities that read them. */
import { Effect } from "effect"
import { start } from "./sandbox/TestClient.ts"

export const tabNames = ["a", "b", "c", "d", "e"] as const

export const entity = (name: string, keys = `range: "${name}!A:B"`) =>
  `  ${name}: { ${keys}, key: id, fields: { id: text, amount: decimal } }\n`

export const fiveEntities = tabNames.map((name) => entity(name)).join("")

/** Five tabs with one row each. */
export const fiveTabs = Effect.gen(function* () {
  const started = yield* start
  const tabs = tabNames.map((title) =>
    started.tab(
      [
        ["id", "amount"],
        [title, 1]
      ],
      { title }
    )
  )
  return { ...started, tabs }
})
