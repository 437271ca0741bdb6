/** Every button that an admin finds: each press is one line of the log, with who pressed what. */
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { Shown } from "../../bot/sandbox.ts"
import { eventually } from "../support/eventually.ts"
import { last } from "./Chat.ts"
import { World } from "./World.ts"

const world = Layer.effectDiscard(Effect.flatMap(World, ({ signIn }) => signIn)).pipe(Layer.provideMerge(World.layer()))

/** Of a kind: what differs in an id or a page alone is one. */
const kindOf = (data: string): string =>
  data.startsWith("main/") ? data : data.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|:[\w-]{6,}(?=:|$)|\d+/g, "#")

/** What would end the walk: it begins a sync of everything, or is of another language. */
const left = /^(?:sync:run|plan:run|language:|transfers|stock:refresh|jobs:run)/

/** Of presses and commands. */
const deeds = Effect.map(World, ({ logged }) => logged.filter(({ fields }) => fields.module !== undefined))

const count = Effect.map(deeds, ({ length }) => length)

/** The newest message of the bot, as it stands. */
const shownOf = (chat: ReadonlyArray<Shown>): string => {
  const newest = chat.findLast(({ from }) => from === "bot")
  return JSON.stringify([newest?.id, newest?.edited, newest?.text, newest?.data])
}

layer(world, { timeout: "180 seconds", excludeTestServices: true })("an admin who presses every button", (it) => {
  it.effect(
    "leaves one line for each, with module, action and actor",
    () =>
      Effect.gen(function* () {
        const { admin } = yield* World
        /** Pressed already, by kind. */
        const known = new Set<string>()
        /** Buttons to press: how to come to them is to press those before. */
        const ways: Array<ReadonlyArray<string>> = [[]]
        let pressed = 0

        const press = Effect.fnUntraced(function* (data: string) {
          const [before, lines] = [shownOf(yield* admin.messages), yield* count]
          yield* admin.press({ data })
          yield* eventually(Effect.map(count, (now) => now > lines))
          // Some change nothing.
          yield* Effect.timeoutOption(
            admin.sees((chat) => shownOf(chat) !== before && !last("⏳")(chat)),
            "1 second"
          )
          const [line, ...more] = (yield* deeds).slice(lines)
          assert.lengthOf(more, 0, data)
          assert.strictEqual(line?.fields.actor, `telegram:${admin.id}`, data)
          assert.strictEqual(line?.level, "info", data)
          const [module] = data.split(/[:/]/)
          assert.strictEqual(line?.fields.module, module === "main" ? "menu" : module, data)
          assert.match(String(line?.fields.action), /^[\w-]+$/, data)
          pressed++
        })

        while (ways.length > 0 && pressed < 150) {
          const way = ways.shift() ?? []
          const newest = (yield* admin.messages).at(-1)?.id ?? 0
          yield* admin.send("/menu")
          yield* admin.sees((chat) => (chat.at(-1)?.id ?? 0) > newest + 1 && last("Что делаем?")(chat))
          for (const data of way) yield* press(data)
          const buttons = (yield* admin.messages).at(-1)?.data.flat() ?? []
          for (const data of buttons) {
            if (data === "" || left.test(data) || known.has(kindOf(data)) || way.length > 1) continue
            known.add(kindOf(data))
            ways.push([...way, data])
          }
        }
        assert.isAbove(known.size, 30, [...known].join(" "))
      }),
    170_000
  )
})

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
