/**
 * A process that acts, and is killed: `sender.ts <database url> <key> <answer>` gets ready, waits for a line, says
 * `sending` when the request is under way, and in the end what became of it.
 */
import { createInterface } from "node:readline/promises"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Console, Effect, Logger, Redacted, Schema } from "effect"
import { Actions } from "../../core/actions/Actions.ts"
import { by, layerActions } from "./fixtures.ts"
import { tableVendor } from "./Table.ts"
import { Answer } from "./Vendor.ts"

const [, , address = "", key = "", asked] = process.argv
const url = Redacted.make(address)

const main = Effect.gen(function* () {
  const { vendor } = yield* tableVendor(url)
  const answer = yield* Schema.decodeUnknownEffect(Answer)(asked)
  const sending = Effect.andThen(Console.log("sending"), Effect.sleep("20 millis"))
  yield* Effect.gen(function* () {
    const actions = yield* Actions
    yield* Console.log("ready")
    yield* Effect.promise(() => createInterface({ input: process.stdin }).question(""))
    const { items } = yield* actions.run("fake.send", { keys: [key] }, by)
    yield* Console.log(items.map(({ status }) => status).join())
  }).pipe(Effect.provide(layerActions(url, vendor, { next: () => answer, sending })))
}).pipe(Effect.scoped, Effect.provide(Logger.layer([])))

NodeRuntime.runMain(main)
