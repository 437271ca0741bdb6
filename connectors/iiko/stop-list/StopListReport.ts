/** `stop-list-report`: how long products were stopped within the working hours of a day, the longest first. */
import { DateTime, Effect, Option, Schema } from "effect"
import { Action, checkMessage, expectedMessage, optional, type Reason, withDefault } from "../../../core/sdk.ts"
import { Server } from "../documents/DocumentServer.ts"
import { iiko } from "../reasons.ts"
import * as Report from "./Report.ts"
import { stopListUnavailable } from "./StopListUnavailable.ts"

const TimeOfDay = Schema.String.check(
  Schema.isPattern(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/u, expectedMessage(iiko("iiko.timeOfDay")))
)

/** A nonexistent day must not become the first of March. */
const isDay = (text: string): boolean =>
  Option.exists(DateTime.make(`${text}T00:00:00Z`), (day) => DateTime.formatIsoDate(day) === text)

const Day = Schema.String.check(Schema.makeFilter((text: string) => isDay(text), expectedMessage(iiko("iiko.day"))))

const Settings = Schema.Struct({
  from: withDefault(TimeOfDay, "08:00", "When the working hours begin, in the connector's zone. Default 08:00."),
  to: withDefault(TimeOfDay, "21:00", "When they end, on the same day. Default 21:00.")
}).check(Schema.makeFilter(({ from, to }) => from < to, checkMessage(iiko("iiko.hours"))))

const Input = Schema.Struct({
  date: optional(Day, "The day, as in 2026-03-05. Default: today in the connector's zone."),
  department: optional(Schema.NonEmptyString, "Its id or its name. Default: all departments.")
})

export const stopListReport = Action.make({
  name: "stop-list-report",
  description: "How long each product was on the stop list within the working hours of a day.",
  settings: Settings,
  input: Input,
  run: Effect.fnUntraced(function* ({ from, to }, { date, department }, { now }) {
    const { connector } = yield* Server
    const day = date ?? DateTime.formatIsoDate(now)
    const timezone = DateTime.zoneToString(now.zone)
    const { departments, lines } = yield* Effect.mapError(
      Report.read(connector, { date: day, from, to, timezone, now, department }),
      stopListUnavailable
    )
    if (departments === 0 && department !== undefined) {
      return yield* new Action.ActionFailed({ reason: iiko("iiko.noDepartment", { department }) })
    }
    const totalMinutes = lines.reduce((sum, { minutes }) => sum + minutes, 0)
    return {
      summary: summary({ day, from, to }, lines, totalMinutes),
      items: [],
      notes: [],
      data: { date: day, from, to, lines, totalMinutes }
    }
  })
})

interface When {
  readonly day: string
  readonly from: string
  readonly to: string
}

const summary = (when: When, lines: ReadonlyArray<Report.Line>, total: number): Reason => {
  const [first] = lines
  if (first === undefined) return iiko("iiko.nothingStopped", { ...when })
  const { department, minutes, product, productId } = first
  return iiko("iiko.stopped", {
    ...when,
    count: lines.length,
    longest: `${product ?? productId}${department === null ? "" : ` (${department})`}`,
    lasted: words(minutes),
    total: words(total)
  })
}

const words = (minutes: number): string =>
  [
    ...(minutes < 60 ? [] : [`${Math.floor(minutes / 60)} h`]),
    ...(minutes % 60 === 0 && minutes > 0 ? [] : [`${minutes % 60} min`])
  ].join(" ")
