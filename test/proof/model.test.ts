import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { foreignText } from "../../core/reason/Reason.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { completeIn, partial, UpstreamError } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, layerSync } from "../support/source.ts"
import { type Case, caseOf, type Run } from "./Cases.ts"
import { all, check, checkPlan, explain } from "./Check.ts"
import { ownersDdl } from "./Domains.ts"
import { foundBy, leftOf } from "./Kin.ts"
import { nothingYet, type State } from "./Model.ts"
import { options } from "./Options.ts"
import { predict } from "./Predict.ts"
import { happen, referencesIn, referencesOf } from "./References.ts"
import { type StoredRow, stored } from "./Stored.ts"

it.live(
  "every run of a random source does what the model says, and what a plan said before",
  () =>
    Effect.gen(function* () {
      const { cases, seed } = yield* options(300)
      const drawn = yield* Effect.forEach(
        Array.from({ length: cases }, (_, at) => seed + at),
        caseOf
      )
      const source = new Map<string, { readonly run: Run; asked: number }>()
      const answers = ({ name }: { readonly name: string }): Answer => {
        const now = source.get(name)
        if (now === undefined) return {}
        now.asked += 1
        return answerOf(now.run, now.asked)
      }
      const prove = Effect.fnUntraced(function* (one: Case) {
        const sql = yield* SqlClient.SqlClient
        yield* Effect.forEach(one.ddl, (statement) => sql.unsafe(statement))
        const states = new Map<string, State>()
        const tables = new Map<string, ReadonlyMap<string, StoredRow>>()
        const leave = (table: string, state: State) => {
          states.set(table, state)
          tables.set(table, new Map([...(tables.get(table) ?? [])].filter(([id]) => state.rows.has(id))))
        }
        for (const [at, run] of one.runs.entries()) {
          const asked = { run, asked: 0 }
          source.set(run.reader.name, asked)
          const sync = yield* Sync
          const selected = run.targets.map(({ entity }) => entity)
          const [first] = run.targets
          if (one.referred !== undefined && run.between !== undefined && first !== undefined) {
            const { table } = one.referred
            const state = yield* happen(run.between, one.referred, first.declared, states.get(table) ?? nothingYet)
            leave(table, state)
          }
          const planned = yield* plan(selected)
          asked.asked = 0
          const results = yield* sync.run(selected, { trigger: "test", actor: null })
          const asksAgain = new Set<string>()
          let isTaken = false
          for (const [which, { declared: as, entity, view }] of run.targets.entries()) {
            const { name } = entity.table
            const { before, declared } = foundBy(one.kin, name, as, states)
            const attempts = run.attempts.map(view)
            const predicted = predict(before, declared, attempts, run.again.map(view))
            // A child waits for its parent, and so does its second read.
            if (predicted.asksAgain) asksAgain.add(one.kin === undefined ? "" : name)
            const facts = { result: results[which], ...(yield* stored({ declared, entity })) }
            yield* Effect.try({
              try: () => {
                check(predicted, facts, tables.get(name) ?? new Map())
                // A plan does not know what goes with its parent's rows.
                if (!isTaken) checkPlan(planned.entities[which], facts)
              },
              catch: (cause) =>
                new Error(
                  explain(one.seed, at + 1, {
                    declared,
                    before,
                    attempts,
                    predicted,
                    facts,
                    planned: planned.entities[which]
                  }),
                  { cause }
                )
            })
            if (one.referred !== undefined) {
              const found = yield* referencesIn(one.referred, declared.referrers ?? [])
              assert.deepStrictEqual(found, referencesOf(predicted.after), `what refers to case ${one.seed}`)
            }
            states.set(name, predicted.after)
            tables.set(name, facts.rows)
            const left = name === one.kin?.upper ? leftOf(one.kin, before, predicted.after, states) : undefined
            isTaken = left !== undefined
            if (left !== undefined) leave(one.kin?.lower ?? name, left)
          }
          const expected = run.attempts.length + asksAgain.size * run.again.length
          assert.strictEqual(asked.asked, expected, `reads of run ${at + 1} of case ${one.seed}`)
        }
      })
      const entities = drawn.flatMap((one) => one.entities)
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* Effect.forEach(ownersDdl, (statement) => sql.unsafe(statement))
        yield* all(drawn, prove)
      }).pipe(Effect.provide(layerSync(entities, answers).pipe(Layer.provideMerge(layerDatabase))))
    }),
  600_000
)

const answerOf = ({ again, attempts, pageSize, raw }: Run, nth: number): Answer => {
  const broken = (partialBody: boolean) =>
    new UpstreamError({ kind: "Unreachable", reason: foreignText("the source broke off"), partialBody })
  const attempt = attempts[nth - 1] ?? again[(nth - 1 - attempts.length) % again.length]
  const records = attempt === undefined ? [] : raw(attempt)
  switch (attempt?.end) {
    case "complete":
      return { records, pageSize, end: completeIn(attempt.pages) }
    case "partial":
      return { records, pageSize, end: partial(foreignText("page cap of 3 reached")) }
    case "midway":
      return { records, pageSize, error: broken(true) }
    default:
      return { records, pageSize, error: broken(false) }
  }
}
