/** Assembly charts (recipes), complete and as increments. */
import { Effect } from "effect"
import { json, visible } from "../../../../core/sdk-sandbox.ts"
import { type AssemblyChart, roundTo } from "../Model.ts"
import { badRequest, type Call, type Endpoint, isTrue } from "../Responses.ts"
import { isDay } from "../Time.ts"

const chartConstants = {
  productWriteoffStrategy: "ASSEMBLE",
  effectiveDirectWriteoffStoreSpecification: { departments: [], inverse: false },
  productSizeAssemblyStrategy: "COMMON",
  description: "",
  appearance: "",
  organoleptic: "",
  outputComment: ""
}

const wholeChart = ({ revision, items, ...chart }: AssemblyChart) => ({
  ...chart,
  ...chartConstants,
  items: items.map((item) => ({
    ...item,
    productSizeSpecification: null,
    storeSpecification: null,
    amountMiddle: item.amountOut,
    amountIn1: 0,
    amountOut1: 0,
    amountIn2: 0,
    amountOut2: 0,
    amountIn3: 0,
    amountOut3: 0,
    packageCount: 0,
    packageTypeId: null
  }))
})

/** Prepared items have the norm for one unit, or on some installations only the chart's own amounts. */
const preparedChart = (chart: AssemblyChart, profile: "amount" | "amountOut") => ({
  id: chart.id,
  assembledProductId: chart.assembledProductId,
  dateFrom: chart.dateFrom,
  dateTo: chart.dateTo,
  ...(profile === "amountOut" ? { assembledAmount: chart.assembledAmount } : {}),
  productSizeAssemblyStrategy: "COMMON",
  items: chart.items.map(({ id, sortWeight, productId, amountIn, amountOut }) => ({
    id,
    sortWeight,
    productId,
    productSizeSpecification: null,
    storeSpecification: null,
    ...(profile === "amount" ? { amount: roundTo(amountIn / chart.assembledAmount, 6) } : { amountOut })
  }))
})

const reply = ({ request, query, state }: Call, charts: ReadonlyArray<AssemblyChart>) => {
  const shown = visible(request, charts)
  return json({
    knownRevision: state.revision(),
    assemblyCharts: shown.map(wholeChart),
    preparedCharts: isTrue(query.get("includePreparedCharts"), false)
      ? shown.map((chart) => preparedChart(chart, state.behaviour.preparedItems))
      : null,
    deletedAssemblyChartIds: null,
    deletedPreparedChartIds: null
  })
}

/** Charts that are in force at some time between `dateFrom` and `dateTo`, which is exclusive. */
export const allCharts: Endpoint = Effect.fnUntraced(function* (call) {
  const { query, state } = call
  const from = query.get("dateFrom")
  if (from === null) return yield* badRequest("Parameter dateFrom may not be null")
  const to = query.get("dateTo") ?? "9999-12-31"
  for (const day of [from, to]) {
    if (!isDay(day)) return yield* badRequest(`Wrong date format: ${day}, expected yyyy-MM-dd`)
  }
  const withDeleted = isTrue(query.get("includeDeletedProducts"), true)
  const deleted = new Set(state.products.filter((product) => product.deleted).map(({ id }) => id))
  return reply(
    call,
    state.charts.filter(
      (chart) =>
        chart.dateFrom < to &&
        (chart.dateTo === null || chart.dateTo > from) &&
        (withDeleted || !deleted.has(chart.assembledProductId))
    )
  )
})

/** A revision that this server never issued is answered with -1: read everything again. */
export const chartUpdates: Endpoint = Effect.fnUntraced(function* (call) {
  const known = Number(call.query.get("knownRevision") ?? Number.NaN)
  if (!Number.isInteger(known)) return yield* badRequest("Parameter knownRevision may not be null")
  if (known >= 0 && known <= call.state.revision()) {
    return reply(
      call,
      call.state.charts.filter(({ revision }) => revision > known)
    )
  }
  return json({
    knownRevision: -1,
    assemblyCharts: null,
    preparedCharts: null,
    deletedAssemblyChartIds: null,
    deletedPreparedChartIds: null
  })
})
