/**
 * Reads every list of the vendor while it is good, and again after it has turned, beside one that stays good.
 * What is held up to the usual limit is read alone, the others four at a time. Each outcome is a
 * line of JSON; the last line says what all of it took. `node daemon.ts DATABASE VENDOR [CASE…]`
 */
import { setFlagsFromString } from "node:v8"
import { Cause, Duration, Effect, Layer, Logger, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { connectorType } from "../../connectors/rest/index.ts"
import type { ConnectorDeclaration } from "../../core/config/Declarations.ts"
import type { Entity } from "../../core/config/Entity.ts"
import * as Database from "../../core/database/connection/Database.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { layerHttp } from "../../core/upstream/exchange/Http.ts"
import { column, connectorOf, entity } from "../support/source.ts"
import { spellings } from "./Formats.ts"
import { watchTurns } from "./Turns.ts"
import { type Case, cases } from "./table.ts"

setFlagsFromString("--heap-growing-percent=20")

const [database = "", vendor = "", ...names] = process.argv.slice(2)

const entityOf = ({ entity: declared, format, name }: Pick<Case, "entity" | "format" | "name">): Entity =>
  entity(name, {
    connector: name,
    table: { schema: "public", name },
    format,
    records: spellings[format].records,
    columns: [column("id", "bigint"), column("name", "text")],
    ...declared
  })

const connector = (of: Entity, limits?: Case["limits"]): ConnectorDeclaration => ({
  ...connectorOf([of]),
  name: of.connector,
  type: "rest",
  config: { auth: { type: "none" }, baseUrl: vendor },
  limits: {
    concurrency: 4,
    timeout: Duration.seconds(limits === "late" ? 3 : 30),
    deadline: Duration.seconds(45),
    checkpoint: Duration.minutes(5),
    ...(limits === "much" ? { maxBytes: 1 << 30, maxHeld: 24 << 20 } : { maxBytes: 6 << 20, maxHeld: 4 << 20 })
  },
  // A vendor that is tried again is no other vendor.
  retry: { delays: [] }
})

const limitsOf = ({ name }: Entity) => cases.find((one) => one.name === name)?.limits

const hostile = cases.filter(({ name }) => names.length === 0 || names.includes(name)).map(entityOf)
const healthy = entityOf({ format: "json", name: "healthy" })

/** One after the other, to see what each of them took. */
const alone = process.env.ALONE !== undefined

const say = (line: unknown) => Effect.sync(() => process.stdout.write(`${JSON.stringify(line)}\n`))

const program = Effect.gen(function* () {
  const [sql, sync] = [yield* SqlClient.SqlClient, yield* Sync]
  const run = (of: Entity) => Effect.map(sync.run([of], { trigger: "test", actor: null }), ([result]) => result)
  const rows = (of: Entity) =>
    Effect.map(sql.unsafe<{ n: string }>(`select count(*)::text as n from "${of.table.name}"`), ([row]) =>
      Number(row?.n)
    )

  yield* Effect.forEach(hostile, run, { concurrency: 8 })
  yield* Effect.promise(() =>
    Promise.all(hostile.map(({ name }) => fetch(`${vendor}/turn?case=${name}`).then((answer) => answer.text())))
  )
  yield* say({ ready: hostile.length })

  const turns = watchTurns()
  const beside = yield* Effect.forkChild(
    Effect.forever(
      Effect.andThen(
        Effect.tap(run(healthy), (result) => say({ healthy: result })),
        Effect.sleep("250 millis")
      )
    )
  )
  const read = Effect.fnUntraced(function* (of: Entity) {
    const before = performance.now()
    if (alone) turns.reset()
    const result = yield* run(of)
    yield* say({
      case: of.name,
      result,
      rows: yield* rows(of),
      millis: Math.round(performance.now() - before),
      mib: process.resourceUsage().maxRSS >> 10,
      blocked: turns.longest()
    })
  })
  const isLarge = (of: Entity) => limitsOf(of) === "much"
  yield* Effect.forEach(hostile.filter(isLarge), read)
  yield* Effect.forEach(
    hostile.filter((of) => !isLarge(of)),
    read,
    { concurrency: alone ? 1 : 4 }
  )
  beside.interruptUnsafe()
  turns.stop()
  yield* say({ mib: process.resourceUsage().maxRSS >> 10, blocked: turns.longest() })
})

const layer = Sync.layer.pipe(
  Layer.provideMerge(
    Registry.layer(
      {
        connectors: [healthy, ...hostile].map((of) => connector(of, limitsOf(of))),
        jobs: []
      },
      [connectorType]
    )
  ),
  Layer.provide(layerHttp),
  Layer.provideMerge(
    Database.layer({
      declaration: {
        url: Redacted.make(database),
        connections: 5,
        connectTimeout: Duration.seconds(10),
        statementTimeout: Duration.minutes(5),
        lockTimeout: Duration.seconds(30),
        recycle: Duration.minutes(5)
      },
      dataDirectory: ""
    })
  ),
  Layer.provideMerge(
    Logger.layer([
      Logger.withConsoleError(Logger.make(({ cause, message }) => `${String(message)} ${Cause.pretty(cause)}`))
    ])
  )
)

await Effect.runPromise(Effect.provide(program, layer))
process.exit(0)
