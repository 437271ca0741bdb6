import { randomInt } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { Config, DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { draw } from "../../../core/plugin/SandboxDraw.ts"
import * as Report from "./Report.ts"
import { type Interval, remember, start, withDatabase, withStatementCount } from "./TestClient.ts"

/** `PROOF_SEED` repeats a run, `PROOF_STEPS` searches longer. */
const options = Config.all({
  seed: Config.Int("PROOF_SEED").pipe(Config.withDefault(randomInt(1_000_000_000))),
  steps: Config.Int("PROOF_STEPS").pipe(Config.withDefault(60))
})

type Day = Pick<Report.Window, "date" | "timezone">

/** 12:00 in Kaliningrad, as in the sandbox. */
const noon = DateTime.makeUnsafe("2026-03-05T10:00:00Z")
const today = { date: "2026-03-05", from: "08:00", to: "21:00", timezone: "Europe/Kaliningrad", now: noon }

/** The chain with an empty history, and the ids of some dishes and terminal groups. */
const world = Effect.gen(function* () {
  const { cloud, state, stopList } = yield* start
  yield* stopList
  const sql = yield* SqlClient.SqlClient
  const forget = sql`delete from stoplist_history`
  yield* forget
  const dishes = state.products.filter(({ deleted, type }) => type === "DISH" && !deleted)
  const [soup = "", cake = "", tea = ""] = dishes.map(({ id }) => id)
  const [hall = "", delivery = "", other = ""] = cloud.terminalGroups.map(({ id }) => id)
  const nameOf = (product: string) => dishes.find(({ id }) => id === product)?.name.trim() ?? null
  const minutes = (window: Partial<Report.Window> = {}) =>
    Effect.map(Report.read("iiko", { ...today, ...window }), ({ lines }) =>
      lines.map((line) => [line.product, line.department, line.minutes, line.stillStopped])
    )
  return { soup, cake, tea, hall, delivery, other, nameOf, minutes, forget }
})

const interval = (product: string, group: string, from: string, to: string | null): Interval => ({
  product,
  group,
  from: `2026-03-05T${from}:00+02:00`,
  to: to === null ? null : `2026-03-05T${to}:00+02:00`
})

const [first, second] = ["Кафе на Мира", "Кафе на Гагарина"]

describe("minutes on the stop list", () => {
  it.effect("are clipped to the working hours, and what is open counts up to now", () =>
    Effect.gen(function* () {
      const { cake, hall, minutes, nameOf, other, soup, tea } = yield* world
      yield* remember([
        interval(soup, hall, "06:30", "08:40"),
        interval(cake, hall, "09:15", null),
        interval(tea, other, "05:00", "08:00"),
        { product: tea, group: other, from: "2026-03-03T12:00:00Z", to: "2026-03-04T12:00:00Z" }
      ])
      const sofar = [
        [nameOf(cake), first, 165, true],
        [nameOf(soup), first, 40, false]
      ]
      assert.deepEqual(yield* minutes(), sofar)
      const late = DateTime.makeUnsafe("2026-03-05T20:00:00Z")
      assert.deepEqual((yield* minutes({ now: late }))[0], [nameOf(cake), first, 705, true])
      const nextDay = DateTime.makeUnsafe("2026-03-06T20:00:00Z")
      assert.deepEqual((yield* minutes({ now: nextDay }))[0], [nameOf(cake), first, 705, true])
      assert.deepEqual(yield* minutes({ date: "2026-03-06" }), [])
      assert.deepEqual(yield* minutes({ date: "2026-03-06", now: nextDay }), [[nameOf(cake), first, 780, true]])
      assert.deepEqual(yield* minutes({ date: "2026-03-04", from: "00:00", to: "24:00" }), [
        [nameOf(tea), second, 840, false]
      ])
    }).pipe(withDatabase)
  )

  it.effect("of one department are united over its terminal groups, those of two stay apart", () =>
    Effect.gen(function* () {
      const { delivery, hall, minutes, nameOf, other, soup } = yield* world
      yield* remember([
        interval(soup, hall, "08:00", "09:00"),
        interval(soup, delivery, "08:30", "09:30"),
        interval(soup, delivery, "10:00", "10:10"),
        interval(soup, other, "08:30", "09:00")
      ])
      assert.deepEqual(yield* minutes(), [
        [nameOf(soup), first, 100, false],
        [nameOf(soup), second, 30, false]
      ])
      assert.deepEqual(yield* minutes({ department: ` ${second} ` }), [[nameOf(soup), second, 30, false]])
      const { departments, lines } = yield* Report.read("iiko", { ...today, department: "Кафе на Мире" })
      assert.deepEqual({ departments, lines }, { departments: 0, lines: [] })
    }).pipe(withDatabase)
  )

  it.effect("are told of terminal groups that nobody knows, and are never less than one", () =>
    Effect.gen(function* () {
      const { minutes, nameOf, soup } = yield* world
      const unknown = "00000000-0000-4000-8000-000000000000"
      yield* remember([{ product: soup, group: unknown, from: "2026-03-05T08:00:00Z", to: "2026-03-05T08:00:20Z" }])
      assert.deepEqual(yield* minutes(), [[nameOf(soup), null, 1, false]])
    }).pipe(withDatabase)
  )

  it.effect("are those of a walk through the day minute by minute, whatever the intervals, by one statement", () =>
    Effect.gen(function* () {
      const { seed, steps } = yield* options
      const random = yield* draw(seed)
      const { cake, delivery, forget, hall, nameOf, other, soup, tea } = yield* world
      // The last is a day with 23 hours.
      const days: readonly [Day, ...ReadonlyArray<Day>] = [
        { timezone: "Europe/Kaliningrad", date: "2026-03-05" },
        { timezone: "Pacific/Auckland", date: "2026-03-05" },
        { timezone: "Europe/Berlin", date: "2026-03-29" }
      ]
      for (let step = 1; step <= steps; step++) {
        const day = random.pick(days)
        const midnight = DateTime.makeZonedUnsafe(`${day.date}T00:00:00`, {
          timeZone: day.timezone,
          adjustForTimeZone: true
        })
        const at = (minute: number) => DateTime.add(midnight, { minutes: minute })
        const now = at(random.int(0, 2000))
        const intervals = Array.from({ length: random.int(0, 14) }, (): Interval & { start: number; end: number } => {
          const start = random.int(-600, 1600)
          const end = start + random.int(0, 700)
          const open = !DateTime.isLessThanOrEqualTo(at(end), now)
          return {
            product: random.pick([soup, cake, tea]),
            group: random.pick([hall, delivery, other]),
            from: DateTime.formatIso(DateTime.toUtc(at(start))),
            to: open ? null : DateTime.formatIso(DateTime.toUtc(at(end))),
            start,
            end: open ? Number.POSITIVE_INFINITY : end
          }
        }).filter(({ from }) => from <= DateTime.formatIso(DateTime.toUtc(now)))
        const clock = (hour: number) => `${String(hour).padStart(2, "0")}:${random.pick(["00", "30"])}`
        // On the short day there are no times between two and three.
        const [from, to] = [clock(random.pick([0, 1, 3, 6, 8, 11])), clock(random.int(12, 23))]

        // The Swedish locale formats times as yyyy-MM-dd HH:mm.
        const clockOn = new Intl.DateTimeFormat("sv-SE", {
          timeZone: day.timezone,
          dateStyle: "short",
          timeStyle: "short"
        })
        const walked = new Map<string, number>()
        for (let minute = 0; minute < 1_500; minute++) {
          const moment = at(minute)
          const wall = clockOn.format(DateTime.toEpochMillis(moment))
          if (wall < `${day.date} ${from}` || wall >= `${day.date} ${to}`) continue
          if (!DateTime.isLessThan(moment, now)) continue
          const stopped = intervals.filter(({ end, start }) => start <= minute && minute < end)
          const lines = new Set(
            stopped.map(({ group, product }) => `${nameOf(product)} ${group === other ? second : first}`)
          )
          for (const line of lines) walked.set(line, (walked.get(line) ?? 0) + 1)
        }

        yield* forget
        yield* remember(intervals)
        const { answer, statements } = yield* withStatementCount(Report.read("iiko", { ...day, from, to, now }))
        const intervalsRead = answer.lines.map(
          ({ department, minutes, product }) => [`${product} ${department}`, minutes] as const
        )
        const where = `step ${step} (PROOF_SEED=${seed}): ${from} to ${to}, ${DateTime.formatIsoZoned(now)} ${JSON.stringify(intervals)}`
        assert.deepEqual(Object.fromEntries(intervalsRead), Object.fromEntries(walked), where)
        const lengths = intervalsRead.map(([, minutes]) => minutes)
        assert.deepEqual(
          lengths,
          lengths.toSorted((one, other) => other - one),
          where
        )
        assert.strictEqual(statements, 1)
      }
    }).pipe(withDatabase)
  )
})
