/** A cron pattern in words where it is one that people say in words; else the pattern itself. HTML. */

import type { Words } from "../../i18n/Translator.ts"
import { code } from "../../telegram/Html.ts"

const numeric = /^\d{1,2}$/

export const scheduleIn = (words: Words, pattern: string): string => {
  const fields = pattern.trim().split(/\s+/)
  const [minute = "", hour = "", day, month, weekday = ""] = fields
  if (fields.length === 5 && day === "*" && month === "*") {
    const every = /^(?:\*|\d{1,2}-\d{1,2})\/(\d{1,2})$/.exec(minute)?.[1]
    if (hour === "*" && weekday === "*") {
      if (every !== undefined) return words.say("schedule-minutes", { minutes: Number(every) })
      if (minute === "*") return words.say("schedule-minutes", { minutes: 1 })
      if (numeric.test(minute)) return words.say("schedule-hourly", { minute: minute.padStart(2, "0") })
    }
    if (numeric.test(minute) && numeric.test(hour)) {
      const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`
      if (weekday === "*") return words.say("schedule-daily", { time })
      if (weekday === "1-5") return words.say("schedule-weekdays", { time })
      if (/^[0-7]$/.test(weekday)) return words.say("schedule-weekly", { day: Number(weekday) % 7, time })
    }
  }
  return code(pattern)
}
