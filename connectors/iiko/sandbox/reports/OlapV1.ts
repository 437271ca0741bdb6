/** `GET /reports/olap`: XML rows whose elements are named after the fields, dots included. */
import { Effect } from "effect"
import { visible } from "../../../../core/sdk-sandbox.ts"
import { badRequest, type Call, type Endpoint, isTrue, xmlList } from "../Responses.ts"
import { addDays, fromDotted } from "../Time.ts"
import { isOlderThan } from "../Version.ts"
import { allow, cubeFor, report } from "./OlapReport.ts"

const dottedDay = Effect.fnUntraced(function* ({ query }: Call, name: string) {
  const text = query.get(name)
  if (text === null) return yield* badRequest(`Parameter ${name} may not be null`)
  return fromDotted(text) ?? (yield* badRequest(`Wrong date format: ${text}, expected dd.MM.yyyy`))
})

export const olapV1: Endpoint = Effect.fnUntraced(function* (call) {
  const { query, request, state } = call
  const { olapSummary, olapToExclusive, version } = state.behaviour
  const cube = yield* cubeFor(query.get("report") ?? "")
  const from = yield* dottedDay(call, "from")
  const to = yield* dottedDay(call, "to")
  const rows = [...query.getAll("groupRow"), ...query.getAll("groupCol")]
  const aggregates = query.getAll("agr")
  yield* allow(cube, rows, "groupingAllowed")
  yield* allow(cube, aggregates, "aggregationAllowed")

  const period = { from: `${from}T00:00:00`, to: `${olapToExclusive ? to : addDays(to, 1)}T00:00:00` }
  const facts = cube.facts(state, period, aggregates)
  const found = visible(request, report(cube, facts, { rows, columns: [], aggregates }))
  const withSummary = isTrue(query.get("summary"), olapSummary ?? isOlderThan(version, "9.1.2"))
  const total = withSummary ? report(cube, facts, { rows: [], columns: [], aggregates }) : []
  return xmlList("rows", "r", [...found, ...total])
})
