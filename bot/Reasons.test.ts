import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { codes, partsOf, reason, said } from "../core/reason/Reason.ts"
import { reasonOf, sentences, told } from "./Reasons.ts"
import { make } from "./Words.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

const spoken = ["core", "connectors"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name))
  )
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map((name) => readFileSync(join(root, name), "utf8"))
  .join("\n")

/** What stands between the variables of a sentence. */
const literals = (pattern: RegExp): ReadonlyArray<string> =>
  pattern.source
    .replace(/^\^|\$$/g, "")
    .split(/\(\?(?:<\w+>|:)(?:[^()]|\([^()]*\))*\)|\\d\+|:\?/)
    .map((part) => part.replaceAll(/\\(.)/g, "$1"))

const [russian, english] = [make(["ru"], "Europe/Kaliningrad").in("ru"), make(["en"], "Europe/Kaliningrad").in("en")]

describe("reasons", () => {
  it("have a message of each code in both languages, with all that the code has", () => {
    for (const words of [russian, english]) {
      for (const code of codes) {
        if (code === "said") continue
        const names = [...new Set(partsOf(code).flatMap((part) => (part._tag === "Param" ? [part.name] : [])))]
        const text = words.t(
          `reason-${code.replaceAll(".", "-")}`,
          Object.fromEntries(names.map((name, at) => [name, 70 + at]))
        )
        assert.notInclude(text, "reason-", code)
        assert.notMatch(text, /\{\$?\w+/, code)
        for (const at of names.keys()) assert.include(text, String(70 + at), code)
      }
    }
  })

  it("that are data are told with those inside of them, the words of others as they are", () => {
    const answered = reason("request.tried", {
      why: reason("request.failed", {
        request: "iiko: GET /stores",
        why: reason("request.answered", { status: 500, body: "«interrupted»" })
      }),
      count: 4
    })
    const partial = reason("run.partialKept", { why: reason("several", { whys: [answered, said("interrupted")] }) })
    assert.strictEqual(
      told(russian, partial),
      "прочитано не всё: iiko: GET /\u2060stores: ответ 500: «interrupted» (попыток: 4); interrupted; ничего не удалено"
    )
    const kept = (count: number) => told(russian, reason("confirm.kept", { count, why: reason("confirm.empty") }))
    assert.include(kept(1), "не удалена 1 строка")
    assert.include(kept(3), "не удалены 3 строки")
    assert.include(kept(5), "не удалено 5 строк")
    assert.include(told(english, reason("run.folded", { count: 1 })), "1 duplicate of a key")
  })

  it("that are known are what the engine and the connectors say to the letter", () => {
    const foreign = sentences.flatMap(([pattern]) => literals(pattern).filter((part) => !spoken.includes(part)))
    assert.deepEqual(foreign, [])
  })

  it("are told line by line in the language of the reader, with those inside of them", () => {
    const detail = [
      "entities: 1 200 ok",
      "entities: 49 ok, 1 skipped, 2 failed",
      "iiko.store skipped: another run of this entity is going on; this one did nothing",
      "iiko.product warning: 1200 of 2000 rows are gone from the source, more than guard.maxDelete 50%: the deletes were withheld",
      "and 3 more"
    ].join("\n")
    assert.strictEqual(
      reasonOf(russian, detail),
      [
        "entities: 1 200 ok",
        "Таблицы: хорошо 49, пропущено 1, не удалось 2",
        "⏭ iiko.store: уже обновляется другим запуском, этот ничего не делал",
        "⚠️ iiko.product: в источнике больше нет 1\u00a0200 из 2\u00a0000 строк, а guard.maxDelete 50%: удаление задержано",
        "…и ещё 3"
      ].join("\n")
    )
    assert.strictEqual(reasonOf(english, "and 3 more"), "…and 3 more")
  })

  it("have times as the reader has them", () => {
    const late =
      "iiko.product is late: it was to be fresh after 2026-03-05T05:00:00Z, and its last good run ended at 2026-03-04T05:01:00Z."
    assert.strictEqual(
      reasonOf(russian, late),
      "iiko.product опаздывает: после 05.03, 07:00 должны быть свежие данные, а последний удачный запуск закончился 04.03, 07:01."
    )
  })

  it("of an outside system stay as it said them, and paths in them are no commands to tap on", () => {
    assert.strictEqual(
      reasonOf(russian, "iiko: GET /stores: answered 500: «boom» (tried 4 times)"),
      "iiko: GET /\u2060stores: ответ 500: «boom» (попыток: 4)"
    )
    assert.strictEqual(reasonOf(russian, "Склад закрыт"), "Склад закрыт")
  })

  it("name documents by what is in them", () => {
    const named = [
      "write-off TR-1 of one product",
      "transfer 7/24 of 22 products",
      "5 products from Хоз (Порт) to Бар (Порт)"
    ]
    assert.deepEqual(
      named.map((text) => reasonOf(russian, text)),
      ["Списание TR-1: 1 товар", "Перемещение 7/24: 22 товара", "Хоз (Порт) → Бар (Порт): 5 товаров"]
    )
  })
})
