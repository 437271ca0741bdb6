import { assert, describe, it } from "@effect/vitest"
import { make } from "../../bot/i18n/FluentTranslator.ts"
import { iiko } from "../../connectors/iiko/reasons.ts"
import { reasonHtml, reasonLines, reasonText } from "../../core/plugin/chat/ReasonText.ts"
import { foreignText, type Param, partsOf, type Reason, reason, render } from "../../core/reason/Reason.ts"
import { allCodes } from "../support/reasons.ts"

// English messages are made of the templates defined so far.
await allCodes()
const [russian, english] = [make(["ru"], "Europe/Kaliningrad").in("ru"), make(["en"], "Europe/Kaliningrad").in("en")]

/** Words that no sentence in another language contains, whatever it names. */
const englishWords =
  /(?<![\w.])(?:the|is|are|was|were|of|and|not|it|its|with|by|to|that|which|has|have|be|been|for|from|there)\b/i

/** A reason of that code whose nested reasons are the next ones of the list. */
const exampleOf = (codes: ReadonlyArray<string>, code: string, depth: number): Reason => {
  const inner = () =>
    exampleOf(codes, codes[(codes.indexOf(code) * 7 + depth * 31) % codes.length] ?? "unsaid", depth - 1)
  const param = (kind: string): Param => {
    if (kind === "int") return 3
    if (kind === "time") return "2026-03-05T05:00:00Z"
    if (kind === "reason") return depth === 0 ? foreignText("Склад закрыт") : inner()
    return kind === "text"
      ? "Бар"
      : depth === 0
        ? [foreignText("Склад закрыт")]
        : [inner(), foreignText("Кухня закрыта")]
  }
  const params = partsOf(code).flatMap((part) => {
    if (part._tag === "Text") return []
    return [[part.name, param(part._tag === "Word" ? "int" : part.kind)] as const]
  })
  return { code, params: Object.fromEntries(params) }
}

describe("reasons", () => {
  it("have a message of each code in both languages, with all that the code has", async () => {
    for (const translator of [russian, english]) {
      for (const code of await allCodes()) {
        if (code === "said") continue
        const names = [...new Set(partsOf(code).flatMap((part) => (part._tag === "Param" ? [part.name] : [])))]
        const text = translator.t(
          `reason-${code.replaceAll(".", "-")}`,
          Object.fromEntries(names.map((name, at) => [name, 70 + at]))
        )
        assert.notInclude(text, "reason-", code)
        assert.notMatch(text, /\{\$?\w+/, code)
        for (const at of names.keys()) assert.include(text, String(70 + at), code)
      }
    }
  })

  it("are told in the language of the reader to the last word, whatever is in them", async () => {
    const codes = await allCodes()
    for (const code of codes) {
      const example = exampleOf(codes, code, 3)
      const text = reasonText(russian, example)
      assert.notMatch(text, englishWords, `${code}: ${text}`)
      if (/[a-z]+ [a-z]+/i.test(render(exampleOf(codes, code, 0)))) assert.match(text, /[а-яё]/i, code)
      assert.match(reasonText(english, example), /\S/, code)
    }
  })

  it("are in the language of the reader, whichever the bot begins with", async () => {
    const codes = await allCodes()
    for (const begun of [make(["ru", "en"], "Europe/Kaliningrad"), make(["en", "ru"], "Europe/Kaliningrad")]) {
      for (const alone of [russian, english]) {
        for (const code of codes) {
          const example = exampleOf(codes, code, 0)
          assert.strictEqual(reasonText(begun.in(alone.locale), example), reasonText(alone, example))
        }
      }
    }
  })

  it("are told with those inside of them, the words of others as they are", () => {
    const answered = reason("request.tried", {
      why: reason("request.failed", {
        request: "iiko: GET /stores",
        why: reason("request.answered", { status: 500, body: foreignText("«interrupted»") })
      }),
      count: 4
    })
    const partial = reason("run.partialKept", {
      why: reason("several", { whys: [answered, foreignText("interrupted")] })
    })
    assert.strictEqual(
      reasonText(russian, partial),
      "прочитано не всё: iiko: GET /\u2060stores: ответ 500: «interrupted» (попыток: 4); interrupted; ничего не удалено"
    )
    const kept = (count: number) => reasonText(russian, reason("confirm.kept", { count, why: reason("confirm.empty") }))
    assert.include(kept(1), "не удалена 1 строка")
    assert.include(kept(3), "не удалены 3 строки")
    assert.include(kept(5), "не удалено 5 строк")
    assert.include(reasonText(english, reason("run.folded", { count: 1 })), "1 duplicate of a key")
  })

  it("of a job are lines, and of an alert stand in it", () => {
    const whys = [
      reason("job.entities", { counts: [reason("job.ok", { count: 49 }), reason("job.failed", { count: 2 })] }),
      reason("job.entitySkipped", { entity: "iiko.store", why: reason("run.elsewhere") }),
      reason("job.more", { count: 3 })
    ]
    const lines = [
      "Таблицы: хорошо 49, не удалось 2",
      "⏭ iiko.store: уже обновляется другим запуском, этот ничего не делал",
      "…и ещё 3"
    ]
    assert.strictEqual(reasonLines(russian, whys), lines.join("\n"))
    const alert = reason("alert.jobFailed", { job: "morning", at: "2026-03-05T05:00:00Z", whys })
    assert.strictEqual(reasonText(russian, alert), ["Задание morning, 05.03, 07:00: не удалось", ...lines].join("\n"))
  })

  it("have times as the reader has them", () => {
    const late = reason("alert.late", {
      entity: "iiko.product",
      at: "2026-03-05T05:00:00Z",
      since: reason("alert.lateSince", { at: "2026-03-04T05:01:00Z" })
    })
    assert.strictEqual(
      reasonText(russian, late),
      "iiko.product опаздывает: после 05.03, 07:00 должны быть свежие данные, а последний удачный запуск закончился 04.03, 07:01."
    )
  })

  it("name documents by what is in them", () => {
    const named = [
      iiko("iiko.writeoff", { number: "TR-1", count: 1 }),
      iiko("iiko.transfer", { number: "7/24", count: 22 }),
      iiko("iiko.moved", { count: 5, source: "Хоз (Порт)", target: "Бар (Порт)" })
    ]
    assert.deepEqual(
      named.map((one) => reasonText(russian, one)),
      ["Списание TR-1: 1 товар", "Перемещение 7/24: 22 товара", "Хоз (Порт) → Бар (Порт): 5 товаров"]
    )
  })

  it("are HTML in a message, and not too long for it", () => {
    assert.strictEqual(reasonHtml(russian, foreignText("a < b"), 100), "a &lt; b")
    assert.isAtMost(reasonHtml(russian, foreignText("x".repeat(500)), 100).length, 101)
  })
})
