/** Returns a cron pattern in words if it is a common one, else the pattern itself; HTML. */

import { code } from "../../../core/plugin/chat/Html.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"

const numeric = /^\d{1,2}$/

export const scheduleIn = (translator: Translator, pattern: string): string => {
  const fields = pattern.trim().split(/\s+/)
  const [minute = "", hour = "", day, month, weekday = ""] = fields
  if (fields.length === 5 && day === "*" && month === "*") {
    const every = /^(?:\*|\d{1,2}-\d{1,2})\/(\d{1,2})$/.exec(minute)?.[1]
    if (hour === "*" && weekday === "*") {
      if (every !== undefined) return translator.say("schedule-minutes", { minutes: Number(every) })
      if (minute === "*") return translator.say("schedule-minutes", { minutes: 1 })
      if (numeric.test(minute)) return translator.say("schedule-hourly", { minute: minute.padStart(2, "0") })
    }
    if (numeric.test(minute) && numeric.test(hour)) {
      const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`
      if (weekday === "*") return translator.say("schedule-daily", { time })
      if (weekday === "1-5") return translator.say("schedule-weekdays", { time })
      if (/^[0-7]$/.test(weekday)) return translator.say("schedule-weekly", { day: Number(weekday) % 7, time })
    }
  }
  return code(pattern)
}
