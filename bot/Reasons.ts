/**
 * Why something is as it is, and what it is about, in the language of the reader. A reason is data and each code has a
 * message. What is only English text, such as the detail of a job, is recognised line by line; everything else, such as
 * the words of an outside system, stays as it is.
 */
import { DateTime, Option } from "effect"
import { type Code, codes, type Param, partsOf, type Reason } from "../core/reason/Reason.ts"
import { cut, escapeHtml } from "./Html.ts"
import type { Variables, Words } from "./Words.ts"

/** Where there is only text: the groups of a pattern are the variables of its message. */
export const sentences: ReadonlyArray<readonly [RegExp, key: string]> = [
  // What answers are told of.
  [/^nothing was sent: (?<why>.+)$/, "reason-not-sent"],
  [/^iiko refused the document (?:\S+): (?<why>.+)$/, "reason-refused"],
  // Edits of the configuration.
  [
    /^(?<file>\S+) cannot be written, and nothing was changed \((?<why>.+)\)\. Let the daemon write in (?<directory>\S+): mount it writable and give its user the right; or edit the file where it comes from, then reload\.$/,
    "reason-unwritable"
  ],
  [
    /^(?<file>\S+) was changed by somebody else meanwhile, and nothing was written: look at it again and repeat the edit\.$/,
    "reason-edited-meanwhile"
  ],
  // Jobs.
  [/^entities: (?<counts>\d+ [a-z]+(?:, \d+ [a-z]+)*)$/, "reason-entities"],
  [/^(?<what>[\w-]+\.[\w-]+) failed: (?<why>.+)$/, "reason-failed"],
  [/^(?<what>[\w-]+\.[\w-]+) warning: (?<why>.+)$/, "reason-warning"],
  [/^(?<what>[\w-]+\.[\w-]+) skipped: (?<why>.+)$/, "reason-skipped"],
  [/^and (?<count>\d+) more$/, "reason-more"],
  [/^(?<count>\d+) rows of (?<table>\S+) trimmed$/, "reason-trimmed"],
  [/^no daemon was there in time$/, "reason-nobody"],
  [/^no daemon was there in time; a later fire ran$/, "reason-nobody-later"],
  [/^paused$/, "reason-paused"],
  [/^paused by (?<who>\S+)$/, "reason-paused-by"],
  [/^the run before it is still going on$/, "reason-overlap"],
  [/^another run waits already for the one before it$/, "reason-queued"],
  // Alerts.
  [/^The job (?<job>\S+) of (?<at>\S+Z) failed:?$/, "reason-job-failed"],
  [/^The job (?<job>\S+) of (?<at>\S+Z) was missed:?$/, "reason-job-missed"],
  [
    /^The job (?<job>\S+) was due at (?<at>\S+Z) and has not begun: the scheduler does not run\.$/,
    "reason-job-forgotten"
  ],
  [/^(?<entity>\S+) is late: it was to be fresh after (?<at>\S+Z), and (?<why>.+)\.$/, "reason-late"],
  [/^its last good run ended at (?<at>\S+Z)$/, "reason-late-since"],
  [/^it never had a good run$/, "reason-late-never"],
  [
    /^(?<entity>\S+): (?:one delete waits|\d+ deletes wait) for a decision(?:: )(?<why>.+)\. Apply or drop them\.$/,
    "reason-held"
  ],
  [
    /^The connector (?<connector>\S+) does not answer: its last calls all failed, and it is given time to recover\.$/,
    "reason-circuit"
  ],
  [
    /^(?<action>\S+): it is not known what became of "(?<what>.+)" of (?<at>\S+Z) \(entry \d+\)\. Look there, then decide\.$/,
    "reason-action-unknown"
  ],
  [/^The plugin (?<plugin>\S+) does not do its work: (?<why>.+)$/, "reason-plugin"],
  [/^the configuration was not reloaded, the daemon goes on as it was: (?<why>.+)$/, "reason-reload"],
  // Actions.
  [/^the process ended while it was sent$/, "reason-process-ended"],
  [/^interrupted while it was sent$/, "reason-interrupted-sending"],
  [/^interrupted before it was sent$/, "reason-interrupted-before"],
  // Documents of iiko.
  [/^write-off (?<number>\S+) of (?<count>one|\d+) product(?:s?)$/, "reason-writeoff"],
  [/^transfer (?<number>\S+) of (?<count>one|\d+) product(?:s?)$/, "reason-transfer"],
  [/^(?<count>one|\d+) product(?:s?) from (?<source>.+) to (?<target>.+)$/, "reason-moved"],
  [/^nothing was moved: (?<why>.+)$/, "reason-not-moved"],
  [/^there is no such product, or it is deleted$/, "reason-no-product"],
  [/^there are \d+ products of this name$/, "reason-several-products"],
  [/^it is owed in several units$/, "reason-units"],
  [/^it has no unit, and "(?<what>.*)" is none$/, "reason-no-unit"],
  [/^there is no store "(?<what>.*)"$/, "reason-no-store"],
  [/^there is no store to give to$/, "reason-no-taker"],
  [/^several stores are called "(?<what>.*)"$/, "reason-several-stores"]
]

/** Plain text, as its reader says it. */
export const told = (words: Words, reason: Reason): string => translated(words, reason).replaceAll(command, "/\u2060")

/** The same for a message: HTML, no longer than that. */
export const toldHtml = (words: Words, reason: Reason, most: number): string =>
  escapeHtml(cut(told(words, reason), most))

/** Nobody translates the words of an outside system. */
const translated = (words: Words, { code, params }: Reason): string =>
  code === "said"
    ? paramOf(words, params.text)
    : words.t(
        `reason-${code.replaceAll(".", "-")}`,
        Object.fromEntries(
          partsOf(code).flatMap((part): ReadonlyArray<readonly [string, string | number]> => {
            if (part._tag !== "Param") return []
            const param = params[part.name]
            if (typeof param === "number") return [[part.name, param]]
            const text = paramOf(words, param)
            return [[part.name, part.kind === "time" ? momentOf(words, text) : text]]
          })
        )
      )

const isList = (param: Param | undefined): param is ReadonlyArray<Reason> => Array.isArray(param)

const paramOf = (words: Words, param: Param | undefined): string => {
  if (isList(param)) return param.map((nested) => translated(words, nested)).join("; ")
  return typeof param === "object" ? translated(words, param) : String(param ?? "")
}

const momentOf = (words: Words, text: string): string =>
  Option.match(DateTime.make(text), { onNone: () => text, onSome: words.moment })

/** Plain text, with as many lines. */
export const reasonOf = (words: Words, text: string): string =>
  text
    .replaceAll(command, "/\u2060")
    .split("\n")
    .map((line) => inWords(words, line))
    .join("\n")

/** The same for a message: HTML, no longer than that. */
export const reasonHtml = (words: Words, text: string, most: number): string =>
  escapeHtml(cut(reasonOf(words, text), most))

/** A chat would make a path something to tap on, which sends it as a command. */
const command = /(?<=^|\s)\/(?=\w)/gm

/** These are nearly nothing but places, so that any text would be theirs. */
const shapeless: ReadonlySet<Code> = new Set(["said", "several", "request.failed", "request.declaration"])

const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")

const patternOf = (code: Code): RegExp => {
  const named = new Set<string>()
  const pieces = partsOf(code).map((part) => {
    if (part._tag === "Text") return literal(part.text)
    if (part._tag === "Word") return `(?:${literal(part.one)}|${literal(part.other)})`
    if (named.has(part.name)) return `\\k<${part.name}>`
    named.add(part.name)
    return `(?<${part.name}>${part.kind === "int" ? "\\d+" : ".+"})`
  })
  return new RegExp(`^${pieces.join("")}$`)
}

const lettersOf = (code: Code): number =>
  partsOf(code).reduce((sum, part) => sum + (part._tag === "Text" ? part.text.length : 0), 0)

/** The codes as they stand inside of text; one that says more comes before what is left of it. */
const written: ReadonlyArray<readonly [RegExp, key: string]> = codes
  .filter((code) => !shapeless.has(code))
  .toSorted((one, other) => lettersOf(other) - lettersOf(one))
  .map((code) => [patternOf(code), `reason-${code.replaceAll(".", "-")}`] as const)

/** Who was asked, and what became of it. */
const asked = [/^(?<request>.+): (?<why>answered \d{3}: .+)$/, "reason-request-failed"] as const

const everything = [...sentences, ...written, asked]

const inWords = (words: Words, line: string): string => {
  for (const [pattern, key] of everything) {
    const match = pattern.exec(line)
    if (match !== null) return words.t(key, variablesOf(words, match.groups ?? {}))
  }
  return line
}

/** A reason may hold another one, a time is told as the reader has it, and numbers are numbers. */
const variablesOf = (words: Words, groups: Readonly<Record<string, string>>): Variables =>
  Object.fromEntries(
    Object.entries(groups).map(([name, text]) => {
      if (name === "why" || name === "what" || name === "errors") return [name, inWords(words, text)]
      if (name === "at") return [name, momentOf(words, text)]
      if (name === "counts") return [name, countsOf(words, text)]
      if (name === "count" && text === "one") return [name, 1]
      return [name, /^\d+$/.test(text) ? Number(text) : text]
    })
  )

/** Of `49 ok, 1 skipped`. */
const countsOf = (words: Words, text: string): string =>
  text
    .split(", ")
    .map((part) => {
      const [count, status] = part.split(" ")
      return words.t(`reason-count-${status}`, { count: Number(count) })
    })
    .join(", ")
