/** The configuration in words: what an edit or a reload changes, and what is wrong with it and where. */

import { renderDiagnostics } from "../core/config/Diagnostic.ts"
import type { Changes, ConfigVersion, Diagnostic } from "../core/control/Control.ts"
import { bold, code, cut, pre } from "../core/plugin/chat/Html.ts"
import { reasonText } from "../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../core/plugin/chat/Translator.ts"
import { combineReasons } from "../core/reason/Reason.ts"

/** Returns how a reload ended. */
export const outcome = (
  translator: Translator,
  { changes, diagnostics, id, reasons, status }: ConfigVersion
): string => {
  switch (status) {
    case "ok":
      return [
        id === null
          ? translator.say("configuration-loaded")
          : translator.say("configuration-loaded-as", { id: String(id) }),
        ...(changes === null ? [] : [changesOf(translator, changes)])
      ].join("\n\n")
    case "unchanged":
      return translator.say("configuration-unchanged")
    case "invalid":
      return `${translator.say("configuration-invalid")}\n${diagnosticsBlock(translator, diagnostics)}`
    case "failed":
      return translator.say("configuration-failed", { why: cut(reasonText(translator, combineReasons(reasons)), 2000) })
  }
}

/** Whether the daemon runs the loaded configuration. */
export const isLoaded = ({ status }: ConfigVersion): boolean => status === "ok" || status === "unchanged"

export const changesOf = (translator: Translator, changes: Changes): string => {
  const { connectors, entities, jobs, plugins, rebuilt, restart } = changes
  const lines = Object.entries({ connectors, entities, jobs, plugins }).flatMap(([kind, change]) => {
    const parts = (["added", "changed", "removed"] as const).flatMap((what) =>
      change[what].length === 0 ? [] : `${translator.say(`configuration-${what}`)} ${names(translator, change[what])}`
    )
    return parts.length === 0 ? [] : `${bold(translator.say(`configuration-${kind}`))}: ${parts.join("; ")}`
  })
  const notes = [
    ...(rebuilt.length === 0 ? [] : [translator.say("configuration-rebuilt", { count: rebuilt.length })]),
    ...(plugins.changed.length === 0 ? [] : [translator.say("configuration-plugins-restart")]),
    ...(restart.length === 0 ? [] : [`${translator.say("configuration-restart")} ${names(translator, restart)}`])
  ]
  return [...lines, ...notes].join("\n") || translator.say("configuration-no-names")
}

const maxNames = 10

const names = (translator: Translator, all: ReadonlyArray<string>): string => {
  const shown = all.slice(0, maxNames).map((name) => code(cut(name, 40)))
  return all.length > maxNames
    ? `${shown.join(", ")} ${translator.say("configuration-more-names", { count: all.length - maxNames })}`
    : shown.join(", ")
}

const maxBlock = 3000

/**
 * Translates a diagnostic into the language of the reader; text from the files stays unchanged. The page is left out: a
 * chat has no files of the project.
 */
const translated = (translator: Translator, { hintReason, page: _, reason, ...place }: Diagnostic): string => {
  const hint = hintReason === undefined ? {} : { hint: reasonText(translator, hintReason) }
  return renderDiagnostics(
    [{ ...place, ...hint, message: reasonText(translator, reason) }],
    translator.t("configuration-hint")
  )
}

/** Returns diagnostics as compilers print them, each whole; the first is shown whatever its length. */
export const diagnosticsBlock = (translator: Translator, diagnostics: ReadonlyArray<Diagnostic>): string => {
  const texts = diagnostics.map((diagnostic) => cut(translated(translator, diagnostic), maxBlock))
  let length = 0
  const shown = texts.filter((text) => {
    length += text.length + 2
    return length <= maxBlock + 2
  })
  const left = texts.length - shown.length
  return left === 0
    ? pre(shown.join("\n\n"))
    : `${pre(shown.join("\n\n"))}\n${translator.say("progress-more", { count: left })}`
}

/** Returns the beginning of a patch that fits beside the rest of the message, and whether it is the whole patch. */
export const patchBlock = (patch: string, beside: string): { readonly html: string; readonly isWhole: boolean } => {
  const lines = patch.split("\n").slice(0, 50)
  const shown = cut(lines.map((line) => cut(line, 300)).join("\n"), Math.max(200, Math.min(2000, 3500 - beside.length)))
  return { html: pre(shown), isWhole: shown === patch }
}
