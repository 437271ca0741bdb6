import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import type { Diagnostic } from "../core/config/Diagnostic.ts"
import type { Reason } from "../core/reason/Reason.ts"
import { requests } from "../test/config/cases/entities.ts"
import { connector, syntax } from "../test/config/cases/files.ts"
import { problemsOf, problemsOfFiles } from "../test/config/cases/harness.ts"
import { tables } from "../test/config/cases/tables.ts"
import { diagnosticsBlock, outcome } from "./ConfigurationText.ts"
import { make } from "./i18n/FluentTranslator.ts"

const [russian, english] = [make(["ru"], "Europe/Kaliningrad").in("ru"), make(["en"], "Europe/Kaliningrad").in("en")]

const broken = Effect.map(
  Effect.forEach([...syntax, ...connector, ...requests, ...tables], ({ yaml }) => problemsOf(yaml, { SET: "set" })),
  (found) => found.flat()
)

const codesIn = ({ code, params }: Reason): ReadonlyArray<string> => [
  code,
  ...Object.values(params).flatMap((param) =>
    typeof param !== "object" ? [] : "code" in param ? codesIn(param) : param.flatMap(codesIn)
  )
]

/** Removes text in quotes, backticks and braces, and lines of the files: keys and values belong to no language. */
const prose = (block: string): string =>
  block
    .split("\n")
    .filter((line) => !/^\s*\d* \|/.test(line))
    .join("\n")
    .replace(/&quot;[\s\S]*?&quot;|"[^"]*"|`[^`]*`|«[^»]*»|\{[^{}]*\}/g, "")

const englishWords =
  /(?<![\w./-])(?:the|is|are|was|were|of|and|not|it|its|with|by|that|which|has|have|be|been|for|there|must|write|expected|found|hint|missing)\b/i

describe("what is wrong with the files", () => {
  it.effect("is told in the language of the reader, hint and all, whichever mistake it is", () =>
    Effect.gen(function* () {
      const found = yield* broken
      assert.isAtLeast(found.length, 100)
      for (const one of found) {
        const block = diagnosticsBlock(russian, [one])
        assert.notMatch(prose(block), englishWords, one.message)
        assert.match(prose(block), /[а-яё]/i, one.message)
        assert.include(block, `${one.file}:${one.line}:${one.column}: `)
        assert.notInclude(diagnosticsBlock(english, [one]), "reason-", one.message)
      }
    })
  )

  it.effect("says nothing in words that nobody can translate", () =>
    Effect.gen(function* () {
      const isForeign = ({ hintReason, reason }: Diagnostic) =>
        [reason, ...(hintReason === undefined ? [] : [hintReason])].flatMap(codesIn).includes("said")
      const untranslated = (yield* broken).filter(isForeign).map(({ message }) => message)
      // A library words the pattern of a cron job, and this test the meaning of its own key.
      assert.deepEqual(
        untranslated.filter((message) => !/is missing$|cron/.test(message)),
        []
      )
    })
  )

  it.effect("is told of a file beside the keys, and after a reload", () =>
    Effect.gen(function* () {
      const diagnostics = yield* problemsOfFiles({ "config/deamon.yaml": "", "config/connectors/.keep": "" })
      const block = diagnosticsBlock(russian, diagnostics)
      assert.include(block, "config/deamon.yaml:1:1: этот файл никто не читает — может быть, «daemon.yaml»?")
      const [secret] = yield* problemsOf("type: rest\nbaseUrl: x\ntoken: { secret: TOKEN }\n")
      const version = {
        ...{ id: 7, hash: null, trigger: "bot", actor: null, changes: null, error: null, reasons: [] },
        ...{ loadedAt: DateTime.makeUnsafe(0), status: "invalid" as const, diagnostics: secret ? [secret] : [] }
      }
      const text = outcome(russian, version)
      assert.include(text, "config/connectors/shop.yaml:3:8: секрет TOKEN не задан")
      assert.include(text, "подсказка: добавьте TOKEN=… в .env")
    })
  )
})
