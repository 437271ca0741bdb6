/** Button data that this bot never made, and texts, from permitted people: each is answered and breaks nothing. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { draw } from "../../core/plugin/SandboxDraw.ts"
import { people } from "../bot/adminFixtures.ts"
import { labels } from "../bot/Chat.ts"
import { World } from "../bot/fixtures.ts"
import { mutated } from "./Bytes.ts"
import { options } from "./Options.ts"

const known = [
  "menu",
  "sync:of:0123456789ab:0",
  "sync:run:0123456789ab",
  "sync:with:full+past-rejected",
  "plan:show:1",
  "jobs:show:0123456789ab",
  "jobs:pause:0123456789ab",
  "log:of:0123456789ab",
  "log:run:1",
  "deletes:show:1",
  "deletes:apply:1",
  "config:of:0123456789ab:0",
  "config:file:0123456789ab",
  "admins:pick:1",
  "unknown:done:1",
  "invoices:list:today:all:0",
  "writeoff:amount:1",
  "writeoff:approve:1",
  "main/0/0/0/",
  "main/99999999999999999999/1/x/"
] as const

/** Cuts the data to the size of a button. */
const cut = (data: string): string => {
  let text = data.toWellFormed()
  while (Buffer.byteLength(text) > 64) text = text.slice(0, -1).toWellFormed()
  return text === "" ? "x" : text
}

layer(World.layer({ sync: people }), { excludeTestServices: true })((it) => {
  it.effect("whatever is pressed or typed, the bot answers and its menu comes when it is asked for", () =>
    Effect.gen(function* () {
      const { cases, seed: first } = yield* options(120)
      const { admin, employee, logged, signIn } = yield* World
      yield* signIn
      for (let seed = first; seed < first + cases; seed++) {
        const random = yield* draw(seed)
        const person = random.chance(0.5) ? admin : employee
        yield* person.press({ data: cut(mutated(random, random.pick(known))) })
      }
      yield* Effect.forEach([admin, employee], (person) =>
        Effect.gen(function* () {
          yield* person.send("/start")
          yield* person.sees((chat) => labels(chat.at(-1)).length > 1)
        })
      )
      const broken = logged.filter(({ level, message }) => level === "error" || /could not be handled/.test(message))
      assert.deepStrictEqual(
        broken.map(({ fields, message }) => `PROOF_SEED=${first}: ${message} ${JSON.stringify(fields)}`),
        []
      )
    })
  )
})
