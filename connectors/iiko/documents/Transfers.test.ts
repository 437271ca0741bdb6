import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { foreignText } from "../../../core/reason/Reason.ts"
import { today } from "../sandbox/TestClient.ts"
import { start, withDatabase } from "./TestClient.ts"
import { byEvening, type LoggedTransfer } from "./Transfers.ts"

const entry = (key: string, change: Partial<LoggedTransfer> = {}): LoggedTransfer => ({
  key,
  what: key,
  status: "done",
  detailReason: null,
  errorReason: null,
  ...change
})

describe("the transfers of the last evenings", () => {
  it("are grouped by the evening that they were for, the last one first", () => {
    const evenings = byEvening([
      entry("iiko.negative-transfer:2026-11-26/a/b", { what: "10 products" }),
      entry("iiko.negative-transfer:2026-11-27/a/c", { status: "failed", errorReason: foreignText("409: closed") }),
      entry("iiko.negative-transfer:2026-11-26/a/c", {
        what: "2 products",
        status: "unknown",
        detailReason: foreignText("ask"),
        errorReason: foreignText("?")
      }),
      entry("iiko.internal-transfer:TR-000001"),
      entry("iiko.negative-transfer:nonsense")
    ])
    assert.deepEqual(evenings, [
      {
        day: "2026-11-27",
        items: [
          {
            what: "iiko.negative-transfer:2026-11-27/a/c",
            status: "failed",
            detail: foreignText("409: closed"),
            source: "a",
            target: "c"
          }
        ]
      },
      {
        day: "2026-11-26",
        items: [
          { what: "2 products", status: "unknown", detail: foreignText("ask"), source: "a", target: "c" },
          { what: "10 products", status: "done", detail: null, source: "a", target: "b" }
        ]
      }
    ])
    assert.deepEqual(byEvening([]), [])
  })

  it.effect("are found in the log that the action itself writes", () =>
    Effect.gen(function* () {
      const { entries, run, store } = yield* start()
      const { items } = yield* run("negative-transfer")
      const evenings = byEvening(yield* entries)
      assert.lengthOf(evenings, 1)
      assert.strictEqual(evenings[0]?.day, today)
      const sent = items.filter(({ status }) => status === "done")
      assert.isNotEmpty(sent)
      assert.sameMembers(
        evenings[0]?.items.map(({ what }) => what) ?? [],
        sent.map(({ what }) => what)
      )
      const toBar = evenings[0]?.items.find(({ what }) => what.endsWith("to Бар (Мира)"))
      assert.deepInclude(toBar, { source: store("Хоз. товары (Мира)"), target: store("Бар (Мира)") })
    }).pipe(withDatabase, Effect.provide(Logger.layer([])))
  )
})
