import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import { plain } from "../../../core/cli/render/terminal/Style.ts"
import * as LogView from "../../../core/cli/render/views/LogView.ts"
import * as PendingView from "../../../core/cli/render/views/PendingView.ts"
import * as ReloadView from "../../../core/cli/render/views/ReloadView.ts"
import * as RunView from "../../../core/cli/render/views/RunView.ts"
import * as StatusView from "../../../core/cli/render/views/StatusView.ts"
import * as TokensView from "../../../core/cli/render/views/TokensView.ts"
import { run } from "./fixtures.ts"

const view = { width: 80, style: plain }
const at = (time: string): DateTime.Utc => DateTime.makeUnsafe(`2026-03-04T${time}Z`)
const now = at("12:00:00")
const local = DateTime.makeZonedUnsafe(now, { timeZone: "Europe/Kaliningrad" })

describe("StatusView", () => {
  const status = (id: string, over: Partial<StatusView.EntityStatus>): StatusView.EntityStatus => {
    const { connector, entity, account } = run(id)
    const nothing = { rows: null, freshAt: null, cursorAt: null, last: null, pending: 0 }
    return { connector, entity, account, state: "never", ...nothing, ...over }
  }
  const last = run("", { inserted: 12, deleted: 1 })

  it("shows problems first, then what was never synced, with the next steps", () => {
    const entities = [
      status("iiko.product", { state: "fresh", rows: 2000, freshAt: at("11:48:00"), last }),
      status("iiko.store", {}),
      status("fintablo.deal", {
        state: "failed",
        rows: 510,
        freshAt: at("09:00:00"),
        last: run("", { status: "failed", error: "GET /v1/deal: no connection" }),
        pending: 310
      })
    ]
    assert.deepStrictEqual(StatusView.render(entities, now, view).split("\n"), [
      "entity         fresh       last run   rows  pending  changes",
      "fintablo.deal  3 h ago     failed      510      310",
      "  GET /v1/deal: no connection",
      "iiko.store     never",
      "iiko.product   12 min ago  ok        2 000           +12 -1",
      "",
      "3 entities: 1 ok, 1 failed, 1 never synced",
      "  → which systems answer: tributary doctor",
      "  → to read what was never synced: tributary sync",
      "  → to decide on pending deletes: tributary deletes"
    ])
  })

  it("keeps what failed at the top while it runs again, and counts what is running", () => {
    const running = { ...run(""), status: "running" as const }
    const entities = [
      status("iiko.product", { state: "fresh", last }),
      status("iiko.store", { state: "late", last }),
      status("fintablo.deal", { state: "failed", last: running })
    ]
    const [, ...lines] = StatusView.render(entities, now, view).split("\n")
    assert.deepStrictEqual(
      lines.slice(0, 3).map((line) => line.split(/\s+/)[0]),
      ["fintablo.deal", "iiko.store", "iiko.product"]
    )
    assert.include(lines, "3 entities: 2 ok, 1 running")
  })

  it("counts the accounts of an entity by their state", () => {
    const many = status("allegro.order", { state: "failed", accounts: { fresh: 1_200, failed: 1 } })
    assert.include(StatusView.render([many], now, view), "1 201 accounts: 1 failed, 1 200 fresh")
  })

  it("shows how old the cursor of an incremental read is", () => {
    const read = status("allegro.order_event", { state: "fresh", last, cursorAt: at("11:57:00") })
    assert.match(StatusView.render([read], now, view), / cursor\n.* 3 min ago\n/)
  })

  it("says where entities come from when there are none", () => {
    assert.match(StatusView.render([], now, view), /^No entity is declared\./)
  })
})

describe("LogView", () => {
  it("lists runs as they are given, with their errors", () => {
    const row = (id: number, over: Partial<LogView.AuditRow>): LogView.AuditRow => ({
      ...run("iiko.product", { fetched: 2000, updated: 3 }),
      id,
      trigger: "job",
      actor: "morning-sync",
      startedAt: at("05:00:00"),
      finishedAt: at("05:00:04"),
      ...over
    })
    const rows = [
      row(1042, { status: "running", finishedAt: null, trigger: "cli", actor: null, fetched: 0, updated: 0 }),
      row(1041, { status: "failed", fetched: 0, updated: 0, error: "interrupted" }),
      row(999, {
        startedAt: DateTime.makeUnsafe("2026-03-03T05:00:00Z"),
        finishedAt: DateTime.makeUnsafe("2026-03-03T05:01:12Z")
      })
    ]
    assert.deepStrictEqual(LogView.render(rows, local, { ...view, width: 100 }).split("\n"), [
      "  id  started      entity        status   by                fetched  changes        time",
      "1042  07:00:00     iiko.product  running  cli                     0",
      "1041  07:00:00     iiko.product  failed   job morning-sync        0                  4 s",
      "  interrupted",
      " 999  3 Mar 07:00  iiko.product  ok       job morning-sync    2 000  ~3       1 min 12 s"
    ])
  })

  it("says of which runs it knows what they asked last", () => {
    const row = (id: number, hasRequests: boolean): LogView.AuditRow => ({
      ...run("iiko.product", {}),
      ...{ id, hasRequests, trigger: "cli", actor: null, startedAt: at("05:00:00"), finishedAt: at("05:00:04") }
    })
    const last = (...rows: ReadonlyArray<LogView.AuditRow>) =>
      LogView.render(rows, local, { ...view, width: 120 })
        .split("\n")
        .at(-1)
    assert.include(last(row(9, false), row(8, true)), "what it asked last: tributary log --run 8")
    assert.include(last(...[8, 7, 6].map((id) => row(id, true))), "tributary log --run 8, or of 7, 6")
    assert.include(last(...[8, 7, 6, 5, 4, 3, 2].map((id) => row(id, true))), "--run 8, or of 7, 6, 5, 4, 3…")
    assert.notInclude(last(row(8, false)), "asked last")
  })

  it("says which runs are of what is not declared any more, and advises commands as they were called", () => {
    const row = (id: number, isDeclared: boolean): LogView.AuditRow => ({
      ...run("old.product", {}),
      ...{ id, isDeclared, trigger: "cli", actor: null, startedAt: at("05:00:00"), finishedAt: at("05:00:04") },
      hasRequests: true
    })
    const log = (config: string, ...rows: ReadonlyArray<LogView.AuditRow>) =>
      LogView.render(rows, local, { ...view, width: 120, config })
    assert.match(log("x", row(9, false)), /old\.product.*\n {2}not declared now\n/)
    assert.notMatch(log("x", row(9, true)), /declared/)
    assert.match(log("/srv/config", row(9, true)), /what it asked last: tributary --config \/srv\/config log --run 9$/)
    assert.include(log("my config"), "`tributary --config 'my config' sync` starts one.")
    const program = "npm run demo --"
    assert.include(LogView.render([], local, { ...view, program }), "`npm run demo -- sync` starts one.")
    assert.include(TokensView.render([], local, { ...view, program }), "`npm run demo -- tokens add NAME")
  })

  it("says how to start when nothing ran yet", () => {
    assert.strictEqual(LogView.render([], local, view), "No run is recorded. `tributary sync` starts one.")
  })
})

describe("RunView", () => {
  const asked = { at: "2026-03-04T05:00:01.000Z", method: "GET", path: "/v1/deal?page=4&pageSize=500", ms: 1210 }
  const failed: RunView.RunDetail = {
    ...run("fintablo.deal", { status: "failed", fetched: 1500, rejected: 2, error: "answered 500: «busy»" }),
    ...{ id: 1042, trigger: "job", actor: "morning-sync", requests: 5, bytes: 123456 },
    ...{ startedAt: at("05:00:00"), finishedAt: at("05:00:14") },
    warnings: ["2 of 1 500 records were rejected"],
    rejects: [{ position: 3, key: { id: "17" }, field: "amount", reason: "no decimal", value: "a lot", record: "{}" }],
    lastRequests: [
      { ...asked, status: 500, head: "busy\u001b[2J", error: null },
      { ...asked, status: null, head: "", error: "connection refused" }
    ]
  }

  it("knows a record without a key by what it holds", () => {
    const keyless = { position: 3, key: null, field: "id", reason: "missing", value: null, record: '{"name":"Bolt"}' }
    const shown = RunView.render({ ...failed, lastRequests: [], rejects: [keyless] }, local, { ...view, width: 60 })
    assert.include(shown, '     3  {"name":"Bolt"}  id     missing')
    const long = { ...keyless, record: JSON.stringify({ name: "Bolt ".repeat(100) }) }
    for (const width of [20, Number.POSITIVE_INFINITY]) {
      const cut = RunView.render({ ...failed, lastRequests: [], rejects: [long] }, local, { ...view, width })
      assert.isBelow(cut.split("Bolt").length, 14, cut)
    }
  })

  it("tells why, what was asked last and what was rejected, in sixty columns", () => {
    assert.deepStrictEqual(RunView.render(failed, local, { ...view, width: 60 }).split("\n"), [
      "Run 1042 of fintablo.deal: failed",
      "  started 07:00:00, took 14 s, by job morning-sync",
      "  1 500 fetched in 5 requests (123 456 bytes), 2 rejected, 0",
      "  unchanged",
      "",
      "  answered 500: «busy»",
      "",
      "  2 of 1 500 records were rejected",
      "",
      "The last 2 requests, newest last; secrets are blanked",
      "",
      "at        request                           status      time",
      "07:00:01  GET /v1/deal?page=4&pageSize=500  500        1.2 s",
      "  busy\\u{1b}[2J",
      "07:00:01  GET /v1/deal?page=4&pageSize=500  no answer  1.2 s",
      "  connection refused",
      "",
      "The first 1 of 2 rejected records",
      "",
      "record  key    field   is          value",
      "     3  id=17  amount  no decimal  a lot"
    ])
  })

  it("of a run that went well has no more to tell", () => {
    const well = {
      ...failed,
      status: "ok" as const,
      error: null,
      warnings: [],
      rejects: [],
      lastRequests: [],
      rejected: 0
    }
    const noted = RunView.render({ ...well, notes: ["3 records were left out"] }, local, view).split("\n")
    assert.deepStrictEqual(noted.slice(-2), ["", "  3 records were left out"])
    assert.deepStrictEqual(RunView.render(well, local, view).split("\n"), [
      "Run 1042 of fintablo.deal: ok",
      "  started 07:00:00, took 14 s, by job morning-sync",
      "  1 500 fetched in 5 requests (123 456 bytes), nothing changed, 0 unchanged"
    ])
  })
})

describe("what a start changed", () => {
  const none = { added: [], changed: [], removed: [] }
  const changes = {
    ...{
      connectors: none,
      entities: { ...none, added: ["shop.label"], removed: ["shop.tag"] },
      jobs: none,
      plugins: none
    },
    ...{ rebuilt: [], daemon: ["log"], restart: [] }
  }
  const started: Parameters<typeof ReloadView.renderStart>[0] = {
    ...{ id: 3, hash: "h", loadedAt: at("11:55:00"), trigger: "start", actor: null, status: "ok", changes },
    ...{ diagnostics: [], error: null, reasons: [] }
  }

  it("is told until the next reload, and of no start with the same files", () => {
    assert.deepStrictEqual(ReloadView.renderStart(started, now, view)?.split("\n"), [
      "The daemon was started 5 min ago with other files than ran before.",
      "entities",
      "  + shop.label",
      "  - shop.tag",
      "daemon.yaml",
      "  ~ log"
    ])
    const same = { ...changes, entities: none, daemon: [] }
    assert.match(ReloadView.renderStart({ ...started, changes: same }, now, view) ?? "", /They mean the same\.$/)
    assert.isUndefined(ReloadView.renderStart({ ...started, trigger: "cli" }, now, view))
    assert.isUndefined(ReloadView.renderStart({ ...started, changes: null }, now, view))
  })
})

describe("PendingView", () => {
  it("shows the reason, some of the rows and both decisions", () => {
    const pending: PendingView.PendingDelete = {
      id: 7,
      connector: "fintablo",
      entity: "deal",
      account: null,
      table: "public.ft_deal",
      createdAt: at("10:00:00"),
      reason: "61 % of 510 rows would go, the guard allows 50 %",
      rows: 310,
      sample: [{ id: "17" }, { id: "18" }]
    }
    assert.deepStrictEqual(PendingView.render([pending], now, view).split("\n"), [
      "id  entity         table           rows  withheld",
      " 7  fintablo.deal  public.ft_deal   310  2 h ago",
      "  61 % of 510 rows would go, the guard allows 50 %",
      "  id=17, id=18 and 308 more (--all shows them)",
      "",
      "1 delete of 310 rows in all",
      "  → delete the rows: tributary deletes apply 7",
      "  → keep them: tributary deletes drop 7"
    ])
  })

  it("says when nothing waits", () => {
    assert.strictEqual(PendingView.render([], now, view), "No deletes wait for a decision.")
  })
})
