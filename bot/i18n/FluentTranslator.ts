/**
 * Translates the bot's texts with the Fluent files in `locales/`, and writes numbers, times and names. `say` returns
 * HTML for messages, with every variable escaped; `t` returns plain text, for buttons.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { I18n, type TranslationVariables } from "@grammyjs/i18n"
import { DateTime, Duration, Option } from "effect"
import { escapeHtml } from "../../core/plugin/chat/Html.ts"
import type { Translator, Variables } from "../../core/plugin/chat/Translator.ts"
import { missingMessages } from "./ReasonMessages.ts"

export interface Languages {
  readonly locales: ReadonlyArray<string>
  /** Returns the translator of a language, or of the first one if it has no files. */
  readonly in: (locale: string | null | undefined) => Translator
}

const ownFolder = fileURLToPath(new URL("../locales", import.meta.url))

const connectors = fileURLToPath(new URL("../../connectors", import.meta.url))

const filesIn = (folder: string): ReadonlyArray<string> =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".ftl"))
        .map((name) => join(folder, name))
    : []

/** The folder of a connector has the words of its reasons and its chat features. */
const filesOf = (locale: string): ReadonlyArray<string> => [
  ...filesIn(join(ownFolder, locale)),
  ...readdirSync(connectors).flatMap((name) => [
    ...[join(connectors, name, "locales", `${locale}.ftl`)].filter((path) => existsSync(path)),
    ...filesIn(join(connectors, name, "chat", "locales", locale))
  ])
]

/**
 * Returns the texts of a language as one Fluent source: the library searches only a locale's first source and, for the
 * default, its last one.
 */
export const sourceOf = (locale: string): string => {
  const written = filesOf(locale)
    .map((path) => readFileSync(path, "utf8"))
    .join("\n")
  return locale === "en" ? `${written}\n${missingMessages(written)}` : written
}

/** A test compares the files with each other and with the code; nobody reads warnings at run time. */
const fluentOptions = { warningHandler: () => {} }

/** Reads the files. The modules that define reasons must be loaded before: English is made of their templates. */
export const make = (locales: readonly [string, ...ReadonlyArray<string>], timezone: string): Languages => {
  const i18n = new I18n({
    defaultLocale: locales[0],
    fluentOptions,
    fluentBundleOptions: { useIsolating: false }
  })
  for (const locale of locales) i18n.loadLocaleSync(locale, { source: sourceOf(locale) })
  const all = new Map(locales.map((locale) => [locale, translatorOf(i18n, locale, timezone)]))
  const first = all.get(locales[0]) ?? translatorOf(i18n, locales[0], timezone)
  return { locales, in: (locale) => all.get(locale ?? locales[0]) ?? first }
}

const escaped = (variables: Variables): TranslationVariables =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, typeof value === "string" ? escapeHtml(value) : value])
  )

const translatorOf = (i18n: I18n, locale: string, timeZone: string): Translator => {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(locale, { ...options, timeZone })
    return (at: DateTime.DateTime | Date) => DateTime.formatIntl(DateTime.makeUnsafe(at), formatter)
  }
  const dayFormat = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", timeZone: "UTC" })
  const separators = new Intl.NumberFormat(locale).formatToParts(-12345.6)
  const part = (type: Intl.NumberFormatPartTypes) => separators.find((one) => one.type === type)?.value ?? ""
  const [group, point] = [part("group"), part("decimal")]
  /** Fluent negotiates the language at each lookup; a text without variables never changes. */
  const plain = new Map<string, string>()
  const without = (key: string) => {
    const known = plain.get(key) ?? i18n.t(locale, key)
    plain.set(key, known)
    return known
  }
  return {
    locale,
    t: (key, variables) => (variables === undefined ? without(key) : i18n.t(locale, key, { ...variables })),
    say: (key, variables) => (variables === undefined ? without(key) : i18n.t(locale, key, escaped(variables))),
    number: (decimal) => {
      const [, sign = "", whole = decimal, fraction] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? []
      const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, group)
      return `${sign === "-" ? "\u2212" : ""}${grouped}${fraction === undefined ? "" : `${point}${fraction}`}`
    },
    moment: format({ day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" }),
    time: format({ hour: "2-digit", minute: "2-digit" }),
    span: (lasted) => {
      const minutes = Math.max(1, Math.round(Duration.toMinutes(lasted)))
      const [hours, days] = [Math.floor(minutes / 60), Math.floor(minutes / 1440)]
      if (hours === 0) return i18n.t(locale, "span-minutes", { minutes })
      if (days === 0) return i18n.t(locale, "span-hours", { hours, minutes: minutes % 60 })
      return i18n.t(locale, "span-days", { days, hours: hours % 24 })
    },
    day: (isoDate) =>
      Option.match(DateTime.make(`${isoDate}T00:00:00Z`), {
        onNone: () => isoDate,
        onSome: (day) => DateTime.formatIntl(day, dayFormat)
      })
  }
}
