/** `/v2/reports/olap`: JSON reports with filters, the columns that may be used in them, and saved presets. */
import { DateTime, Effect, Schema } from "effect"
import { json, visible } from "../../../../core/sdk-sandbox.ts"
import { badRequest, type Call, conflict, type Endpoint, isTrue, Refusal } from "../Responses.ts"
import { addDays, dayOf, toWallClock } from "../Time.ts"
import type { Cube, Fact, Period } from "./OlapFields.ts"
import { allow, cubeFor, report, type Shape, summary } from "./OlapReport.ts"

const Value = Schema.NullOr(Schema.Union([Schema.String, Schema.Number]))
const bounds = {
  includeLow: Schema.optionalKey(Schema.Boolean),
  includeHigh: Schema.optionalKey(Schema.Boolean)
}
const Filter = Schema.Union([
  Schema.Struct({
    filterType: Schema.Literals(["IncludeValues", "ExcludeValues"]),
    values: Schema.Array(Value)
  }),
  Schema.Struct({
    filterType: Schema.Literal("Range"),
    from: Schema.optionalKey(Schema.NullOr(Schema.Number)),
    to: Schema.optionalKey(Schema.NullOr(Schema.Number)),
    ...bounds
  }),
  Schema.Struct({
    filterType: Schema.Literal("DateRange"),
    periodType: Schema.optionalKey(Schema.String),
    from: Schema.String,
    to: Schema.optionalKey(Schema.String),
    ...bounds
  })
])
type Filter = typeof Filter.Type
type DateRange = Extract<Filter, { filterType: "DateRange" }>

const Names = Schema.optionalKey(Schema.Array(Schema.String))
const Query = Schema.Struct({
  reportType: Schema.String,
  /** Clients also send the word in quotes. */
  buildSummary: Schema.optionalKey(Schema.Union([Schema.Boolean, Schema.Literals(["true", "false"])])),
  groupByRowFields: Names,
  groupByColFields: Names,
  aggregateFields: Names,
  filters: Schema.optionalKey(Schema.Record(Schema.String, Filter))
})
type Query = typeof Query.Type
const decodeQuery = Schema.decodeUnknownEffect(Schema.fromJsonString(Query))

const units = { WEEK: "week", MONTH: "month", YEAR: "year" } as const

/** The days of a named period, the first inclusive and the last exclusive; undefined for periods given by dates. */
const namedPeriod = (periodType: string, today: string): readonly [string, string] | undefined => {
  if (periodType === "TODAY") return [today, addDays(today, 1)]
  if (periodType === "YESTERDAY") return [addDays(today, -1), today]
  const [, which, name] = /^(CURRENT|LAST)_(WEEK|MONTH|YEAR)$/.exec(periodType) ?? []
  if (name !== "WEEK" && name !== "MONTH" && name !== "YEAR") return undefined
  const unit = units[name]
  const start = DateTime.startOf(DateTime.makeUnsafe(today), unit, { weekStartsOn: 1 })
  const step = (count: number) => DateTime.formatIsoDateUtc(DateTime.add(start, { [`${unit}s`]: count }))
  return which === "LAST" ? [step(-1), step(0)] : [step(0), step(1)]
}

/** `to` is exclusive unless `includeHigh` says otherwise. */
const periodOf = Effect.fnUntraced(function* (filter: DateRange, today: string) {
  const named = namedPeriod(filter.periodType ?? "CUSTOM", today)
  if (named) return { from: `${named[0]}T00:00:00`, to: `${named[1]}T00:00:00` }
  const [from, to] = [toWallClock(filter.from), toWallClock(filter.to ?? today)]
  if (from === undefined || to === undefined) {
    return yield* badRequest(`Wrong date format: ${from === undefined ? filter.from : filter.to}`)
  }
  return {
    from: filter.includeLow === false ? `${addDays(dayOf(from), 1)}T00:00:00` : from,
    to: filter.includeHigh === true ? `${addDays(dayOf(to), 1)}T00:00:00` : to
  }
})

const accepts = (name: string, filter: Filter) => {
  if (filter.filterType === "DateRange") return () => true
  if (filter.filterType === "Range") {
    const { from, to, includeLow = true, includeHigh = false } = filter
    return (fact: Fact): boolean => {
      const value = Number(fact[name] ?? 0)
      const isAbove = from == null || value > from || (includeLow && value === from)
      const isBelow = to == null || value < to || (includeHigh && value === to)
      return isAbove && isBelow
    }
  }
  const values = new Set(filter.values)
  const wanted = filter.filterType === "IncludeValues"
  return (fact: Fact): boolean => values.has(fact[name] ?? null) === wanted
}

const answer = Effect.fnUntraced(function* ({ request, state, now }: Call, query: Query, given?: Period) {
  const cube = yield* cubeFor(query.reportType)
  const shape: Shape = {
    rows: query.groupByRowFields ?? [],
    columns: query.groupByColFields ?? [],
    aggregates: query.aggregateFields ?? []
  }
  const filters = query.filters ?? {}
  yield* allow(cube, [...shape.rows, ...shape.columns], "groupingAllowed")
  yield* allow(cube, shape.aggregates, "aggregationAllowed")
  yield* allow(cube, Object.keys(filters), "filteringAllowed")
  const period = given ?? (yield* periodOf(yield* dateFilter(cube, filters), dayOf(now)))
  const accepted = Object.entries(filters).map(([name, filter]) => accepts(name, filter))
  const facts = cube.facts(state, period, shape.aggregates).filter((fact) => accepted.every((accept) => accept(fact)))
  const wantsSummary = String(query.buildSummary ?? state.behaviour.olapSummary ?? false) === "true"
  return json({
    data: visible(request, report(cube, facts, shape)),
    summary: wantsSummary ? summary(cube, facts, shape) : []
  })
})

const dateFilter = (cube: Cube, filters: Readonly<Record<string, Filter>>) => {
  for (const name of cube.dateFields) {
    const filter = filters[name]
    if (filter?.filterType === "DateRange") return Effect.succeed(filter)
  }
  return Effect.fail(badRequest(`Filter by date is required: ${cube.dateFields.join(" or ")}`))
}

export const olapV2: Endpoint = Effect.fnUntraced(function* (call) {
  const query = yield* decodeQuery(call.request.body).pipe(Effect.mapError((error) => badRequest(error.message)))
  return yield* answer(call, query)
})

export const olapColumns: Endpoint = Effect.fnUntraced(function* ({ query }) {
  return json((yield* cubeFor(query.get("reportType") ?? "")).fields)
})

interface Preset extends Query {
  readonly id: string
  readonly name: string
  /** Some presets exist but cannot be run by their id. */
  readonly broken?: string
}

const presets: ReadonlyArray<Preset> = [
  {
    id: "0c5e4d3a-7a10-4c5e-a001-000000000001",
    name: "Продажи по типам оплат",
    reportType: "SALES",
    groupByRowFields: ["Department", "PayTypes"],
    aggregateFields: ["DishDiscountSumInt", "DishAmountInt"]
  },
  {
    id: "0c5e4d3a-7a10-4c5e-a001-000000000002",
    name: "Движение по складам",
    reportType: "TRANSACTIONS",
    groupByRowFields: ["Account.Name", "Product.Name", "TransactionType"],
    aggregateFields: ["Amount", "Sum.ResignedSum"]
  },
  {
    id: "0c5e4d3a-7a10-4c5e-a001-000000000003",
    name: "Выручка по часам",
    reportType: "SALES",
    groupByRowFields: ["HourClose"],
    aggregateFields: ["DishDiscountSumInt"],
    broken: "Отчет не может быть построен: фильтр пресета недоступен через API"
  }
]

export const olapPresets: Endpoint = ({ request }) => {
  const reportType = request.path.split("/presets/")[1]
  const shown = presets.filter((preset) => reportType === undefined || preset.reportType === reportType)
  return Effect.succeed(json(shown.map(({ broken, ...preset }) => preset)))
}

export const olapByPreset: Endpoint = Effect.fnUntraced(function* (call) {
  const { query, request } = call
  const id = request.path.split("/").at(-1)
  const preset = presets.find((each) => each.id === id)
  if (preset === undefined) return yield* new Refusal({ status: 404, text: `Preset ${id} not found` })
  if (preset.broken !== undefined) return yield* conflict(preset.broken)
  const [from, to] = ["dateFrom", "dateTo"].map((name) => toWallClock(query.get(name) ?? ""))
  if (from === undefined || to === undefined)
    return yield* badRequest("Wrong date format: dateFrom and dateTo are required")
  return yield* answer(call, { ...preset, buildSummary: isTrue(query.get("summary"), false) }, { from, to })
})
