/**
 * A write-off in the chat with the database far away: for each step how often the daemon asks the database, and how long
 * the person waits until they see what they did. Everybody waits until a step is over before they begin the next.
 */
import { Duration, Effect } from "effect"
import type { ChatFailure, Person, ShownMessage } from "../../bot/sandbox.ts"
import * as BotProcess from "./BotProcess.ts"
import { type Figure, figure, type Pair } from "./Figure.ts"
import type { Setup } from "./Setup.ts"

const databaseRoundTripOf = ({ quick }: Setup) => (quick ? 50 : 400)
/** Of a search and of paging, in milliseconds; shorter than the way to the database. */
const allowedWait = 300
/** What follows an answer (the chat's state is stored, admins are told) is sent by then. */
const settledOf = (setup: Setup) => Duration.millis(4 * databaseRoundTripOf(setup))

type Chat = ReadonlyArray<ShownMessage>

interface Step {
  readonly name: string
  readonly act: (person: Person) => Effect.Effect<unknown, ChatFailure>
  readonly sees: (chat: Chat) => boolean
  /** Of the database. */
  readonly allowedRequests: number
  readonly isTimed?: boolean
}

const shows =
  (...parts: ReadonlyArray<string>) =>
  (chat: Chat): boolean =>
    chat.some(({ buttons, text }) => parts.every((part) => [text, ...buttons.flat()].join("\n").includes(part)))

const send = (text: string) => (person: Person) => person.send(text)
const press = (label: string) => (person: Person) => person.press(label)

/** The first product that is offered. */
const pickFirst = (person: Person) =>
  Effect.flatMap(person.messages, (chat) => {
    const data = chat.flatMap((message) => message.data.flat()).find((each) => each.startsWith("writeoff:product:"))
    return person.press({ data: data ?? "" })
  })

const step = (
  name: string,
  act: Step["act"],
  sees: Step["sees"],
  more: Partial<Pick<Step, "allowedRequests" | "isTimed">> = {}
): Step => ({ name, act, sees, allowedRequests: 1, ...more })

const steps: ReadonlyArray<Step> = [
  step("open", send("/writeoff"), shows("На какой счёт?")),
  step("account", press("Списание бар"), shows("Что списываем?")),
  step("search", send("а"), shows("«а»", "1 / "), { isTimed: true }),
  step("next page", press("›"), shows("2 / "), { allowedRequests: 0, isTimed: true }),
  step("pick a product", pickFirst, shows("Сколько списать")),
  step("type a quantity", send("15,5"), shows("Готово (1)")),
  step("search again", send("мол"), shows("«мол»"), { isTimed: true }),
  step("pick another", pickFirst, shows("Сколько списать")),
  step("press more than there is", press("3"), shows("больше, чем есть")),
  step("confirm it", press("⚠️ Да, 3 л"), shows("Готово (2)")),
  step("done", press("Готово"), shows("Почему списываем?")),
  step("reason, to confirm", press("Бой"), shows("Всё верно?")),
  step("send", press("Отправить"), shows("Ждёт решения"))
]

interface Taken {
  readonly wait: number
  readonly statements: ReadonlyArray<string>
}

const walk = Effect.fnUntraced(function* (
  { reset, statements }: Pick<BotProcess.BotProcess, "reset" | "statements">,
  person: Person,
  settled: Duration.Duration
) {
  return yield* Effect.forEach(steps, ({ act, sees }) =>
    Effect.gen(function* () {
      yield* reset
      const [took] = yield* Effect.timed(Effect.all([act(person), person.sees(sees)], { concurrency: "unbounded" }))
      yield* Effect.sleep(settled)
      return { wait: Duration.toMillis(took), statements: yield* statements } satisfies Taken
    })
  )
})

const signIn = Effect.fnUntraced(function* (employee: Person, admin: Person, settled: Duration.Duration) {
  yield* employee.send("/start")
  yield* employee.sees((chat) => chat.some(({ from }) => from === "bot"))
  yield* employee.contact()
  yield* employee.sees(shows("🏠"))
  yield* admin.send("/start")
  yield* admin.sees(shows("🏠"))
  yield* Effect.sleep(settled)
})

/** Enough of a statement to know it by, without the schema. */
const short = (statement: string): string =>
  statement.trim().replaceAll(/\s+/g, " ").replaceAll("tributary.", "").slice(0, 90)

const figuresOf = ({ allowedRequests, isTimed, name }: Step, taken: ReadonlyArray<Taken>): ReadonlyArray<Figure> => {
  const asked = taken.flatMap(({ statements }) => statements.map(short))
  const requests = taken.map(({ statements }): Pair => ({ ours: statements.length, reference: 1 }))
  const waits = taken.map(({ wait }): Pair => ({ ours: wait, reference: allowedWait }))
  const about = { part: "i", notes: [...new Set(asked)] }
  return [
    figure({ ...about, name: `${name}: requests, to one`, unit: "", target: { atMost: allowedRequests } }, requests),
    figure(
      {
        ...about,
        name: `${name}: wait, to ${allowedWait} ms`,
        unit: "ms",
        ...(isTimed === true ? { target: { atMost: 1 } } : {})
      },
      waits
    )
  ]
}

export const figures = Effect.fn("bench.writeoffSteps")(function* (setup: Setup) {
  const settled = settledOf(setup)
  const daemon = yield* BotProcess.start(setup, { name: "writeoff", databaseRoundTrip: databaseRoundTripOf(setup) })
  const { admin, employee } = daemon.telegram.state
  yield* signIn(employee, admin, settled)
  // The first one for nothing: what is kept in memory is there, as for whoever has written something off today.
  yield* walk(daemon, employee, settled)
  const taken: Array<ReadonlyArray<Taken>> = []
  for (let at = 0; at < setup.repeat; at++) taken.push(yield* walk(daemon, employee, settled))
  return steps.flatMap((each, at) =>
    figuresOf(
      each,
      taken.flatMap((all) => all[at] ?? [])
    )
  )
}, Effect.scoped)
