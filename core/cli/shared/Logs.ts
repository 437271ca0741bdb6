/**
 * The targets of the log: standard error, so that standard output stays the answer; for the daemon also a file; and a
 * collector if the environment names one.
 */
import { Effect, Layer, Logger, Queue, References } from "effect"
import { HttpClient } from "effect/http"
import type { LogDeclaration } from "../../config/Declarations.ts"
import { readDotEnv } from "../../config/files/DotEnv.ts"
import { LogFile } from "../../observe/LogFile.ts"
import { lineOf, toJson } from "../../observe/LogLine.ts"
import * as Telemetry from "../../observe/Telemetry.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import * as LogLineView from "../render/views/LogLineView.ts"

const levels = { trace: "Trace", debug: "Debug", info: "Info", warn: "Warn", error: "Error" } as const

/** For a command that ends on its own. */
export const layerLogs = (log: LogDeclaration) => layerTelemetry.pipe(Layer.provideMerge(layerTerminal(log)))

/** For the daemon: only one process may rotate a file. */
export const layerDaemonLogs = (log: LogDeclaration) =>
  layerTelemetry.pipe(
    Layer.provideMerge(log.file === undefined ? Layer.empty : layerFile(log.file)),
    Layer.provideMerge(layerTerminal(log))
  )

const layerTerminal = ({ format, level }: LogDeclaration) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { screen } = (yield* Terminal).err
      const { live, style } = yield* screen
      const pretty = format === undefined ? live : format === "pretty"
      const render = pretty ? LogLineView.render(style) : toJson
      return Layer.mergeAll(
        Logger.layer([Logger.withConsoleError(Logger.make((options) => render(lineOf(options))))]),
        Layer.succeed(References.MinimumLogLevel, levels[level])
      )
    })
  )

const layerFile = (declaration: NonNullable<LogDeclaration["file"]>) =>
  Logger.layer(
    [
      Effect.gen(function* () {
        const states = yield* Queue.unbounded<string>()
        // Forked before the file is among the loggers, so this is logged on standard error alone.
        yield* Queue.take(states).pipe(Effect.flatMap(Effect.logWarning), Effect.forever, Effect.forkScoped)
        const onState = (message: string) => Queue.offerUnsafe(states, message)
        const file = new LogFile({ ...declaration, onState })
        yield* Effect.addFinalizer(() => file.close)
        return Logger.make((options) => file.write(toJson(lineOf(options)), options.date.getTime()))
      })
    ],
    { mergeWithExisting: true }
  )

const layerTelemetry = Layer.unwrap(
  Effect.gen(function* () {
    const environment = { ...(yield* readDotEnv(".")), ...process.env }
    return Layer.mergeAll(
      Telemetry.layer(environment),
      // No trace headers are sent to vendors.
      Layer.succeed(HttpClient.TracerPropagationEnabled, false)
    )
  })
)
