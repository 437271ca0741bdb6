/**
 * Reasons in the language of the reader: each code has a message in each language, the English one made of its template unless
 * the locales have another. Messages of outside systems stay unchanged.
 */
import { DateTime, Option } from "effect"
import { type Param, partsOf, type Reason, separatorOf } from "../../reason/Reason.ts"
import { cut, escapeHtml } from "./Html.ts"
import type { Translator } from "./Translator.ts"

/** The key of the message of a code. */
export const messageKeyOf = (code: string): string => `reason-${code.replaceAll(".", "-")}`

/** Plain text. */
export const reasonText = (translator: Translator, reason: Reason): string =>
  translated(translator, reason).replaceAll(command, "/\u2060")

/** One line for each reason. */
export const reasonLines = (translator: Translator, reasons: ReadonlyArray<Reason>): string =>
  reasons.map((reason) => reasonText(translator, reason)).join("\n")

/** HTML for a message, cut to `most` characters. */
export const reasonHtml = (translator: Translator, reason: Reason, most: number): string =>
  escapeHtml(cut(reasonText(translator, reason), most))

/** A messenger makes a link of a path in a text; a tap on it would send it as a command. */
const command = /(?<=^|\s)\/(?=\w)/gm

const translated = (translator: Translator, { code, params }: Reason): string =>
  code === "said"
    ? paramOf(translator, params.text)
    : translator.t(
        messageKeyOf(code),
        Object.fromEntries(
          partsOf(code).flatMap((part): ReadonlyArray<readonly [string, string | number]> => {
            if (part._tag === "Text") return []
            const param = params[part.name]
            if (typeof param === "number") return [[part.name, param]]
            if (part._tag === "Word") return []
            const text = paramOf(translator, param, separatorOf(part.kind))
            return [[part.name, part.kind === "time" ? momentOf(translator, text) : text]]
          })
        )
      )

const isList = (param: Param | undefined): param is ReadonlyArray<Reason> => Array.isArray(param)

const paramOf = (translator: Translator, param: Param | undefined, separator = ""): string => {
  if (isList(param)) return param.map((nested) => translated(translator, nested)).join(separator)
  return typeof param === "object" ? translated(translator, param) : String(param ?? "")
}

const momentOf = (translator: Translator, text: string): string =>
  Option.match(DateTime.make(text), { onNone: () => text, onSome: translator.moment })
