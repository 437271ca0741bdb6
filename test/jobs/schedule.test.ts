/** Fire times held against a walk over every minute, by the clock on the wall and nothing else. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import { Schedule, scheduleProblem } from "../../core/config/Schedule.ts"
import { render } from "../../core/reason/Reason.ts"

const utc = (text: string) => DateTime.makeUnsafe(text)

/** The fires after `from` up to `until`, one after the other, as the scheduler asks for them. */
const fires = (schedule: Schedule, from: string, until: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  for (
    let at = schedule.next(utc(from));
    at !== null && !DateTime.isGreaterThan(at, utc(until));
    at = schedule.next(at)
  ) {
    found.push(DateTime.formatIso(at))
  }
  return found
}

describe("a schedule in a zone that changes its clocks", () => {
  const daily = new Schedule("30 2 * * *", "Europe/Warsaw")

  it("fires right after the gap when spring leaves its time out", () => {
    assert.deepEqual(fires(daily, "2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z"), [
      "2026-03-28T01:30:00.000Z",
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:30:00.000Z"
    ])
  })

  it("fires once when autumn has its time twice", () => {
    assert.deepEqual(fires(daily, "2026-10-24T00:00:00Z", "2026-10-26T12:00:00Z"), [
      "2026-10-24T00:30:00.000Z",
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z"
    ])
  })

  it("keeps its interval through the double hour", () => {
    const hourly = new Schedule("0 * * * *", "Europe/Warsaw")
    assert.lengthOf(fires(hourly, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"), 25)
    assert.lengthOf(fires(hourly, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), 23)
  })
})

/** Numbers that look random and are the same in every run (mulberry32). */
const seeded = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
type Random = ReturnType<typeof seeded>

/** One part of a pattern with what it admits. */
interface Part {
  readonly text: string
  readonly fixed: boolean
  readonly admits: (value: number) => boolean
}

const part = (random: Random, size: number): Part => {
  const [a, b] = [random(size), random(size)].toSorted((left, right) => left - right)
  const [from = 0, to = 0] = [a, b]
  const step = 2 + random(Math.floor(size / 2))
  switch (random(5)) {
    case 0:
      return { text: "*", fixed: false, admits: () => true }
    case 1:
      return { text: `*/${step}`, fixed: false, admits: (value) => value % step === 0 }
    case 2:
      return { text: `${from}-${to}`, fixed: true, admits: (value) => value >= from && value <= to }
    case 3:
      return {
        text: from === to ? `${from}` : `${from},${to}`,
        fixed: true,
        admits: (value) => value === from || value === to
      }
    default:
      return { text: `${from}`, fixed: true, admits: (value) => value === from }
  }
}

interface Wall {
  readonly at: number
  /** Minutes since an epoch of the wall's own, without zone. */
  readonly local: number
}

const minute = 60_000

/** Each minute with what the clock on the wall shows. */
const walk = (zone: string, from: string, days: number): ReadonlyArray<Wall> => {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" })
  const start = DateTime.toEpochMillis(utc(from))
  return Array.from({ length: days * 24 * 60 }, (_, index) => {
    const at = start + index * minute
    const local = DateTime.toEpochMillis(utc(`${format.format(at).replace(" ", "T")}Z`)) / minute
    return { at, local }
  })
}

interface Pattern {
  readonly text: string
  readonly fixed: boolean
  readonly admits: (local: number) => boolean
}

const pattern = (random: Random): Pattern => {
  const [minutes, hours, weekdays] = [part(random, 60), part(random, 24), part(random, 7)]
  return {
    text: `${minutes.text} ${hours.text} * * ${weekdays.text}`,
    fixed: minutes.fixed && hours.fixed,
    admits: (local) => {
      const day = Math.floor(local / 1440)
      // 1970-01-01 was a Thursday.
      return minutes.admits(local % 60) && hours.admits(Math.floor(local / 60) % 24) && weekdays.admits((day + 4) % 7)
    }
  }
}

/** The rules of `Schedule`, minute by minute. */
const expected = ({ admits, fixed }: Pattern, walls: ReadonlyArray<Wall>): ReadonlyArray<number> => {
  let latest = (walls[0]?.local ?? 0) - 1
  return walls.flatMap(({ at, local }) => {
    const leftOut = Array.from({ length: Math.max(0, local - latest - 1) }, (_, index) => latest + 1 + index)
    const again = local <= latest
    latest = Math.max(latest, local)
    const due = fixed ? (!again && admits(local)) || leftOut.some(admits) : admits(local)
    return due ? [at] : []
  })
}

describe("fire times are those of a walk over every minute", () => {
  const windows = [
    { zone: "Europe/Warsaw", from: "2026-03-28T00:00:00Z", what: "through the hour that spring leaves out" },
    { zone: "Europe/Warsaw", from: "2026-10-24T00:00:00Z", what: "through the hour that autumn has twice" },
    { zone: "Europe/Kaliningrad", from: "2026-03-28T00:00:00Z", what: "in a zone that leaves its clocks alone" }
  ]
  for (const [index, { from, what, zone }] of windows.entries()) {
    it(`${what}: ${zone}`, () => {
      const walls = walk(zone, from, 2)
      const random = seeded(index + 1)
      const before = DateTime.makeUnsafe(DateTime.toEpochMillis(utc(from)) - 1)
      const last = DateTime.makeUnsafe(walls.at(-1)?.at ?? 0)
      for (let round = 0; round < 60; round++) {
        const drawn = pattern(random)
        const wanted = expected(drawn, walls).map((at) => DateTime.formatIso(DateTime.makeUnsafe(at)))
        const schedule = new Schedule(drawn.text, zone)
        assert.deepEqual(fires(schedule, DateTime.formatIso(before), DateTime.formatIso(last)), wanted, drawn.text)
        assert.deepEqual(
          schedule.between(before, last, 10_000).map(DateTime.formatIso),
          wanted,
          `${drawn.text}, looking back`
        )
        const middle = 3 + random(40)
        assert.deepEqual(
          schedule.between(before, last, middle).map(DateTime.formatIso),
          wanted.slice(-middle),
          `${drawn.text}, the last ${middle}`
        )
      }
    })
  }
})

/** In English; nothing where the pattern is well. */
const problem = (pattern: string): string => {
  const why = scheduleProblem(pattern)
  return why === undefined ? "" : render(why)
}

describe("a pattern", () => {
  it("may have seconds and names", () => {
    assert.isUndefined(scheduleProblem("*/10 * * * * *"))
    assert.isUndefined(scheduleProblem("0 7 * JAN-MAR MON-FRI"))
  })

  it("that is none is told with the reason", () => {
    assert.include(problem("0 7 * *"), "parts")
    assert.include(problem("0 25 * * *"), "hour: 25")
    assert.include(problem("2026-01-01T07:00:00"), "not a time")
    assert.include(problem("0 7 30 2 *"), "never comes")
  })
})
