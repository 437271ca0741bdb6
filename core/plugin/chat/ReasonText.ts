/**
 * Why something is as it is, in the language of the reader: each code of a reason has a message. The words of an outside
 * system stay as they are.
 */
import { DateTime, Option } from "effect"
import { type Param, partsOf, type Reason, separatorOf } from "../../reason/Reason.ts"
import { cut, escapeHtml } from "./Html.ts"
import type { Translator } from "./Translator.ts"

/** Plain text, as its reader says it. */
export const reasonText = (translator: Translator, reason: Reason): string =>
  translated(translator, reason).replaceAll(command, "/\u2060")

/** One a line. */
export const reasonLines = (translator: Translator, reasons: ReadonlyArray<Reason>): string =>
  reasons.map((reason) => reasonText(translator, reason)).join("\n")

/** The same for a message: HTML, no longer than that. */
export const reasonHtml = (translator: Translator, reason: Reason, most: number): string =>
  escapeHtml(cut(reasonText(translator, reason), most))

/** A chat would make a path something to tap on, which sends it as a command. */
const command = /(?<=^|\s)\/(?=\w)/gm

const translated = (translator: Translator, { code, params }: Reason): string =>
  code === "said"
    ? paramOf(translator, params.text)
    : translator.t(
        `reason-${code.replaceAll(".", "-")}`,
        Object.fromEntries(
          partsOf(code).flatMap((part): ReadonlyArray<readonly [string, string | number]> => {
            if (part._tag !== "Param") return []
            const param = params[part.name]
            if (typeof param === "number") return [[part.name, param]]
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
