/**
 * `doctor`: contacts the database, every connector and every plugin without changing anything, and names a remedy for
 * each failure.
 */
import { Duration, Effect, Layer, Result } from "effect"
import { Command } from "effect/cli"
import { SqlClient } from "effect/sql"
import { restingJobs } from "../../config/OffConnectors.ts"
import * as Database from "../../database/connection/Database.ts"
import * as Resting from "../../jobs/Resting.ts"
import { Registry } from "../../plugin/Registry.ts"
import { orIfNoTable } from "../../plugin/StoredRows.ts"
import { type Reason, render, spanOf } from "../../reason/Reason.ts"
import { layerHttp } from "../../upstream/exchange/Http.ts"
import { plural } from "../render/terminal/Format.ts"
import type { Style } from "../render/terminal/Style.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import { layerVault } from "../shared/Engine.ts"
import { loadReadable } from "../shared/ReadableConfiguration.ts"
import { answer, asCalled, dataDirectory } from "../shared/Root.ts"
import { Stop } from "../shared/Stop.ts"

interface Finding {
  readonly part: string
  readonly ok: boolean
  /** Whether it is a connector that its file leaves out. */
  readonly off?: true
  /** Whether it is about what does not run by itself at the moment. */
  readonly rests?: true
  readonly message: string
}

/** `doctor` does not wait as long as a vendor asks: its user wants an answer now. */
const timeout = Duration.seconds(30)

/** `found` makes the findings from the answer. */
const asked = <A, E extends { readonly message: string }, R>(
  part: string,
  probe: Effect.Effect<A, E, R>,
  found: (answer: A) => ReadonlyArray<Finding>
) =>
  Effect.map(
    Effect.result(
      Effect.timeoutOrElse(probe, {
        duration: timeout,
        orElse: () => Effect.fail({ message: `no answer within ${spanOf(timeout)}` })
      })
    ),
    Result.match({ onSuccess: found, onFailure: ({ message }) => [{ part, ok: false, message }] })
  )

const finding = <E extends { readonly message: string }, R>(part: string, probe: Effect.Effect<string, E, R>) =>
  asked(part, probe, (message) => [{ part, ok: true, message }])

const restingFinding = (part: string, reason: Reason): Finding => ({
  part,
  ok: true,
  rests: true,
  message: render(reason)
})

/** What is off or rests is no failure, and nothing that was reached. */
const markOf = ({ off, ok, rests }: Finding, style: Style): string => {
  if (off || rests) return style("dim", "-")
  return ok ? style("good", "✓") : style("bad", "✗")
}

const databaseVersion = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ version: string }>`select current_setting('server_version') as version`
  return `PostgreSQL ${row?.version ?? "of an unknown version"}`
})

export const doctor = Command.make(
  "doctor",
  {},
  Effect.fn("cli.doctor")(function* () {
    const loaded = yield* loadReadable
    const settings = { declaration: loaded.daemon.database, dataDirectory: yield* dataDirectory }
    // Whoever comes first reaches it, or starts the embedded one, for all.
    const database = Layer.effectContext(yield* Effect.cached(Layer.build(Database.layer(settings))))
    const connectors = Effect.gen(function* () {
      const registry = yield* Registry.now
      return yield* Effect.forEach(
        registry.declarations,
        ({ name, ownAccount }) => {
          const probe = Effect.scoped(Effect.flatMap(registry.connector(name), (connector) => connector.probe))
          return finding(name, ownAccount ? Effect.provide(probe, Layer.provide(layerVault, database)) : probe)
        },
        { concurrency: "unbounded" }
      )
    }).pipe(Effect.provide(Registry.layer(loaded, loaded.types).pipe(Layer.provide(layerHttp))))
    const plugins = loaded.plugins.flatMap((plugin) => {
      const probe = loaded.pluginTypes.find(({ name }) => name === plugin.name)?.probe?.(plugin)
      return probe === undefined ? [] : [finding(plugin.name, probe)]
    })
    const pluginNames = new Set(loaded.plugins.map(({ name }) => name))
    const problemsOfPlugins = Effect.forEach(
      loaded.pluginTypes.filter(({ name }) => pluginNames.has(name)),
      ({ name, problem = Effect.undefined }) =>
        Effect.map(problem, (why) => (why === undefined ? [] : [{ part: name, ok: false, message: render(why) }]))
    )
    const declared = { ...loaded, entities: loaded.connectors.flatMap(({ entities }) => entities) }
    const stored = Effect.all({
      version: databaseVersion,
      problems: problemsOfPlugins,
      // A database that no daemon has started on yet has no tables.
      resting: orIfNoTable(Resting.read(declared), [])
    }).pipe(Effect.provide(database))
    const found = yield* Effect.all(
      [
        asked("database", stored, ({ problems, resting, version }) => [
          { part: "database", ok: true, message: version },
          ...problems.flat(),
          ...resting.map(({ part, reason }) => restingFinding(part, reason))
        ]),
        connectors,
        Effect.all(plugins, { concurrency: "unbounded" })
      ],
      { concurrency: "unbounded" }
    )
    const problems = plural(loaded.broken.length, "problem")
    const files = {
      part: "configuration",
      ok: false,
      message: yield* asCalled(`${problems}; \`tributary check\` shows them`)
    }
    const off = loaded.off.map(({ name, reason }) => ({
      part: name,
      ok: true,
      off: true as const,
      message: render(reason)
    }))
    const asFound: ReadonlyArray<Finding> = [
      ...(loaded.broken.length === 0 ? [] : [files]),
      ...found.flat(2),
      ...off,
      ...restingJobs(loaded.jobs).map((reason) => restingFinding("jobs", reason))
    ]
    const [reached, resting] = [asFound.filter(({ rests }) => !rests), asFound.filter(({ rests }) => rests)]
    const findings = [...reached, ...resting]
    const { out } = yield* Terminal
    const { style } = yield* out.screen
    const width = Math.max(...findings.map(({ part }) => part.length))
    const lines = findings.map(
      (found) => `${markOf(found, style)} ${found.part.padEnd(width)}  ${found.off ? "off: " : ""}${found.message}`
    )
    yield* answer({ findings }, lines.join("\n"))
    if (findings.some(({ ok }) => !ok)) return yield* new Stop({ code: 1, message: "something cannot be reached" })
  }, Effect.scoped)
).pipe(Command.withDescription("Reach every system and the database without changing anything"))
