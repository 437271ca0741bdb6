/**
 * Why something is as it is, in the language of the reader: each code of a reason has a message. The words of an outside
 * system stay as they are.
 */
import { DateTime, Option } from "effect"
import { type Param, partsOf, type Reason, separatorOf } from "../../core/reason/Reason.ts"
import { cut, escapeHtml } from "../telegram/Html.ts"
import type { Words } from "./Translator.ts"

/** Plain text, as its reader says it. */
export const told = (words: Words, reason: Reason): string => translated(words, reason).replaceAll(command, "/\u2060")

/** One a line. */
export const toldLines = (words: Words, reasons: ReadonlyArray<Reason>): string =>
  reasons.map((reason) => told(words, reason)).join("\n")

/** The same for a message: HTML, no longer than that. */
export const toldHtml = (words: Words, reason: Reason, most: number): string =>
  escapeHtml(cut(told(words, reason), most))

/** A chat would make a path something to tap on, which sends it as a command. */
const command = /(?<=^|\s)\/(?=\w)/gm

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
            const text = paramOf(words, param, separatorOf(part.kind))
            return [[part.name, part.kind === "time" ? momentOf(words, text) : text]]
          })
        )
      )

const isList = (param: Param | undefined): param is ReadonlyArray<Reason> => Array.isArray(param)

const paramOf = (words: Words, param: Param | undefined, separator = ""): string => {
  if (isList(param)) return param.map((nested) => translated(words, nested)).join(separator)
  return typeof param === "object" ? translated(words, param) : String(param ?? "")
}

const momentOf = (words: Words, text: string): string =>
  Option.match(DateTime.make(text), { onNone: () => text, onSome: words.moment })
