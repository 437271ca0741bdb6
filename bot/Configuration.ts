/** What became of the configuration, in words: what an edit or a reload changes, and what is wrong with it and where. */

import { renderDiagnostics } from "../core/config/Diagnostic.ts"
import type { Changes, ConfigVersion, Diagnostic } from "../core/control/Control.ts"
import { together } from "../core/reason/Reason.ts"
import { told } from "./i18n/Reasons.ts"
import type { Words } from "./i18n/Translator.ts"
import { bold, code, cut, pre } from "./telegram/Html.ts"

/** How a reload ended. */
export const outcome = (words: Words, { changes, diagnostics, id, reasons, status }: ConfigVersion): string => {
  switch (status) {
    case "ok":
      return [
        id === null ? words.say("configuration-loaded") : words.say("configuration-loaded-as", { id: String(id) }),
        ...(changes === null ? [] : [changesOf(words, changes)])
      ].join("\n\n")
    case "unchanged":
      return words.say("configuration-unchanged")
    case "invalid":
      return `${words.say("configuration-invalid")}\n${diagnosticsBlock(words, diagnostics)}`
    case "failed":
      return words.say("configuration-failed", { why: cut(told(words, together(reasons)), 2000) })
  }
}

/** Whether the daemon runs what was loaded. */
export const isTaken = ({ status }: ConfigVersion): boolean => status === "ok" || status === "unchanged"

export const changesOf = (words: Words, changes: Changes): string => {
  const { connectors, entities, jobs, plugins, rebuilt, restart } = changes
  const lines = Object.entries({ connectors, entities, jobs, plugins }).flatMap(([kind, change]) => {
    const parts = (["added", "changed", "removed"] as const).flatMap((what) =>
      change[what].length === 0 ? [] : `${words.say(`configuration-${what}`)} ${names(words, change[what])}`
    )
    return parts.length === 0 ? [] : `${bold(words.say(`configuration-${kind}`))}: ${parts.join("; ")}`
  })
  const notes = [
    ...(rebuilt.length === 0 ? [] : [words.say("configuration-rebuilt", { count: rebuilt.length })]),
    ...(plugins.changed.length === 0 ? [] : [words.say("configuration-plugins-restart")]),
    ...(restart.length === 0 ? [] : [`${words.say("configuration-restart")} ${names(words, restart)}`])
  ]
  return [...lines, ...notes].join("\n") || words.say("configuration-no-names")
}

const mostNames = 10

const names = (words: Words, all: ReadonlyArray<string>): string => {
  const shown = all.slice(0, mostNames).map((name) => code(cut(name, 40)))
  return all.length > mostNames
    ? `${shown.join(", ")} ${words.say("configuration-more-names", { count: all.length - mostNames })}`
    : shown.join(", ")
}

const mostBlock = 3000

/** In the language of the reader; what stands in the files stays as it is. */
const translated = (words: Words, diagnostic: Diagnostic): string => {
  const { hintReason, reason } = diagnostic
  const hint = hintReason === undefined ? {} : { hint: told(words, hintReason) }
  return renderDiagnostics([{ ...diagnostic, ...hint, message: told(words, reason) }], words.t("configuration-hint"))
}

/** As compilers print them, each whole; the first is shown whatever its length. */
export const diagnosticsBlock = (words: Words, diagnostics: ReadonlyArray<Diagnostic>): string => {
  const texts = diagnostics.map((diagnostic) => cut(translated(words, diagnostic), mostBlock))
  let length = 0
  const shown = texts.filter((text) => {
    length += text.length + 2
    return length <= mostBlock + 2
  })
  const left = texts.length - shown.length
  return left === 0
    ? pre(shown.join("\n\n"))
    : `${pre(shown.join("\n\n"))}\n${words.say("progress-more", { count: left })}`
}

/** The beginning of a patch, beside what else the message says; whether that is all of it. */
export const patchBlock = (patch: string, beside: string): { readonly html: string; readonly isWhole: boolean } => {
  const lines = patch.split("\n").slice(0, 50)
  const shown = cut(lines.map((line) => cut(line, 300)).join("\n"), Math.max(200, Math.min(2000, 3500 - beside.length)))
  return { html: pre(shown), isWhole: shown === patch }
}
