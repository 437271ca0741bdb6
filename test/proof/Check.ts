/** Compares a run with the model's prediction: result, audit row, table and pending deletes must agree. */
import { inspect } from "node:util"
import { assert } from "@effect/vitest"
import { Effect, Result } from "effect"
import type { EntityPlan } from "../../core/sync/plan/Plan.ts"
import type { RunResult } from "../../core/sync/RunResult.ts"
import type { Prediction } from "./Predict.ts"
import type { StoredRow, stored } from "./Stored.ts"

export type Facts = Effect.Success<ReturnType<typeof stored>> & { readonly result: RunResult | undefined }

/** `held` is the table before the run. */
export const check = (
  predicted: Prediction,
  { audit, pending, result, rows }: Facts,
  held: ReadonlyMap<string, StoredRow>
): void => {
  const { after, counts, status, touched } = predicted
  assert.strictEqual(result?.status, status, "status")
  if (counts !== undefined) assert.deepInclude(result, counts, "counts")
  assert.deepStrictEqual(
    audit,
    {
      status,
      inserted: counts?.inserted ?? 0,
      updated: counts?.updated ?? 0,
      unchanged: counts?.unchanged ?? 0,
      deleted: counts?.deleted ?? 0,
      rejected: counts?.rejected ?? audit.rejected,
      // All are counted, and the first thousand of those that could not be mapped are stored.
      rejects: (counts?.rejected ?? 0) > 1_000 ? Math.max(audit.rejects, 1_000) : (counts?.rejected ?? 0),
      finished: true
    },
    "audit row"
  )
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

/** A plan made right before the run must agree with it, refused rows included, unless it says that it could not try. */
export const checkPlan = (planned: EntityPlan | undefined, { result }: Facts): void => {
  if (planned === undefined || result === undefined) throw new Error("no plan, or no result")
  if (planned.error !== null) {
    assert.strictEqual(result.status, "failed", planned.error)
    return
  }
  if (result.status === "failed" || planned.noteReasons?.some(({ code }) => code === "plan.untried")) return
  assert.strictEqual(planned.rejected, result.rejected, "rejected by the plan")
  const { deleted, inserted, unchanged, updated } = result
  assert.deepStrictEqual(
    {
      inserted: planned.inserts.length,
      updated: planned.updates.length,
      deleted: planned.deletes.length,
      unchanged: planned.unchanged
    },
    { inserted, updated, deleted, unchanged },
    "plan"
  )
}

const plain = (of: ReadonlyMap<string, Pick<StoredRow, "scope" | "values">>) =>
  [...of]
    .map(([id, { scope, values }]) => [id, scope, values])
    .toSorted(([left], [right]) => (`${left}` < `${right}` ? -1 : 1))

/** Everything needed to understand a disagreement without running it again. */
export const explain = (seed: number, run: number, facts: Readonly<Record<string, unknown>>) =>
  [
    `run ${run} of case ${seed} disagrees with the model (PROOF_SEED=${seed} PROOF_CASES=1 repeats it)`,
    inspect(facts, { depth: 8, maxStringLength: 80, maxArrayLength: 40 })
  ].join("\n")

/** Proves every case, even after a failed one. Reports the first disagreement in full, of the others the reason. */
export const all = Effect.fnUntraced(function* <C extends { readonly seed: number }, R>(
  cases: ReadonlyArray<C>,
  prove: (one: C) => Effect.Effect<void, unknown, R>
) {
  const ends = yield* Effect.forEach(cases, (one) => Effect.result(prove(one)), { concurrency: 4 })
  const wrong = cases.flatMap(({ seed }, at) => {
    const end = ends[at]
    return end !== undefined && Result.isFailure(end) ? [{ seed, failure: end.failure }] : []
  })
  const [first] = wrong
  if (first === undefined) return
  const failures = wrong.map(({ failure, seed }) => `${seed}: ${failure instanceof Error ? failure.cause : failure}`)
  yield* Effect.logError([`${wrong.length} of ${cases.length} cases disagree`, ...failures].join("\n"))
  return yield* Effect.fail(first.failure)
})
