/** Many people at once, without measuring time: the benchmark has the figures. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { Person } from "../../bot/sandbox.ts"
import { World } from "./fixtures.ts"

const people = 50

const firstPerson = 710_000_000

const crowd = World.layer({ sync: ["iiko.employee", "iiko.employee_role", "iiko.department"] })

layer(crowd, { timeout: "60 seconds", excludeTestServices: true })("fifty people who press at once", (it) => {
  it.effect("are each told once that the press has arrived, and each see what they asked for", () =>
    Effect.gen(function* () {
      const { sql, startBot, stopBot, telegram } = yield* World
      const { state } = telegram
      // Changed without the bot's knowledge, so it has to read them.
      yield* stopBot
      yield* sql`
        insert into tributary.bot_person (telegram_id, name, employee_id, department_id, created_at)
        select ${firstPerson}::bigint + row_number() over (order by e.id), name, e.id,
          (select id from iiko_department where type = 'DEPARTMENT' order by name limit 1), now()
        from iiko_employee as e where deleted is not true and fire_date is null and main_role_id is not null
        order by e.id limit ${people}`
      yield* startBot
      const persons = Array.from({ length: people }, (_, at) =>
        state.person({ name: `Сотрудник ${at}`, id: firstPerson + at + 1 })
      )
      const sees = (part: string) => (person: Person) =>
        person.sees((chat) => chat.some(({ buttons }) => buttons.flat().some((label) => label.includes(part))))
      const everybody = <A, E>(does: (person: Person) => Effect.Effect<A, E>) =>
        Effect.forEach(persons, does, { concurrency: "unbounded" })

      yield* Effect.forEach(persons, ({ send }) => send("/start"), { discard: true })
      yield* everybody(sees("🌐"))
      const before = state.calls.length
      yield* everybody(({ press }) => press("🌐"))
      yield* everybody(sees("English"))

      // A second answer to the same press would be refused.
      const acknowledged = state.calls.slice(before).filter(({ method }) => method === "answerCallbackQuery")
      assert.deepEqual(
        acknowledged.map(({ status }) => status),
        persons.map(() => 200)
      )
    })
  )
})
