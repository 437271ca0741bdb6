/** Moments as mail and RSS write them: `Thu, 05 Mar 2026 10:00:00 +0300` (RFC 822, 1123 and 5322). */
import { monthOf } from "./DatePattern.ts"
import { isMoment, type Parts } from "./DateText.ts"

const form =
  /^(?:([A-Za-z]{3}),? +)?(\d{1,2}) +([A-Za-z]{3}) +(\d{4}|\d{2}) +(\d{2}):(\d{2})(?::(\d{2}))? +([+-]\d{4}|[A-Za-z]{1,3})$/

/** The zones that RFC 822 names; its military letters mean nothing for sure (RFC 1123), but for Z. */
const zones: Readonly<Record<string, string>> = {
  ut: "Z",
  gmt: "Z",
  utc: "Z",
  z: "Z",
  est: "-0500",
  edt: "-0400",
  cst: "-0600",
  cdt: "-0500",
  mst: "-0700",
  mdt: "-0600",
  pst: "-0800",
  pdt: "-0700"
}

const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

/** The number of days since a Sunday, by the calendar that PostgreSQL has too. */
const weekdayOf = ({ day, month, year }: Parts): number => {
  const [y, m] = month < 3 ? [year - 1, month + 12] : [year, month]
  const inYear = Math.floor((13 * (m + 1)) / 5)
  return (day + inYear + y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + 6) % 7
}

/** A year of two digits is 1950 to 2049. A day of the week that is not that of the date makes it no moment. */
export const parseRfc822 = (text: string): Parts | undefined => {
  const found = form.exec(text)
  if (found === null) return undefined
  const [, weekday, day, month = "", year = "", hour, minute, second = "0", zone = ""] = found
  const offset = /^[+-]/.test(zone) ? zone : zones[zone.toLowerCase()]
  if (offset === undefined) return undefined
  const century = year.length === 4 ? 0 : Number(year) < 50 ? 2_000 : 1_900
  const parts: Parts = {
    year: century + Number(year),
    month: monthOf(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    fraction: "",
    offset
  }
  if (!isMoment(parts)) return undefined
  return weekday === undefined || weekdays[weekdayOf(parts)] === weekday.toLowerCase() ? parts : undefined
}
