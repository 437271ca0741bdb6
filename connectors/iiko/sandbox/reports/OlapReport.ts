/** Grouping and summing of OLAP facts, the same for both versions of the endpoint. */
import { Effect } from "effect"
import { roundTo } from "../Model.ts"
import { badRequest } from "../Responses.ts"
import { type Cube, cubeOf, type Fact, type OlapValue } from "./OlapFields.ts"

export const cubeFor = (reportType: string) => {
  const cube = cubeOf(reportType)
  return cube === undefined
    ? Effect.fail(badRequest(`java.lang.IllegalArgumentException: Unknown OLAP report type '${reportType}'`))
    : Effect.succeed(cube)
}

type Permission = "groupingAllowed" | "aggregationAllowed" | "filteringAllowed"
const operationNames = {
  groupingAllowed: "Grouping",
  aggregationAllowed: "Aggregation",
  filteringAllowed: "Filtering"
} as const

/** The checks agree with `/columns`: first an unknown field, then a field that may not be used this way. */
export const allow = (cube: Cube, names: ReadonlyArray<string>, permission: Permission) =>
  Effect.forEach(
    names,
    (name) => {
      const field = cube.fields[name]
      if (field === undefined) {
        return Effect.fail(badRequest(`java.lang.IllegalArgumentException: Unknown OLAP field '${name}'`))
      }
      return field[permission]
        ? Effect.void
        : Effect.fail(badRequest(`${operationNames[permission]} is not allowed for field ${name}`))
    },
    { discard: true }
  )

const digits = { INTEGER: 0, AMOUNT: 3, MONEY: 2 } as const

const sumUp = (cube: Cube, facts: ReadonlyArray<Fact>, aggregates: ReadonlyArray<string>): Record<string, number> =>
  Object.fromEntries(
    aggregates.map((name) => {
      const type = cube.fields[name]?.type
      const places = type === "INTEGER" || type === "AMOUNT" || type === "MONEY" ? digits[type] : 2
      return [
        name,
        roundTo(
          facts.reduce((sum, fact) => sum + Number(fact[name] ?? 0), 0),
          places
        )
      ]
    })
  )

const groupsOf = (
  facts: ReadonlyArray<Fact>,
  names: ReadonlyArray<string>
): ReadonlyArray<[Fact, ReadonlyArray<Fact>]> => {
  const groups = new Map<string, [Fact, Array<Fact>]>()
  for (const fact of facts) {
    const values = names.map((name) => fact[name] ?? null)
    const key = JSON.stringify(values)
    const found = groups.get(key)
    if (found) found[1].push(fact)
    else groups.set(key, [Object.fromEntries(names.map((name, index) => [name, values[index] ?? null])), [fact]])
  }
  return [...groups.values()]
}

export interface Shape {
  readonly rows: ReadonlyArray<string>
  readonly columns: ReadonlyArray<string>
  readonly aggregates: ReadonlyArray<string>
}

export type OlapRow = Readonly<Record<string, OlapValue | Record<string, number>>>

/** With grouping by columns each aggregate is an object keyed by the columns' values. */
export const report = (cube: Cube, facts: ReadonlyArray<Fact>, shape: Shape): ReadonlyArray<OlapRow> =>
  groupsOf(facts, shape.rows).map(([keys, members]) => {
    if (shape.columns.length === 0) return { ...keys, ...sumUp(cube, members, shape.aggregates) }
    const cells = groupsOf(members, shape.columns).map(
      ([column, inCell]) => [Object.values(column).join(" / "), sumUp(cube, inCell, shape.aggregates)] as const
    )
    return {
      ...keys,
      ...Object.fromEntries(
        shape.aggregates.map((name) => [
          name,
          Object.fromEntries(cells.map(([column, sums]) => [column, sums[name] ?? 0]))
        ])
      )
    }
  })

/** Pairs of group keys and their sums for every shorter grouping; `{}` is the key of the grand total. */
export const summary = (cube: Cube, facts: ReadonlyArray<Fact>, { rows, aggregates }: Shape) =>
  Array.from({ length: Math.max(rows.length, 1) }, (_, depth) => rows.slice(0, depth)).flatMap((names) =>
    groupsOf(facts, names).map(([keys, members]) => [keys, sumUp(cube, members, aggregates)] as const)
  )
