/** Texts that nobody should read in the bot: words of the other language, names of failures, and code. */
import { FluentParser, type TextElement, Visitor } from "@fluent/syntax"
import { sourceOf } from "../../bot/i18n/FluentTranslator.ts"

const letters = { ru: /[а-яё]{3}/i, en: /[a-z]{3}/i } as const

class Texts extends Visitor {
  readonly found = new Set<string>()
  override visitTextElement({ value }: TextElement): void {
    for (const part of value.split(/<[^>]*>|\n/)) this.found.add(part.trim())
  }
}

/** The texts of a language, in pieces without variables; short ones may belong to any language. */
const piecesOf = (locale: "en" | "ru"): ReadonlyArray<string> => {
  const texts = new Texts()
  texts.visit(new FluentParser({ withSpans: false }).parse(sourceOf(locale)))
  return [...texts.found].filter((text) => text.length >= 8 && text.includes(" ") && letters[locale].test(text))
}

const failures = (locale: string): ReadonlyArray<string> =>
  [...sourceOf(locale).matchAll(/^failure-(?:database|telegram|unexpected) = (.{12})/gm)].map(([, text = ""]) => text)

/** Returns the faults of a text for a reader of that language. */
export const foreignTo = (locale: string): ((text: string) => ReadonlyArray<string>) => {
  const other = locale === "ru" ? "en" : "ru"
  // Examples of typed text are the same in both languages.
  const own = sourceOf(locale)
  const pieces = piecesOf(other).filter((piece) => !own.includes(piece))
  const broken = failures(locale)
  return (text) => [
    ...pieces.filter((piece) => text.includes(piece)).map((piece) => `says «${piece}»`),
    ...broken.filter((piece) => text.includes(piece)).map((piece) => `fails with «${piece}…»`),
    ...(/\bundefined\b|\bNaN\b|\[object |\{ ?\$|\{[a-z]+-[\w-]+\}/.test(text) ? ["is meant for no person"] : [])
  ]
}
