/** What every part of the benchmark is given. */
import { Effect, FileSystem, Schema } from "effect"
import { fields } from "./Records.ts"

export interface Setup {
  /** A folder that the database's user can read, gone when the benchmark ends. */
  readonly directory: string
  readonly databaseUrl: string
  /** Alternations of reference and ours. */
  readonly repeat: number
  /** Records of the row benchmarks; the large ones take five times as many. */
  readonly rows: number
  /** Whether everything runs once, small and near: it shows that the benchmark runs, and its figures say nothing. */
  readonly quick: boolean
  /** Whether the usual pattern is measured beside. */
  readonly usual: boolean
}

const encode = Schema.encodeSync(Schema.fromJsonString(Schema.Unknown))

interface Declared {
  readonly format: "json" | "xml"
  readonly rows: number
  /** Fields in full, in place of their types. */
  readonly fields?: Readonly<Record<string, unknown>>
  /** Keys beside the others. */
  readonly more?: Readonly<Record<string, unknown>>
}

/** A configuration of one `rest` connector named `bench`: each entity with its path; JSON is YAML too. */
export const writeConfig = Effect.fn("bench.writeConfig")(function* (
  directory: string,
  entities: Readonly<Record<string, Declared>>
) {
  const fs = yield* FileSystem.FileSystem
  const declared = Object.entries(entities).map(([name, { fields: changed = {}, format, more = {}, rows }]) => [
    name,
    {
      path: `/${format}`,
      query: { rows },
      format,
      ...(format === "xml" ? { records: "records/record" } : {}),
      key: "id",
      ...more,
      fields: { ...Object.fromEntries(fields.map(({ column, type }) => [column, type])), ...changed }
    }
  ])
  yield* fs.makeDirectory(`${directory}/connectors`, { recursive: true })
  yield* fs.writeFileString(`${directory}/daemon.yaml`, encode({ database: { url: { secret: "DATABASE_URL" } } }))
  yield* fs.writeFileString(
    `${directory}/connectors/bench.yaml`,
    encode({ type: "rest", baseUrl: { env: "BENCH_URL" }, entities: Object.fromEntries(declared) })
  )
})
