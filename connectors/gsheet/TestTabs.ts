/** Five tabs with one row each, and entities that read them. */
import { Effect } from "effect"
import { start } from "./sandbox/TestClient.ts"

export const names = ["a", "b", "c", "d", "e"] as const

export const entity = (name: string, keys = `range: "${name}!A:B"`) =>
  `  ${name}: { ${keys}, key: id, fields: { id: text, amount: decimal } }\n`

export const five = names.map((name) => entity(name)).join("")

/** Five tabs with one row each. */
export const world = Effect.gen(function* () {
  const started = yield* start
  const tabs = names.map((title) =>
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
