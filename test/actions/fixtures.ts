/** Engines on one database, each a process of its own as far as the database can tell, over one vendor. */

import { Context, DateTime, Duration, Effect, Fiber, Layer, type Redacted, Scope } from "effect"
import { HttpClient } from "effect/http"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { Actions } from "../../core/actions/Actions.ts"
import type { ConnectorDeclaration } from "../../core/config/Declarations.ts"
import * as Database from "../../core/database/connection/Database.ts"
import type { Json } from "../../core/plugin/Action.ts"
import { Registry } from "../../core/plugin/Registry.ts"
import { foreignText } from "../../core/reason/Reason.ts"
import { Sync } from "../../core/sync/Sync.ts"
import { UpstreamError } from "../../core/upstream/Source.ts"
import { declaration, freshDatabase } from "../support/database.ts"
import { eventually } from "../support/eventually.ts"
import { connectorOf } from "../support/source.ts"
import { type Answer, type Script, typeOf, type Vendor } from "./Vendor.ts"

/** The clock of the test runs ahead of the work: no connection is to be replaced because of it. */
const forever = Duration.days(10_000)

export const declared: ConnectorDeclaration = {
  ...connectorOf([]),
  actions: { send: { unit: "kg" }, blind: { unit: "kg" }, settle: { unit: "kg" } }
}

export const noHttp = Layer.succeed(
  HttpClient.HttpClient,
  HttpClient.make(() => Effect.die("the vendor of a test is no server"))
)

const layerDatabase = (url: Redacted.Redacted) =>
  Database.layer({ declaration: { ...declaration(url), recycle: forever }, dataDirectory: "" })

const layerOver = (vendor: Vendor, script: Script) =>
  Actions.layer.pipe(
    Layer.provide(Sync.layer),
    Layer.provideMerge(
      Registry.layer({ connectors: [declared], jobs: [] }, [typeOf(vendor, script)]).pipe(Layer.provide(noHttp))
    )
  )

/** The service over a database and a vendor. */
export const layerActions = (url: Redacted.Redacted, vendor: Vendor, script: Script) =>
  Layer.provideMerge(layerOver(vendor, script), layerDatabase(url))

/** A vendor in memory, which answers as the script says and then always applies. */
export const makeVendor = () => {
  const applied = new Map<string, number>()
  const state = { script: [] as Answer[], readable: true, reads: 0, sends: 0 }
  const vendor: Vendor = {
    apply: (key) => Effect.sync(() => void applied.set(key, (applied.get(key) ?? 0) + 1)),
    find: (key) =>
      Effect.suspend(() => {
        state.reads += 1
        if (!state.readable)
          return Effect.fail(new UpstreamError({ kind: "Timeout", reason: foreignText("no answer") }))
        const times = applied.get(key)
        return Effect.succeed<Json | undefined>(times === undefined ? undefined : { times })
      })
  }
  const script: Script = {
    next: () => {
      state.sends += 1
      return state.script.shift() ?? "apply"
    }
  }
  return { applied, state, vendor, script }
}

/** Begins an engine at `url`; `recover` clears up after the dead as the daemon does. */
export const engine = Effect.fnUntraced(function* (
  url: Redacted.Redacted,
  vendor: Vendor,
  script: Script,
  recover = false
) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  // The database lives in real time, whoever works on it by the clock of the test.
  const database = yield* TestClock.withLive(Layer.buildWithScope(layerDatabase(url), scope))
  const over = layerOver(vendor, script)
  const services = yield* Layer.buildWithScope(
    recover ? Layer.provideMerge(Actions.layerRecovery, over) : over,
    scope
  ).pipe(Effect.provide(database))
  const actions = Context.get(services, Actions)
  return {
    actions,
    sql: Context.get(database, SqlClient.SqlClient),
    scope,
    /** By Anna, of these keys. */
    send: (...keys: ReadonlyArray<string>) => actions.run("fake.send", { keys }, by),
    blind: (...keys: ReadonlyArray<string>) => actions.run("fake.blind", { keys }, by),
    /** To a system that applies a request within a minute or never. */
    settle: (...keys: ReadonlyArray<string>) => actions.run("fake.settle", { keys }, by),
    entries: actions.log({ limit: 100 })
  }
})

export const by = { trigger: "test", actor: "anna" }

/** A vendor, a database and an engine. */
export const world = Effect.gen(function* () {
  const url = yield* TestClock.withLive(freshDatabase)
  const made = makeVendor()
  const first = yield* engine(url, made.vendor, made.script)
  return { url, ...made, ...first }
})

/** Waits while the clock goes on as fast as it can. */
export const elapseUntil = <E, R>(condition: Effect.Effect<boolean, E, R>) =>
  Effect.andThen(TestClock.adjust("1 second"), TestClock.withLive(Effect.sleep("2 millis"))).pipe(
    Effect.andThen(condition),
    Effect.repeat({ until: (holds) => holds, times: 5_000 }),
    // Who has tried often enough succeeds, too.
    Effect.flatMap((holds) => (holds ? Effect.void : Effect.die("waited in vain")))
  )

/** The effect's end, while the clock goes on. */
export const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    yield* elapseUntil(Effect.sync(() => fiber.pollUnsafe() !== undefined))
    return yield* Fiber.join(fiber)
  })

/** Waits in real time. */
export const really = <E, R>(condition: Effect.Effect<boolean, E, R>) => TestClock.withLive(eventually(condition))

export const setTime = (text: string) => TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe(text)))
