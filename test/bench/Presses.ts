/**
 * How long a press waits for its acknowledgement, as the chat's other side measures it, when everybody presses at once:
 * with nothing else to do, while the daemon syncs, within Telegram's own limits, and when nobody waits for an answer.
 */
import { Array as Arr, Duration, Effect, Fiber, Schedule } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import type { Person } from "../../bot/sandbox.ts"
import { employee, firstPerson, nameAt, signIn } from "../support/employees.ts"
import * as BotProcess from "./BotProcess.ts"
import { figure, type Pair, spread } from "./Figure.ts"
import type { Setup } from "./Setup.ts"

const peopleOf = ({ quick }: Setup) => (quick ? 20 : 200)
/** Of an alternation. The answers leave at 30 a second, so a round takes seconds. */
const roundsOf = ({ quick }: Setup) => (quick ? 1 : 5)
const allowed = 1_000
/** As long as a person of the sandbox waits. */
const maxWait = 20_000

const hire = (people: number) => (vendor: string) => {
  const put = Arr.makeBy(people, (at) => employee(at))
  return HttpClientRequest.post(`${vendor}/_sandbox/data`).pipe(
    HttpClientRequest.bodyJsonUnsafe([{ collection: "employees", put }]),
    HttpClient.execute,
    Effect.asVoid
  )
}

const percentile = (values: ReadonlyArray<number>, share: number): number =>
  values.toSorted((left, right) => left - right).at(Math.ceil(share * values.length) - 1) ?? Number.NaN

interface Member {
  readonly person: Person
  readonly window: number
  /** What the menu's button sends. */
  readonly open: string
}

const measure = Effect.fnUntraced(function* (setup: Setup, daemon: BotProcess.BotProcess) {
  const { state } = daemon.telegram
  const people = peopleOf(setup)
  const rounds = roundsOf(setup)
  const persons = Arr.makeBy(people, (at) => state.person({ name: nameAt(at), id: firstPerson + at }))

  /** Until everybody was answered with a message, however often Telegram asked for patience. */
  const answered = <A, E, R>(asking: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      const from = state.calls.length
      const result = yield* asking
      const have = Effect.sync(() => {
        const shown = state.calls
          .slice(from)
          .filter(({ method, status }) => /^(?:send|edit)Message/.test(method) && status !== 429)
        return new Set(shown.map(({ chat }) => chat)).size
      })
      yield* Effect.repeat(have, { until: (count) => count >= people, schedule: Schedule.spaced("100 millis") }).pipe(
        Effect.timeout("1 minute")
      )
      return result
    })

  yield* answered(Effect.forEach(persons, ({ send }) => send("/start"), { concurrency: "unbounded" }))
  const crowd = yield* Effect.forEach(persons, (person) =>
    Effect.map(person.messages, (chat): Member => {
      const shown = chat.findLast(({ buttons }) => buttons.flat().some((label) => label.includes("🛑")))
      const at = shown?.buttons.flat().findIndex((label) => label.includes("🛑")) ?? 0
      return { person, window: shown?.id ?? 0, open: shown?.data.flat()[at] ?? "" }
    })
  )

  /** The stop list and the menu in turn. Answers how long each waited. */
  const press = (round: number) =>
    Effect.forEach(
      crowd,
      ({ open, person, window }) =>
        Effect.match(person.press({ data: round % 2 === 0 ? open : "menu", message: window }), {
          onFailure: () => maxWait,
          onSuccess: ({ waited }) => Duration.toMillis(waited)
        }),
      { concurrency: "unbounded" }
    )
  const patiently = Effect.map(
    Effect.forEach(Arr.range(1, rounds), (round) => answered(press(round - 1))),
    (waits) => waits.flat()
  )
  /** As soon as the last press is acknowledged, whatever was answered. */
  const hastily = answered(Effect.map(Effect.forEach(Arr.range(1, rounds), press), (waits) => waits.flat()))

  // Once for nothing: the daemon's code is warm as it is in a daemon.
  yield* answered(press(0))
  yield* answered(press(1))
  const alone: Array<ReadonlyArray<number>> = []
  for (let at = 0; at < setup.repeat; at++) alone.push(yield* patiently)
  let syncs = 0
  const once = Effect.tap(daemon.syncIiko, () => Effect.sync(() => syncs++))
  const syncing = yield* Effect.forkChild(Effect.forever(once))
  const beside = yield* patiently
  yield* Fiber.interrupt(syncing)
  state.behaviour.flood = "strict"
  const limited = yield* patiently
  const hasty = yield* hastily
  state.behaviour.flood = "generous"
  return { alone, beside: [beside], limited: [limited], hasty: [hasty], syncs }
})

export const figures = Effect.fn("bench.presses")(function* (setup: Setup) {
  const people = peopleOf(setup)
  const daemon = yield* BotProcess.start(setup, {
    name: "presses",
    databaseRoundTrip: 0,
    before: hire(people),
    prepared: signIn(people)
  })
  const { alone, beside, hasty, limited, syncs } = yield* measure(setup, daemon)
  const pairs = (waits: ReadonlyArray<ReadonlyArray<number>>, share: number): ReadonlyArray<Pair> =>
    waits.map((values) => ({ ours: percentile(values, share), reference: allowed }))
  const notesOf = (waits: ReadonlyArray<ReadonlyArray<number>>) => {
    const all = waits.flat()
    const late = all.filter((wait) => wait >= maxWait).length
    const slowest = Math.round(Math.max(...all))
    return [`${all.length} presses, the slowest after ${slowest} ms${late === 0 ? "" : `, ${late} never`}`]
  }
  const of = (name: string, waits: ReadonlyArray<ReadonlyArray<number>>) =>
    figure({ part: "h", name, unit: "ms", target: { atMost: 1 }, notes: notesOf(waits) }, pairs(waits, 0.99))
  const halves = spread(pairs(alone, 0.5).map(({ ours }) => ours)).median
  return [
    of(`p99 of ${people} presses at once, to 1 s`, alone),
    figure({ part: "h", name: "p50 of them, to 1 s", unit: "ms", notes: [`${halves} ms`] }, pairs(alone, 0.5)),
    of(`p99 in ${syncs} syncs of iiko, to 1 s`, beside),
    of("p99 within Telegram's limits, to 1 s", limited),
    of("p99 there when nobody waits, to 1 s", hasty)
  ]
}, Effect.scoped)
