/** A tab read as one entity, and the sandbox's own spreadsheet read as the sample declares it. */
import { Effect } from "effect"
import { connect, declareSample, entityOf } from "../../test/support/sample.ts"
import { drain } from "../../test/upstream/vendor.ts"
import { connectorType } from "./index.ts"
import { start } from "./sandbox/TestClient.ts"

const list = (keys: string, fields: string) => `  list: { range: "Лист!A:F", key: id, ${keys} fields: { ${fields} } }`

/** The records of a tab with these rows. */
export const recordsOf = Effect.fnUntraced(function* (
  rows: Parameters<Effect.Success<typeof start>["tab"]>[0],
  fields: string,
  keys = ""
) {
  const { open, tab } = yield* start
  tab(rows)
  const { read } = yield* open(list(keys, fields))
  return yield* read("list")
})

export const problemOf = (...asked: Parameters<typeof recordsOf>) => Effect.flip(recordsOf(...asked))

export const sample = Effect.gen(function* () {
  const { book, vendor } = yield* start
  const declaration = yield* declareSample(connectorType, vendor.environment)
  const connector = yield* connect(connectorType, declaration)
  return { book, probe: connector.probe, read: (name: string) => drain(connector.read(entityOf(declaration, name))) }
})
