import { randomInt } from "node:crypto"
import { inspect } from "node:util"
import { assert, it } from "@effect/vitest"
import { Config, Effect, Result } from "effect"
import type { OwnedRows } from "../../../core/plugin/Connector.ts"
import type { CellState, SheetState } from "../sandbox/Model.ts"
import { start } from "../sandbox/TestClient.ts"
import { type Case, caseOf, type GivenRow, type Raw, type Row, writtenKeys } from "./TestCases.ts"
import { mark, type Prediction, predict } from "./TestPrediction.ts"

/** `PROOF_SEED=<seed of a failed case> PROOF_CASES=1` repeats it; more cases search longer. */
const options = Config.all({
  seed: Config.Int("PROOF_SEED").pipe(Config.withDefault(randomInt(1_000_000_000))),
  cases: Config.Int("PROOF_CASES").pipe(Config.withDefault(80))
})

/** The column of each cell in a row of the sheet. */
const columnsOf = ({ gaps, width }: Case) => {
  const [before = 0, behindKey = 0, behindName = 0, behindPrice = 0] = gaps
  const keys = Array.from({ length: width }, (_, at) => before + at)
  const name = before + width + behindKey
  const remark = name + 1 + behindName
  const price = remark + 1
  return { keys, name, remark, price, status: price + 1 + behindPrice }
}

const cellsOf = (one: Case, { keys, name, price, remark, status }: Row): Array<Raw> => {
  const at = columnsOf(one)
  const cells: Array<Raw> = Array.from({ length: at.status + 1 }, () => undefined)
  for (const [index, { cell }] of keys.entries()) cells[at.keys[index] ?? 0] = cell
  Object.assign(cells, { [at.name]: name, [at.price]: price, [at.remark]: remark, [at.status]: status })
  return cells.map((cell) => cell && { ...cell })
}

const headers = (one: Case): Array<Raw> => {
  const at = columnsOf(one)
  const cells: Array<Raw> = Array.from({ length: at.status + 1 }, () => undefined)
  for (const [index, header] of ["Код", "Зал"].entries())
    if (at.keys[index] !== undefined) cells[at.keys[index]] = { value: header }
  Object.assign(cells, {
    [at.name]: { value: "Название" },
    [at.remark]: { value: "Заметка" },
    [at.price]: { value: "Цена" },
    [at.status]: { value: "Статус" }
  })
  return cells
}

const fill = (tab: SheetState, one: Case, rows: ReadonlyArray<Row>): void => {
  tab.rows = [headers(one), ...rows.map((row) => cellsOf(one, row))].map(
    (cells) => cells.map((cell) => cell ?? undefined) as Array<CellState>
  ) // sparse, as in the sandbox
}

/** Without blank cells at the ends. */
const shown = (rows: ReadonlyArray<ReadonlyArray<Raw>>) => {
  const plain = rows.map((cells) => Array.from(cells, (cell) => ({ ...cell })).map(({ format: _, ...cell }) => cell))
  const isBlank = (cell: object) => Object.keys(cell).length === 0
  const trimmed = plain.map((cells) => cells.slice(0, cells.findLastIndex((cell) => !isBlank(cell)) + 1))
  return trimmed.slice(0, trimmed.findLastIndex((cells) => cells.length > 0) + 1)
}

const yamlOf = (one: Case, title: string): string => {
  const key = one.width === 1 ? "Код" : "[Код, Зал]"
  const columns = `{ Код: code, ${one.width === 1 ? "" : "Зал: hall, "}Название: name, Цена: price }`
  const gone = one.gone === "mark" ? `{ mark: { Статус: ${mark} } }` : one.gone
  const sort = one.isSorted ? ", sort: Название" : ""
  return `  any: { range: ${title}!A:B, key: id, fields: { id: text } }
exports:
  list: { query: select 1, sheet: ${title}, key: ${key}, columns: ${columns}, gone: ${gone}${sort} }
limits: { rate: 60000/min, concurrency: 4 }
`
}

it.live(
  "whatever people do to a sheet, an export changes and removes its own rows alone, and they agree in the end",
  () =>
    Effect.gen(function* () {
      const { cases, seed } = yield* options
      const { open, tab: newTab, vendor } = yield* start
      const prove = Effect.fnUntraced(function* (one: Case) {
        const title = `Лист${one.seed}`
        const tab = newTab([], { title })
        const { declaration, write } = yield* open(yamlOf(one, title))
        const list = declaration.exports?.[0]
        if (list === undefined || write === undefined) return assert.fail("nothing can be written")
        const columns = [
          { name: "code", kind: one.kind },
          { name: "hall", kind: "text" },
          { name: "name", kind: "text" },
          { name: "price", kind: "number" }
        ] as const
        const give = (given: ReadonlyArray<GivenRow>, owned: OwnedRows | undefined, dryRun = false) =>
          write(
            list,
            {
              columns,
              rows: given.map(({ name, parts: [code = "", hall = ""], price }) => ({ code, hall, name, price }))
            },
            { dryRun, owned }
          )
        let rows = one.first
        let owned: OwnedRows | undefined
        let known: ReadonlySet<string> = new Set()
        for (const [at, { edit, given }] of one.rounds.entries()) {
          rows = edit(rows)
          fill(tab, one, rows)
          const before = shown(tab.rows.map((cells = []) => cells))
          const predicted = predict(one, known, rows, given)
          const now = () => shown(tab.rows.map((cells = []) => cells))
          const planned = yield* Effect.result(give(given, owned, true))
          const untouched = now()
          const ran = yield* Effect.result(give(given, owned))
          const after = now()
          const again = Result.isSuccess(ran) ? yield* Effect.result(give(given, ran.success.owned)) : ran
          const facts = { planned, ran, again, before, untouched, after, last: now() }
          rows = yield* Effect.try({
            try: () => check(one, predicted, facts) ?? rows,
            catch: (cause) =>
              new Error(
                `run ${at + 1} of case ${one.seed} disagrees with the model (PROOF_SEED=${one.seed} PROOF_CASES=1 repeats it)\n${inspect(
                  { ...one, rounds: undefined, rows, given, known, predicted, facts: { ...facts, ran: outcome(ran) } },
                  { depth: 9, maxArrayLength: 40 }
                )}`,
                { cause }
              )
          })
          if (Result.isFailure(ran)) continue
          owned = ran.success.owned
          known = predicted.known
        }
      })
      vendor.state.switches.readsPerMinute = 1_000_000
      vendor.state.switches.writesPerMinute = 1_000_000
      const drawn = yield* Effect.forEach(
        Array.from({ length: cases }, (_, at) => seed + at),
        caseOf
      )
      yield* Effect.forEach(drawn, prove, { discard: true })
    }),
  120_000
)

type Cells = ReturnType<typeof shown>
type Write = NonNullable<Effect.Success<ReturnType<Effect.Success<typeof start>["open"]>>["write"]>
type Report = Effect.Success<ReturnType<Write>>
type Outcome = Result.Result<Report, { readonly message: string }>

interface Facts {
  readonly planned: Outcome
  readonly ran: Outcome
  readonly again: Outcome
  readonly before: Cells
  readonly untouched: Cells
  readonly after: Cells
  readonly last: Cells
}

const outcome = (ran: Outcome) => (Result.isSuccess(ran) ? ran.success : ran.failure.message)

/** Returns the resulting rows. */
const check = (
  one: Case,
  { counts, fails, fresh, remaining }: Prediction,
  { after, again, before, last, planned, ran, untouched }: Facts
): ReadonlyArray<Row> | undefined => {
  assert.deepEqual(untouched, before, "a plan writes nothing")
  assert.strictEqual(Result.isFailure(ran), fails, "whether it fails")
  assert.strictEqual(Result.isFailure(planned), fails, "whether the plan fails")
  if (Result.isFailure(ran) || Result.isFailure(planned)) {
    assert.match(Result.isFailure(ran) ? ran.failure.message : "", /both have the key/)
    assert.deepEqual(after, before, "a failed run writes nothing")
    return undefined
  }
  const countsIn = ({ deleted, inserted, unchanged, updated }: Report) => ({ inserted, updated, deleted, unchanged })
  assert.deepEqual(countsIn(ran.success), counts, "counts")
  assert.deepEqual(planned.success.changes, ran.success.changes, "the plan says what is done")
  const at = columnsOf(one)
  const rowOf = ({ name, parts, price }: GivenRow): Row => ({
    keys: writtenKeys(one.kind, parts).map((cell, index) => ({
      cell,
      meaning: { _tag: "Key", key: parts[index] ?? "" }
    })),
    name: name === null ? undefined : { value: name },
    remark: undefined,
    price: price === null ? undefined : { value: Number(price) },
    status: undefined
  })
  const [, ...body] = after
  const isFresh = (cells: Cells[number]) =>
    fresh.find(({ parts }) =>
      writtenKeys(one.kind, parts).every(({ value }, index) => cells[at.keys[index] ?? 0]?.value === value)
    )
  const old = body.filter((cells) => isFresh(cells) === undefined)
  assert.deepEqual(shown(old), shown(remaining.map((row) => cellsOf(one, row))), "what stood there")
  const added = body.flatMap((cells) => isFresh(cells) ?? [])
  assert.sameMembers([...added], [...fresh], "what is new")
  for (const cells of body) {
    const each = isFresh(cells)
    if (each !== undefined) assert.deepEqual([cells], shown([cellsOf(one, rowOf(each))]), "a new row")
  }
  assert.isTrue(Result.isSuccess(again) && again.success.changes.length === 0, "a second run changes nothing")
  assert.deepEqual(last, after, "a second run writes nothing")
  const left = [...remaining]
  return body.map((cells) => {
    const each = isFresh(cells)
    return each === undefined ? (left.shift() ?? assert.fail("there are too many rows")) : rowOf(each)
  })
}
