import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Schema } from "effect"
import type { ActionRun, Entry } from "../../core/actions/Actions.ts"
import { plain } from "../../core/cli/render/terminal/Style.ts"
import * as ActionsView from "../../core/cli/render/views/ActionsView.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { makePlace } from "../support/program.ts"

const Document = Schema.fromJsonString(
  Schema.Struct({
    entries: Schema.optionalKey(Schema.Array(Schema.Struct({ id: Schema.Int, status: Schema.String }))),
    error: Schema.optionalKey(Schema.String)
  })
)
const documentOf = (text: string) => Schema.decodeUnknownEffect(Document)(text)

describe("the commands of actions", () => {
  it.live("list, refuse what there is not, and let a person decide", () =>
    Effect.gen(function* () {
      const files = { "config/connectors/shop.yaml": "type: rest\nbaseUrl: http://127.0.0.1:9\n" }
      const { run, sql } = yield* makePlace({ files, secrets: {} })
      const listed = yield* run("actions")
      assert.deepInclude(listed, { code: 0, stdout: "No connector that is declared can be acted on.\n" })
      const unknown = yield* run("action", "shop.move", "--dry-run", "--json")
      assert.strictEqual(unknown.code, 2)
      assert.match((yield* documentOf(unknown.stdout)).error ?? "", /there is no action "shop.move"/)
      assert.strictEqual((yield* run("action", "shop.move", "--input", "{store")).code, 2)

      yield* sql`
        insert into tributary.action_log (action, key, attempt, what, status, trigger, request, created_at)
        values ('shop.move', 'shop.move:1', gen_random_uuid(), '1 kg of flour', 'sending', 'job', '{}', now())`
      const decided = yield* run("actions", "resolve", "1", "failed")
      assert.strictEqual(decided.code, 0)
      assert.match(decided.stdout, /"1 kg of flour" is failed\. It is sent again when the action runs again\./)
      const { entries } = yield* documentOf((yield* run("actions", "log", "--json")).stdout)
      assert.deepEqual(entries, [{ id: 1, status: "failed" }])
      assert.match((yield* run("actions", "log")).stdout, /shop\.move +failed +job +1 kg of flour/)
      const again = yield* run("actions", "resolve", "1", "done")
      assert.strictEqual(again.code, 1)
      assert.match(again.stderr, /the entry 1 is failed: only an unknown one waits for a decision/)
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})

const view = { width: 70, style: plain }
const at = DateTime.makeUnsafe("2026-11-20T21:00:00Z")
const now = DateTime.setZoneNamedUnsafe(at, "Europe/Kaliningrad")

const ran: ActionRun = {
  action: "iiko.negative-transfer",
  dryRun: false,
  status: "failed",
  summary: "3 transfers",
  summaryReason: foreignText("3 transfers"),
  items: [
    {
      key: "2026-11-20/Бар (Мира)",
      what: "12 positions to Бар (Мира)",
      whatReason: foreignText("12 positions to Бар (Мира)"),
      status: "done",
      detail: null,
      detailReason: null
    },
    {
      key: "2026-11-20/Кухня (Мира)",
      what: "3 positions to Кухня (Мира)",
      whatReason: foreignText("3 positions to Кухня (Мира)"),
      status: "unknown",
      detail: "no answer",
      detailReason: foreignText("no answer")
    }
  ],
  notes: ["Порт: no store Хоз. товары (Порт)"],
  reasons: [foreignText("Порт: no store Хоз. товары (Порт)")],
  data: null,
  startedAt: at,
  finishedAt: at
}

const entry: Entry = {
  id: 7,
  action: "iiko.negative-transfer",
  key: "iiko.negative-transfer:1",
  what: "12 positions to Бар (Мира)",
  whatReason: foreignText("12 positions to Бар (Мира)"),
  status: "unknown",
  trigger: "bot",
  actor: "anna",
  request: {},
  response: null,
  error: "no answer",
  errorReason: foreignText("no answer"),
  detail: "read back at 21:01: it was not there",
  detailReason: foreignText("read back at 21:01: it was not there"),
  attempts: 2,
  resolvedBy: null,
  createdAt: at,
  finishedAt: null
}

describe("what is shown of actions", () => {
  it("is each thing with what became of it, and what to do about the unknown", () => {
    assert.strictEqual(
      ActionsView.renderRun(ran, view),
      [
        "status   what                         key",
        "done     12 positions to Бар (Мира)   2026-11-20/Бар (Мира)",
        "unknown  3 positions to Кухня (Мира)  2026-11-20/Кухня (Мира)",
        "  no answer",
        "",
        "✗ iiko.negative-transfer failed",
        "  3 transfers",
        "  Порт: no store Хоз. товары (Порт)",
        "  → look in the system whether it was applied, then: tributary actions",
        "    resolve ID done (or failed)"
      ].join("\n")
    )
    const dry = ActionsView.renderRun({ ...ran, dryRun: true, status: "ok", items: [], notes: [] }, view)
    assert.strictEqual(dry, "✓ iiko.negative-transfer ok, nothing was sent\n  3 transfers")
  })

  it("is the log with everything that is known of an entry", () => {
    const text = ActionsView.renderLog([entry], now, view)
    assert.match(text, / 7 {2}23:00:00 {2}iiko\.\S+ {2}unknown {2}bot anna/)
    for (const line of ["no answer", "read back at 21:01: it was not there", "attempt 2"]) assert.include(text, line)
  })

  it("is an action with its last entry", () => {
    const action = { id: entry.action, connector: "iiko", description: "Moves what is below zero.", input: {} }
    const text = ActionsView.render([{ ...action, readsBack: true, last: entry }], now, view)
    assert.match(text, /iiko\.negative-transfer {2}23:00:00 {2}unknown/)
    assert.include(text, "  Moves what is below zero.")
  })
})
