/** The shipped lists of wages, property, statuses and the profit and loss account, in a database. */
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Context, DateTime, Effect, FileSystem, Layer, type Scope } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { load } from "../../core/config/Configuration.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { layerDatabase } from "../../test/support/database.ts"
import { connectorType } from "./index.ts"
import { sandbox } from "./sandbox.ts"

const shipped = fileURLToPath(new URL("../../config/connectors/fintablo.yaml", import.meta.url))

const lists = [
  "partner_group",
  "deal_status",
  "salary",
  "deal_salary",
  "possession",
  "amortization",
  "pnl_item"
] as const
type List = (typeof lists)[number]

const declare = Effect.fnUntraced(
  function* (environment: Readonly<Record<string, string>>) {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.makeTempDirectoryScoped()
    yield* fs.makeDirectory(`${directory}/connectors`)
    yield* fs.writeFileString(`${directory}/daemon.yaml`, "timezone: Europe/Kaliningrad\n")
    yield* fs.copyFile(shipped, `${directory}/connectors/fintablo.yaml`)
    const { connectors } = yield* load({ directory, types: [connectorType], environment })
    return yield* Effect.fromNullishOr(connectors[0])
  },
  Effect.scoped,
  Effect.provide(NodeServices.layer),
  Effect.orDie
)

/** The sandbox at that moment, syncs of the seven lists, and their tables. */
const start = Effect.fnUntraced(function* (at: string) {
  yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe(at)))
  const vendor = yield* sandbox.start()
  const declaration = yield* declare(vendor.environment)
  const registry = Registry.layer({ connectors: [declaration], jobs: [] }, [connectorType])
  const { run } = Context.get(
    yield* Layer.build(Sync.layer.pipe(Layer.provide(registry), Layer.provide(layerHttp))),
    Sync
  )
  const sql = yield* SqlClient.SqlClient
  const entities = declaration.entities.filter(({ name }) => lists.some((list) => list === name))
  const sync = Effect.gen(function* () {
    const results = yield* run(entities, { trigger: "test", actor: null })
    for (const { entity, status, warnings } of results) assert.deepEqual([status, ...warnings], ["ok"], entity)
    const written = (count: "inserted" | "updated" | "deleted") =>
      Object.fromEntries(results.flatMap((result) => (result[count] > 0 ? [[result.entity, result[count]]] : [])))
    return { inserted: written("inserted"), updated: written("updated"), deleted: written("deleted") }
  })
  const rows = (list: List) =>
    Effect.map(
      sql<{ row: Record<string, unknown> }>`
        select to_jsonb(t) - '_first_seen_at' - '_changed_at' as row from ${sql.literal(`ft_${list}`)} t order by 1`,
      (found) => found.map(({ row }) => row)
    )
  return { ...vendor, rows, sync }
})

const withDatabase = <A, E>(
  effect: Effect.Effect<A, E, Layer.Success<typeof layerDatabase> | Scope.Scope>
): Effect.Effect<A, unknown, Scope.Scope> =>
  Effect.flatMap(TestClock.withLive(Layer.build(layerDatabase)), (services) => Effect.provide(effect, services))

const positions = [
  { positionId: 142, type: "direct-production", post: "Инженер", department: "Производство", directionId: 31 }
]
const directions = [{ date: "11.2024", directions: [{ directionId: 31, percentage: 100 }] }]
const totalPay = { fix: 30000, bonus: 10000, percent: null, forfeit: null, deal: 5000, amount: 45000 }

describe("FinTablo's lists", () => {
  it.effect("become rows as the vendor's own examples say", () =>
    withDatabase(
      Effect.gen(function* () {
        const { rows, state, sync } = yield* start("2024-10-15T12:00:00+02:00")
        const fill = (list: keyof typeof state.items, ...items: (typeof state.items)[typeof list]) =>
          state.items[list].splice(0, Number.POSITIVE_INFINITY, ...items)
        fill("partner-group", { id: 167, name: "Клиенты" })
        fill("deal-status", { id: 778, name: "В обработке" })
        const [month, name] = ["09.2024", "Иванов И.И."]
        fill("salary", {
          ...{ id: 100, name, date: month, positions, totalPay, payed: 30000, currentArrear: 15000 },
          ...{ previousArrear: 0, totalArrear: 15000, tax: 5850, fee: 9276.83, comment: null }
        })
        const [post, department] = ["Менеджер по продажам", "Маркетинг и продажи"]
        const wage = { id: 2, dealId: 1345, employeeId: 100, post, department, value: 2000, currency: "RUB" }
        fill("deal-salary", { ...wage, date: "11.06.2024", comment: null })
        const desk = { id: 130, name: "Стол", type: "Офисная техника", value: 100, purchaseDate: "10.10.2024" }
        const worn = { amortizationTime: 1, amortizationStart: "01.2025", paidEarly: 1 }
        fill("possession", { ...desk, ...worn, positions: directions, comment: "Новое,", nds: 20000 })
        const entry = { id: 8573, categoryId: 4573, value: 1000, nds: 60, date: "01.2022", directionId: 754 }
        const url = "https://drive.google.com/documnetId"
        fill("pnl-item", { ...entry, comment: "от Иванова А.А.", url })
        // In its examples these have a comma behind them.
        state.switches.drift = ["deal-salary.employeeId", "amortization.possessionId", "amortization.date"]
        yield* sync

        assert.deepEqual(yield* rows("partner_group"), [{ id: 167, name: "Клиенты" }])
        assert.deepEqual(yield* rows("deal_status"), [{ id: 778, name: "В обработке" }])
        assert.deepEqual(yield* rows("salary"), [
          {
            ...{ employee_id: 100, name, date: "2024-09-01", positions, total_pay: totalPay, payed: 30000 },
            ...{ current_arrear: 15000, previous_arrear: 0, total_arrear: 15000, tax: 5850, fee: 9276.83 },
            comment: null
          }
        ])
        const paid = { id: 2, deal_id: 1345, employee_id: 100, post, department, value: 2000, currency: "RUB" }
        assert.deepEqual(yield* rows("deal_salary"), [{ ...paid, date: "2024-06-11", comment: null }])
        assert.deepEqual(yield* rows("possession"), [
          {
            ...{ id: 130, name: "Стол", type: "Офисная техника", value: 100, nds: 20000 },
            ...{ purchase_date: "2024-10-10", amortization_time: 1, amortization_start: "2025-01-01" },
            ...{ paid_early: true, positions: directions, comment: "Новое," }
          }
        ])
        assert.deepEqual(yield* rows("amortization"), [
          { possession_id: 130, date: "2025-01-01", name: "Стол", value: 100 }
        ])
        assert.deepEqual(yield* rows("pnl_item"), [
          {
            ...{ id: 8573, category_id: 4573, direction_id: 754, value: 1000, nds: 60, date: "2022-01-01" },
            ...{ url, comment: "от Иванова А.А." }
          }
        ])
      })
    )
  )

  it.effect("are mirrored, a second sync writes nothing, and a third what has changed", () =>
    withDatabase(
      Effect.gen(function* () {
        const { rows, state, sync } = yield* start("2026-03-05T12:00:00+02:00")
        const { items } = state
        const schedule = items.possession.reduce((months, { amortizationTime }) => months + Number(amortizationTime), 0)
        const first = yield* sync
        assert.deepEqual(first.inserted, {
          partner_group: 2,
          deal_status: 5,
          salary: 180,
          deal_salary: 40,
          possession: 70,
          amortization: schedule,
          pnl_item: 90
        })
        assert.deepEqual(yield* sync, { inserted: {}, updated: {}, deleted: {} })

        const [category] = items["pnl-item"].splice(0, 1)
        items["pnl-item"].push({ ...category, id: 1 })
        const [sold] = items.possession.splice(0, 1)
        items["deal-salary"].pop()
        Object.assign(items["deal-status"][0] ?? {}, { name: "Первая" })
        for (const row of items.salary) if (row.date === "01.2026") row.payed = 1
        const changed = yield* sync
        assert.deepEqual(changed.inserted, { pnl_item: 1 })
        assert.deepEqual(changed.updated, { deal_status: 1, salary: 60 })
        assert.deepEqual(changed.deleted, {
          deal_salary: 1,
          possession: 1,
          amortization: Number(sold?.amortizationTime),
          pnl_item: 1
        })
        const ids = (list: ReadonlyArray<{ readonly id: number }>) => list.map(({ id }) => id).toSorted((a, b) => a - b)
        for (const [list, name] of [
          ["pnl_item", "pnl-item"],
          ["possession", "possession"],
          ["deal_salary", "deal-salary"]
        ] as const) {
          const stored = yield* rows(list)
          assert.deepEqual(
            stored.map(({ id }) => Number(id)).toSorted((a, b) => a - b),
            ids(items[name])
          )
        }
      })
    )
  )

  it.effect("keep the wages of months that are asked for no more, each month once", () =>
    withDatabase(
      Effect.gen(function* () {
        const { requests, rows, state, sync } = yield* start("2026-05-31T12:00:00+02:00")
        state.items.salary = state.items.salary.filter(({ date }) => date !== "05.2026")
        yield* sync
        const asked = (yield* requests).flatMap(({ path, query }) => (path === "/v1/salary" ? [query] : []))
        const pages = (month: string, count: number) =>
          Array.from({ length: count }, (_, at) => `?page=${at + 1}&date=${month}`)
        // Two pages of rows and an empty one of April and March; nothing of the others.
        assert.deepEqual(asked, [
          ...pages("02.2026", 1),
          ...pages("03.2026", 3),
          ...pages("04.2026", 3),
          ...pages("05.2026", 1)
        ])
        yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2026-07-31T12:00:00+02:00")))
        state.items.salary = []
        yield* sync
        const months = (yield* rows("salary")).map(({ date }) => date)
        assert.deepEqual(
          [...Map.groupBy(months, (month) => month)].map(([month, all]) => [month, all.length]).toSorted(),
          [
            ["2026-03-01", 60],
            ["2026-04-01", 60]
          ]
        )
      })
    )
  )
})
