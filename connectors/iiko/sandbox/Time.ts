/** The server's calendar. iiko's texts have no offset: they are the restaurant's local time. */
import { DateTime, Option } from "effect"

/** `yyyy-MM-ddTHH:mm:ss` in the server's time zone: these texts sort like the moments they name. */
export type WallClock = string

const zone = DateTime.zoneMakeNamedUnsafe("Europe/Kaliningrad")

export const wallClock = (moment: DateTime.DateTime): WallClock =>
  DateTime.formatIsoOffset(DateTime.setZone(moment, zone)).slice(0, 19)

/** iikoCloud's form: UTC, `yyyy-MM-dd HH:mm:ss.fff`. */
export const cloudTime = (moment: DateTime.DateTime): string =>
  DateTime.formatIso(moment).replace("T", " ").replace("Z", "")

export const dayOf = (moment: WallClock): string => moment.slice(0, 10)

export const addDays = (day: string, days: number): string =>
  DateTime.formatIsoDateUtc(DateTime.add(DateTime.makeUnsafe(day), { days }))

export const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && Option.isSome(DateTime.make(text))

/** Parses `yyyy-MM-dd` with an optional time of day, completed to seconds; undefined if it is invalid. */
export const toWallClock = (text: string): WallClock | undefined => {
  const [, day = "", time = "00:00:00"] =
    /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?)?(?:[+-]\d\d:\d\d)?$/.exec(text) ?? []
  return isDay(day) ? `${day}T${time.padEnd(8, ":00")}` : undefined
}

/** `dd.MM.yyyy` as `yyyy-MM-dd`. */
export const fromDotted = (text: string): string | undefined => {
  const [, day, month, year] = /^(\d\d)\.(\d\d)\.(\d{4})$/.exec(text) ?? []
  const iso = `${year}-${month}-${day}`
  return isDay(iso) ? iso : undefined
}
