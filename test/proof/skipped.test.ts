/**
 * Random parents that come, go, or are skipped (`onStatus`) in the first read, in the second one or in both: the rows of one
 * that was skipped stay, and those of the others are as the source has them, in the plan and in the table.
 */
import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { Entity, Guard } from "../../core/config/Entity.ts"
import { draw } from "../../core/plugin/SandboxDraw.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { plan } from "../../core/sync/plan/Planner.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { completeIn, UpstreamError } from "../../core/upstream/Source.ts"
import { layerDatabase } from "../support/database.ts"
import type { Answers } from "../support/source.ts"
import { column, entity as entityOf, layerSync } from "../support/source.ts"
import { tableOf } from "../sync/fixtures.ts"
import { given } from "../sync/parentFixtures.ts"
import { options } from "./Options.ts"

const guard: Guard = { maxDelete: 1, floor: 100, empty: "allow", maxReject: 1, confirm: false, cascade: "refuse" }
const notFound = new UpstreamError({ kind: "Status", status: 404, reason: foreignText("answered 404") })

type Rows = ReadonlyMap<number, ReadonlySet<number>>

interface Step {
  /** What the source has. */
  readonly world: Rows
  /** The parents that are skipped, by read. */
  readonly skipped: readonly [first: ReadonlySet<number>, second: ReadonlySet<number>]
}

interface Case {
  readonly parent: Entity
  readonly child: Entity
  readonly steps: ReadonlyArray<Step>
}

const caseOf = (seed: number) =>
  Effect.map(draw(seed), (random): Case => {
    const some = (chance: number) => new Set([1, 2, 3, 4].filter(() => random.chance(chance)))
    const parent = entityOf(`skipping_${seed}`, { columns: [column("id", "bigint")], guard })
    const child = entityOf(`skipped_${seed}`, {
      forEach: { table: parent.table, params: { parent: "id" }, onStatus: { 404: "skip" } },
      columns: [given("parent", random.pick(["bigint", "text", "decimal"]), "parent"), column("id", "bigint")],
      key: ["parent", "id"],
      mode: random.pick(["mirror", "mirror", "replace"]),
      guard: { ...guard, confirm: random.pick(["again", "again", "next", false]) }
    })
    const steps = Array.from({ length: 5 }, () => ({
      world: new Map([...some(0.8).add(random.int(1, 4))].map((id) => [id, some(0.6)])),
      skipped: [some(0.3), some(0.3)] as const
    }))
    return { parent, child, steps }
  })

const keysOf = (rows: Rows): ReadonlyArray<string> =>
  [...rows].flatMap(([parent, ids]) => [...ids].map((id) => `${parent}/${id}`))

const parentOf = (key: string): number => Number(key.split("/")[0])

interface State {
  readonly rows: ReadonlyArray<string>
  /** The rows that the last read of their parents missed, if two have to miss them. */
  readonly missed: ReadonlyArray<string>
}

/** The state afterwards; undefined if the run fails. */
const predict = ({ missed, rows }: State, { skipped: [first, second], world }: Step, { guard, mode }: Entity) => {
  const parents = [...world.keys()]
  if (parents.every((id) => first.has(id))) return undefined
  const isKept = (key: string) => world.has(parentOf(key)) && first.has(parentOf(key))
  const came = keysOf(world).filter((key) => !isKept(key))
  const missing = rows.filter((key) => !came.includes(key) && !isKept(key))
  const without = (gone: ReadonlyArray<string>, still: ReadonlyArray<string>): State => ({
    rows: [...new Set([...came, ...rows])].filter((key) => !gone.includes(key)).toSorted(),
    missed: still
  })
  if (guard.confirm === "next") {
    const [gone, news] = [true, false].map((is) => missing.filter((key) => missed.includes(key) === is))
    return without(gone ?? [], [...(news ?? []), ...missed.filter(isKept)])
  }
  if (guard.confirm === false || missing.length === 0) return without(missing, [])
  const isEmpty = parents.every((id) => second.has(id) || world.get(id)?.size === 0)
  const isDoubtful = isEmpty || parents.some((id) => second.has(id) && !first.has(id))
  if (!isDoubtful) return without(missing, [])
  return mode === "replace" ? undefined : without([], [])
}

it.live(
  "a parent that is skipped keeps its rows, whichever read skips it, and the others are mirrored",
  () =>
    Effect.gen(function* () {
      const { cases, seed } = yield* options(12)
      const drawn = yield* Effect.forEach(
        Array.from({ length: cases }, (_, at) => seed + at),
        caseOf
      )
      const now = new Map<string, Step>()
      const asked = new Map<string, number>()
      const answers: Answers = ({ name }, given) => {
        const [, kind = "", number = ""] = /^(\w+)_(\d+)$/.exec(name) ?? []
        const step = now.get(number)
        if (step === undefined) return {}
        if (kind === "skipping") return { records: [...step.world.keys()].map((id) => ({ id })) }
        const parent = Number(given?.params?.parent)
        const times = asked.get(`${number}/${parent}`) ?? 0
        asked.set(`${number}/${parent}`, times + 1)
        if (step.skipped[times]?.has(parent) === true) return { error: notFound }
        return { records: [...(step.world.get(parent) ?? [])].map((id) => ({ id })), end: completeIn(2) }
      }
      const prove = Effect.fnUntraced(function* ({ child, parent, steps }: Case, at: number) {
        let before: State = { rows: [], missed: [] }
        for (const [nth, step] of steps.entries()) {
          now.set(String(seed + at), step)
          asked.clear()
          yield* (yield* Sync).run([parent], { trigger: "test", actor: null })
          const { entities } = yield* plan([child])
          asked.clear()
          const [result] = yield* (yield* Sync).run([child], { trigger: "test", actor: null })
          const predicted = predict(before, step, child)
          const after = predicted ?? before
          const found = (yield* tableOf(child)).map((row) => `${row.parent}/${row.id}`).toSorted()
          const about = `step ${nth + 1}; PROOF_SEED=${seed + at} PROOF_CASES=1 repeats it`
          assert.strictEqual(result?.status === "failed", predicted === undefined, about)
          assert.deepStrictEqual(found, after.rows, about)
          const planned = (entities[0]?.deletes ?? []).map((row) => `${row.parent}/${row.id}`)
          const gone = before.rows.filter((key) => !found.includes(key))
          assert.deepStrictEqual(planned.toSorted(), gone, about)
          before = after
        }
      })
      yield* Effect.forEach(drawn, prove, { discard: true }).pipe(
        Effect.provide(
          layerSync(
            drawn.flatMap(({ child, parent }) => [parent, child]),
            answers
          ).pipe(Layer.provideMerge(layerDatabase))
        )
      )
    }),
  600_000
)
