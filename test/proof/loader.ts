/**
 * A process to be killed: `loader.ts <database url>` connects, waits for a line with the generation to load, prints
 * `loading` when the first records are on their way, and at the end the result of the run as JSON.
 */
import { createInterface } from "node:readline/promises"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect, Layer, Logger, Redacted, Schema } from "effect"
import * as Database from "../../core/database/connection/Database.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { declaration } from "../support/database.ts"
import { type Answer, layerSync } from "../support/source.ts"
import { Generation, large, recordsOf } from "./Generations.ts"

const url = Redacted.make(process.argv[2] ?? "")
let answer: Answer = {}

const layer = layerSync([large], () => answer).pipe(
  Layer.provideMerge(Database.layer({ declaration: declaration(url), dataDirectory: "" }))
)

const main = Effect.gen(function* () {
  const sync = yield* Sync
  yield* Console.log("ready")
  const line = yield* Effect.promise(() => createInterface({ input: process.stdin }).question(""))
  const records = recordsOf(yield* Schema.decodeUnknownEffect(Generation)(line))
  answer = { records, pageSize: 1_000, before: Console.log("loading") }
  const [result] = yield* sync.run([large], { trigger: "test", actor: null })
  yield* Console.log(JSON.stringify(result))
}).pipe(Effect.provide([layer, Layer.succeed(Logger.LogToStderr, true)]))

NodeRuntime.runMain(main)
