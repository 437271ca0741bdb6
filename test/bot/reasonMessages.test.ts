/** English messages of reasons: made of their templates, and in a file only where a chat words them otherwise. */
import { assert, describe, it } from "@effect/vitest"
import { I18n } from "@grammyjs/i18n"
import { sourceOf } from "../../bot/i18n/FluentTranslator.ts"
import { messageOf, missingMessages } from "../../bot/i18n/ReasonMessages.ts"
import { messageKeyOf } from "../../core/plugin/chat/ReasonText.ts"
import { define, foreignText, type Param, partsOf, type Reason, render } from "../../core/reason/Reason.ts"
import { allCodes } from "../support/reasons.ts"

const codes = (await allCodes()).filter((code) => code !== "said")

const languageOf = (source: string): I18n => {
  const warned: Array<unknown> = []
  const fluentOptions = { warningHandler: (warning: unknown) => warned.push(warning) }
  const i18n = new I18n({ defaultLocale: "en", fluentOptions, fluentBundleOptions: { useIsolating: false } })
  i18n.loadLocaleSync("en", { source })
  assert.deepEqual(warned, [])
  return i18n
}

/** A reason of that code, with this number for every whole number. */
const exampleOf = (code: string, count: number): Reason => {
  const param = (kind: string): Param => {
    if (kind === "int") return count
    return ["text", "time"].includes(kind)
      ? "<text>"
      : kind === "reason"
        ? foreignText("<text>")
        : [foreignText("<text>")]
  }
  const params = partsOf(code).flatMap((part) =>
    part._tag === "Text" ? [] : [[part.name, param(part._tag === "Word" ? "int" : part.kind)] as const]
  )
  return { code, params: Object.fromEntries(params) }
}

const spoken = (language: I18n, { code, params }: Reason): string => {
  const variables = Object.entries(params).map(([name, param]) => [name, typeof param === "object" ? "<text>" : param])
  return language.t("en", messageKeyOf(code), Object.fromEntries(variables))
}

describe("the English message of a reason", () => {
  it("says what its template says, of one and of several", () => {
    const language = languageOf(missingMessages(""))
    for (const code of codes) {
      for (const count of [1, 3]) {
        const example = exampleOf(code, count)
        assert.strictEqual(spoken(language, example), render(example), code)
      }
    }
  })

  it("keeps braces, quotation marks, line breaks and spaces, and writes large numbers for people", () => {
    const hostile = define({
      "test.hostile": ' { {name} } "a\\b" { open }:\n .{count:int} {count| row | rows } \n',
      "test.bare": "{count||s}"
    })
    const language = languageOf(`${messageOf("test.hostile")}\n${messageOf("test.bare")}`)
    const one = hostile("test.hostile", { name: "<text>", count: 1 })
    assert.strictEqual(spoken(language, one), render(one))
    const many = hostile("test.hostile", { name: "<text>", count: 12_345 })
    assert.strictEqual(spoken(language, many), render(many).replace("12345", "12,345"))
    assert.deepEqual(
      [1, 2].map((count) => spoken(language, hostile("test.bare", { count }))),
      ["", "s"]
    )
  })

  it("is in a file only where it differs from the template", () => {
    const english = sourceOf("en")
    const [generated, used] = [languageOf(missingMessages("")), languageOf(english)]
    const written = codes.filter((code) => !english.includes(messageOf(code)))
    assert.isNotEmpty(written)
    const alike = written.filter((code) =>
      [1, 3].every((count) => spoken(used, exampleOf(code, count)) === spoken(generated, exampleOf(code, count)))
    )
    assert.deepEqual(alike, [])
  })
})
