/** What `transform` and conditions cost: a run whose fields are transformed, and one whose records are judged too, against the same run without. */
import { Effect } from "effect"
import * as Child from "./Child.ts"
import { layerEngine } from "./Engine.ts"
import { Source } from "./FarProtocol.ts"
import { figure, type Pair } from "./Figure.ts"
import { fresh, timedSync } from "./Rows.ts"
import { type Setup, writeConfig } from "./Setup.ts"

/** Four of ten fields, with a step of each kind among them. */
const changed = {
  name: { type: "text", transform: ["trim", "lower", { replace: "№\\d+$", with: "" }] },
  archived: { type: "boolean", transform: [{ map: { true: true, false: false } }] },
  quantity: { type: "decimal", transform: ["cents"] },
  comment: { type: "text", transform: [{ extract: "(\\p{L}+) " }, "upper"] }
}

/** Every record fulfils the first ones, and none says that it is gone. */
const judged = {
  where: { id: { gte: 1 }, name: { not: ["", "none"] }, createdAt: { gt: "2000" } },
  deletedWhen: { comment: "deleted" }
}

export const figures = Effect.fn("bench.transforms")(function* ({ databaseUrl, directory, repeat, rows }: Setup) {
  const { url } = yield* Child.start("source.ts", Source, { args: [String(rows), "0"] })
  const config = `${directory}/transforms`
  yield* writeConfig(config, {
    plain: { format: "json", rows },
    transformed: { format: "json", rows, fields: changed },
    judged: { format: "json", rows, fields: changed, more: judged }
  })
  const expected = { inserted: rows, unchanged: 0 }
  const pairs = { transformed: [] as Pair[], judged: [] as Pair[] }
  yield* Effect.gen(function* () {
    // Once for nothing: makes the tables, and the code is warm as it is in a daemon.
    for (const entity of ["plain", "transformed", "judged"]) yield* timedSync(entity, expected)
    for (let at = 0; at < repeat; at++) {
      yield* fresh("bench_plain")
      const reference = (yield* timedSync("plain", expected)).total
      for (const entity of ["transformed", "judged"] as const) {
        yield* fresh(`bench_${entity}`)
        pairs[entity].push({ ours: (yield* timedSync(entity, expected)).total, reference })
      }
    }
  }).pipe(Effect.provide(layerEngine(config, { DATABASE_URL: databaseUrl, BENCH_URL: url })))
  const name = `JSON, ${rows.toLocaleString("en").replaceAll(",", " ")} new, 4 of 10 fields transformed`
  const about = { part: "j", unit: "s", target: { atMost: 1.3 } }
  return [
    figure({ ...about, name: `${name}, to none` }, pairs.transformed),
    figure({ ...about, name: `${name}, records judged, to neither` }, pairs.judged)
  ]
}, Effect.scoped)
