import { assert, it } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import { connectorType } from "../../connectors/rest/index.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerDatabase } from "../support/database.ts"
import { connectorOf } from "../support/source.ts"
import { fake } from "../upstream/vendor.ts"
import { all, check, explain } from "./Check.ts"
import { type Declared, type ModelRecord, nothingYet, rowId, type State } from "./Model.ts"
import { options } from "./Options.ts"
import { attemptOf, endOf, type PagedCase, pagedCaseOf } from "./Paged.ts"
import { predict } from "./Predict.ts"
import { type StoredRow, stored } from "./Stored.ts"
import type { Vendor } from "./Vendor.ts"

it.live(
  "every read of a random vendor's pages is taken for what it is",
  () =>
    Effect.gen(function* () {
      const { cases, seed } = yield* options(300)
      const drawn = yield* Effect.forEach(
        Array.from({ length: cases }, (_, at) => seed + at),
        pagedCaseOf
      )
      const vendors = new Map<string, Vendor>()
      const http = fake((_, url) => vendors.get(url.pathname)?.answer(url) ?? new Response(null, { status: 404 }))
      const connectors = drawn.map(({ entity, seed }) => ({
        ...connectorOf([{ ...entity, request: { ...entity.request, path: `/${seed}` } }]),
        name: entity.connector,
        type: "rest",
        config: { baseUrl: "http://vendor.test", auth: { type: "none" } },
        retry: { delays: [Duration.millis(1), Duration.millis(1)] }
      }))
      const layer = Sync.layer.pipe(
        Layer.provideMerge(Registry.layer({ connectors, jobs: [] }, [connectorType])),
        Layer.provide(Layer.succeed(HttpClient.HttpClient, http)),
        Layer.provideMerge(layerDatabase)
      )
      const prove = Effect.fnUntraced(function* (one: PagedCase) {
        const { declared } = one
        const entity = connectors[drawn.indexOf(one)]?.entities[0] ?? one.entity
        let before: State = nothingYet
        let held: ReadonlyMap<string, StoredRow> = new Map()
        for (const [at, vendor] of one.runs.entries()) {
          vendors.set(`/${one.seed}`, vendor)
          const there = new Set(vendor.list.map(idIn(declared)))
          const sync = yield* Sync
          const [result] = yield* sync.run([entity], { trigger: "test", actor: null })
          const end = endOf(vendor)
          const [first, second] = vendor.reads
          const predicted = predict(
            before,
            declared,
            [attemptOf(vendor.style, first, end)],
            [attemptOf(vendor.style, second, end)]
          )
          const facts = { result, ...(yield* stored({ declared, entity })) }
          const { mood, reads, style } = vendor
          const handed = reads.map((pages) => pages.map((page) => page.map(idIn(declared))))
          yield* Effect.try({
            try: () => {
              check(predicted, facts, held)
              if (end !== "fatal") assert.lengthOf(reads, predicted.asksAgain ? 2 : 1, "reads")
              promises(vendor, declared, there, facts, held)
            },
            catch: (cause) =>
              new Error(explain(one.seed, at + 1, { declared, style, mood, handed, before, predicted, facts }), {
                cause
              })
          })
          before = predicted.after
          held = facts.rows
        }
      })
      yield* all(drawn, prove).pipe(Effect.provide(layer))
    }),
  600_000
)

const idIn = (declared: Declared) => (record: ModelRecord) =>
  rowId(
    declared,
    Object.fromEntries(
      declared.key.map((name) => [name, typeof record[name]?.value === "string" ? record[name].value : null])
    )
  )

/** Checks what must hold whatever the engine saw: exactly the records that the vendor had all the time count. */
const promises = (
  vendor: Vendor,
  declared: Declared,
  there: ReadonlySet<string>,
  {
    result,
    rows
  }: { readonly result: { readonly status: string } | undefined; readonly rows: ReadonlyMap<string, unknown> },
  held: ReadonlyMap<string, unknown>
) => {
  // A moving list is trusted if its declaration says so; one that slid also after two runs, or if its only page was not
  // full.
  const { mood, reads, slid, style } = vendor
  const moves = slid || mood.ties !== undefined
  const { length: pages = 0, 0: page = [] } = reads[0] ?? []
  const full = style.page.type !== "none" && page.length >= (style.page.size ?? 0)
  if (moves && declared.guard.confirm === false) return
  if (slid && (declared.guard.confirm === "next" || (pages === 1 && !full))) return
  const always = vendor.list.map(idIn(declared)).filter((id) => there.has(id))
  for (const id of always) {
    if (held.has(id)) assert.isTrue(rows.has(id), `${id} was deleted, and the vendor has it`)
    else if (result?.status === "ok" && !moves) assert.isTrue(rows.has(id), `ok without ${id}, and the vendor has it`)
  }
}
