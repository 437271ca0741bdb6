import { randomInt } from "node:crypto"
import { inspect } from "node:util"
import { assert, it } from "@effect/vitest"
import { Config, Effect, Layer } from "effect"
import { said } from "../../core/reason/Reason.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { complete, partial, UpstreamError } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import { type Answer, layerSync } from "../support/source.ts"
import { type Case, caseOf, type Run } from "./Cases.ts"
import { type Attempt, nothingYet, type Prediction, predict, type State } from "./Model.ts"
import { type StoredRow, stored } from "./Stored.ts"

/** `PROOF_SEED=<seed of a failed case> PROOF_CASES=1` repeats it; more cases dig deeper. */
const options = Config.all({
  seed: Config.Int("PROOF_SEED").pipe(Config.withDefault(randomInt(1_000_000_000))),
  cases: Config.Int("PROOF_CASES").pipe(Config.withDefault(320))
})

it.live(
  "every run of a random source does what the model says",
  () =>
    Effect.gen(function* () {
      const { cases, seed } = yield* options
      const drawn = yield* Effect.forEach(
        Array.from({ length: cases }, (_, at) => seed + at),
        caseOf
      )
      const source = new Map<string, { readonly run: Run; asked: number }>()
      const answers = ({ name }: { readonly name: string }): Answer => {
        const now = source.get(name)
        if (now === undefined) return {}
        now.asked += 1
        return answerOf(now.run, now.run.attempts[now.asked - 1])
      }
      const prove = Effect.fnUntraced(function* (one: Case) {
        let before: State = nothingYet
        let held: ReadonlyMap<string, StoredRow> = new Map()
        for (const [at, run] of one.runs.entries()) {
          source.set(run.entity.name, { run, asked: 0 })
          const predicted = predict(before, run.declared, run.attempts)
          const sync = yield* Sync
          const [result] = yield* sync.run([run.entity], { trigger: "test", actor: null })
          const found = yield* stored(run, one.columns)
          const facts = { result, ...found }
          yield* Effect.try({
            try: () => check(predicted, facts, held),
            catch: (cause) => new Error(explain(one, at, before, predicted, facts), { cause })
          })
          before = predicted.after
          held = found.rows
        }
      })
      const entities = drawn.flatMap((one) => one.entities)
      yield* Effect.forEach(drawn, prove, { concurrency: 4, discard: true }).pipe(
        Effect.provide(layerSync(entities, answers).pipe(Layer.provideMerge(layerDatabase)))
      )
    }),
  120_000
)

const answerOf = ({ extra, pageSize }: Run, attempt: Attempt | undefined): Answer => {
  const broken = (midway: boolean) =>
    new UpstreamError({ kind: "Unreachable", reason: said("the source broke off"), midway })
  const records = (attempt?.records ?? []).map((record) =>
    Object.fromEntries([
      ...Object.entries(record).flatMap(([name, { raw }]) => (raw === undefined ? [] : [[name, raw]])),
      ...Object.entries(extra)
    ])
  )
  switch (attempt?.end) {
    case "complete":
      return { records, pageSize, end: complete }
    case "partial":
      return { records, pageSize, end: partial(said("page cap of 3 reached")) }
    case "midway":
      return { records, pageSize, error: broken(true) }
    default:
      return { records, pageSize, error: broken(false) }
  }
}

type Result = Effect.Success<ReturnType<Sync["Service"]["run"]>>[number]
type Facts = Effect.Success<ReturnType<typeof stored>> & { readonly result: Result | undefined }

const check = (
  predicted: Prediction,
  { audit, pending, result, rows }: Facts,
  held: ReadonlyMap<string, StoredRow>
) => {
  assert.strictEqual(result?.status, predicted.status, "status")
  if (predicted.counts !== undefined) assert.deepInclude(result, predicted.counts, "counts")
  const { after, counts, touched } = predicted
  assert.deepStrictEqual(
    audit,
    {
      status: predicted.status,
      inserted: counts?.inserted ?? 0,
      updated: counts?.updated ?? 0,
      unchanged: counts?.unchanged ?? 0,
      deleted: counts?.deleted ?? 0,
      rejected: counts?.rejected ?? audit.rejected,
      rejects: counts?.rejected ?? 0,
      finished: true
    },
    "audit row"
  )
  const plain = (of: ReadonlyMap<string, Pick<StoredRow, "scope" | "values">>) =>
    [...of]
      .map(([id, { scope, values }]) => [id, scope, values])
      .toSorted(([left], [right]) => (`${left}` < `${right}` ? -1 : 1))
  assert.deepStrictEqual(plain(rows), plain(after.rows), "table")
  for (const [id, row] of rows) {
    const old = held.get(id)
    if (old === undefined) continue
    if (!touched.has(id)) assert.deepStrictEqual(row, old, `untouched row ${id}`)
    else {
      assert.strictEqual(row.firstSeenAt, old.firstSeenAt, `first seen of ${id}`)
      assert.notStrictEqual(row.changedAt, old.changedAt, `changed at of ${id}`)
    }
  }
  assert.deepStrictEqual<ReadonlyArray<unknown>>(
    pending,
    after.pending.map((one) => ({ ...one, total: one.rows.length })),
    "pending deletes"
  )
}

/** All that is needed to understand a disagreement without running it again. */
const explain = (one: Case, at: number, before: State, predicted: Prediction, facts: Facts): string =>
  [
    `run ${at + 1} of case ${one.seed} disagrees with the model (PROOF_SEED=${one.seed} PROOF_CASES=1 repeats it)`,
    inspect(
      { declared: one.runs[at]?.declared, before, attempts: one.runs[at]?.attempts, predicted, facts },
      { depth: 8, maxStringLength: 80, maxArrayLength: 40 }
    )
  ].join("\n")
