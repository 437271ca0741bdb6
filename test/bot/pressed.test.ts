/** Every button that people find: each press is one line of the log, with person and action, and leads somewhere. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { Person } from "../../bot/sandbox.ts"
import { eventually } from "../support/eventually.ts"
import { World } from "./fixtures.ts"
import { colleague } from "./People.ts"
import { walk } from "./Walk.ts"
import { configured, otherAdmin } from "./writeoffFixtures.ts"

/** It ends the walk, since it is another language's from then on; makes somebody an admin who walks beside; or reads and sends for minutes. */
const left = /^(?:language:|admins:(?:pick|remove)|(?:sync|plan|jobs|transfers):run)/

/** Log lines of presses and commands. */
const deeds = Effect.map(World, ({ logged }) => logged.filter(({ fields }) => fields.module !== undefined))

const count = Effect.map(deeds, ({ length }) => length)

const inEnglish = Effect.fnUntraced(function* (person: Person) {
  yield* person.press({ data: "language:en" })
  yield* person.sees((chat) => chat.at(-1)?.buttons.flat().includes("🌐 Language") === true)
  return person
})

/** Both people at once, each in a language. */
const both = Effect.fnUntraced(function* (russian: Person, english: Person) {
  const world = yield* World
  const walked = yield* Effect.all(
    [walk(world, russian, { left, locale: "ru" }), walk(world, english, { left, locale: "en" })],
    { concurrency: 2 }
  )
  assert.deepEqual(
    walked.flatMap(({ faults }) => faults),
    []
  )
  return walked
})

layer(World.layer({ files: { "bot.yaml": configured } }), { timeout: "180 seconds", excludeTestServices: true })(
  "whoever presses every button",
  (it) => {
    it.effect(
      "as an employee leaves one line for each, and finds no failure, no dead end and no other language",
      () =>
        Effect.gen(function* () {
          const world = yield* World
          yield* world.signIn
          const english = yield* inEnglish(yield* colleague(world, "Кафе на Гагарина"))
          for (const { kinds } of yield* both(world.employee, english)) {
            assert.isAbove(kinds.size, 10, [...kinds].join(" "))
          }
        }),
      170_000
    )

    it.effect(
      "as an admin likewise",
      () =>
        Effect.gen(function* () {
          const { admin, telegram } = yield* World
          const other = telegram.state.person({ name: "Олег", id: otherAdmin })
          yield* other.send("/start")
          yield* other.sees((chat) => (chat.at(-1)?.buttons.length ?? 0) > 0)
          for (const { kinds } of yield* both(admin, yield* inEnglish(other))) {
            assert.isAbove(kinds.size, 50, [...kinds].join(" "))
          }
        }),
      170_000
    )
  }
)

layer(World.layer({ sync: [] }), { timeout: "60 seconds", excludeTestServices: true })("a command", (it) => {
  it.effect("is one line with its parameters, cut, and never with the code that makes an admin", () =>
    Effect.gen(function* () {
      const { admin, telegram } = yield* World
      yield* admin.send(`/sync ${"iiko.product ".repeat(20)}`)
      const stranger = telegram.state.person({ name: "Кто-то" })
      yield* stranger.send("/admin 123456789012")
      yield* stranger.sees((chat) => chat.some(({ from }) => from === "bot"))
      yield* eventually(Effect.map(count, (lines) => lines === 2))
      const lines = (yield* deeds).map(({ fields }) => [fields.module, fields.action, fields.actor, fields.parameters])
      const byActor = lines.toSorted(([one], [other]) => String(one).localeCompare(String(other)))
      const long = `${"iiko.product ".repeat(20).slice(0, 99)}…`
      assert.deepEqual(byActor, [
        ["admin", "command", `telegram:${stranger.id}`, "***"],
        ["sync", "command", `telegram:${admin.id}`, long]
      ])
    })
  )
})
