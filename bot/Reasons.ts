/**
 * Why something is as it is, and what it is about, in the language of the reader. The engine and the connectors say it in English, line by
 * line, for the log and for every client; their own sentences are recognised here, and everything else, such as the
 * words of an outside system, stays as it is.
 */
import { DateTime, Option } from "effect"
import { cut, escapeHtml } from "./Html.ts"
import type { Variables, Words } from "./Words.ts"

/** The groups of a pattern are the variables of its message. */
export const sentences: ReadonlyArray<readonly [RegExp, key: string]> = [
  // Runs.
  [/^another run of this entity is going on; this one did nothing$/, "reason-elsewhere"],
  [/^interrupted$/, "reason-interrupted"],
  [/^not finished within (?<limit>.+) \(limits\.deadline\)$/, "reason-deadline"],
  [/^the read is partial: (?<why>.+); nothing was deleted$/, "reason-partial-kept"],
  [/^the read is partial: (?<why>.+)$/, "reason-partial"],
  [
    /^the source is empty: the deletes of all (?<count>\d+) rows were withheld \(guard\.empty: refuse\)$/,
    "reason-empty"
  ],
  [
    /^(?<gone>\d+) of (?<rows>\d+) rows are gone from the source, more than guard\.maxDelete (?<limit>\S+): the deletes were withheld$/,
    "reason-share"
  ],
  [
    /^(?<rejected>\d+) of (?<fetched>\d+) records were rejected, more than guard\.maxReject (?<limit>\S+): (?<count>\d+) deletes were withheld$/,
    "reason-rejects"
  ],
  [/^(?<rejected>\d+) of (?<fetched>\d+) records were rejected: (?<why>.+)$/, "reason-rejected"],
  [/^(?<count>\d+) records had no readable key, so nothing was deleted$/, "reason-keyless"],
  [/^(?<count>\d+) texts held NUL or broken Unicode, replaced by U\+FFFD$/, "reason-repaired"],
  [/^(?<count>\d+) duplicates of a key were folded, the last one counts$/, "reason-folded"],
  [/^(?<why>.+) \(tried (?<count>\d+) times\)$/, "reason-tried"],
  [/^(?<what>.+)(?:: )answered (?<status>\d{3}): (?<why>.+)$/, "reason-answered"],
  [/^nothing was sent: (?<why>.+)$/, "reason-not-sent"],
  [/^iiko refused the document (?:\S+): (?<why>.+)$/, "reason-refused"],
  // Plans.
  [/^The configuration has changed since this plan was made; plan again\.$/, "reason-plan-configuration"],
  [/^(?<table>\S+) has changed since the plan was made; plan again\.$/, "reason-plan-table"],
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

const inWords = (words: Words, line: string): string => {
  for (const [pattern, key] of sentences) {
    const match = pattern.exec(line)
    if (match !== null) return words.t(key, variablesOf(words, match.groups ?? {}))
  }
  return line
}

/** A reason may hold another one, a time is told as the reader has it, and numbers are numbers. */
const variablesOf = (words: Words, groups: Readonly<Record<string, string>>): Variables =>
  Object.fromEntries(
    Object.entries(groups).map(([name, text]) => {
      if (name === "why" || name === "what") return [name, inWords(words, text)]
      if (name === "at") return [name, Option.match(DateTime.make(text), { onNone: () => text, onSome: words.moment })]
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
