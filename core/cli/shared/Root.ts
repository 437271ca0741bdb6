/** The flags of every command, and what they determine: the configuration, the form of the answer. */
import { Effect, Option, Path } from "effect"
import { Command, Flag } from "effect/cli"
import * as Configuration from "../../config/Configuration.ts"
import { type ConfigurationInvalid, renderDiagnostics } from "../../config/Diagnostic.ts"
import { readDotEnv } from "../../config/files/DotEnv.ts"
import type { Overlay } from "../../config/files/Files.ts"
import { pluginTypes } from "../../control/PluginDiscovery.ts"
import { escapeControls } from "../../observe/SafeText.ts"
import { connectorTypes } from "../../plugin/Discovery.ts"
import { asTyped, wrapMessage } from "../render/terminal/Prose.ts"
import { type Screen, Terminal } from "../render/terminal/Terminal.ts"
import { checkAliases } from "./AliasCheck.ts"
import { toggle } from "./Flags.ts"
import { checkMasterKey } from "./MasterKeyCheck.ts"
import { programName } from "./ProgramName.ts"
import { type ExitCode, Stop } from "./Stop.ts"

export const root = Command.make("tributary").pipe(
  Command.withSharedFlags({
    config: Flag.String("config").pipe(
      Flag.withAlias("c"),
      Flag.withDescription("The configuration directory; else TRIBUTARY_CONFIG, else config"),
      Flag.optional
    ),
    json: toggle("json", "Print one JSON document on standard output and nothing else")
  }),
  Command.withDescription("Keeps a PostgreSQL database an honest mirror of outside systems.")
)

const wantsJson = Effect.map(root, ({ json }) => json)

const givenConfig = Effect.map(root, ({ config }) => Option.getOrUndefined(config))

/** Commands in a text that work as they are printed. */
export const asCalled = (text: string) =>
  Effect.map(givenConfig, (config) => asTyped(text, { config, program: programName() }))

export const configDirectory = Effect.map(root, ({ config }) =>
  config._tag === "Some" ? config.value : process.env.TRIBUTARY_CONFIG || "config"
)

/** Writes the answer: one JSON document, or the text for the screen; the newline is added. */
export const answer = Effect.fnUntraced(function* (document: unknown, text: string | ((screen: Screen) => string)) {
  const { out } = yield* Terminal
  if (yield* wantsJson) return yield* out.write(jsonLine(document))
  const written =
    typeof text === "string"
      ? yield* asCalled(text)
      : text({ ...(yield* out.screen), config: yield* givenConfig, program: programName() })
  yield* out.write(`${written}\n`)
})

const jsonLine = (document: unknown): string => `${JSON.stringify(document, jsonValue)}\n`

const jsonValue = (_: string, value: unknown): unknown => (typeof value === "bigint" ? Number(value) : value)

/** Writes the reason to standard error (in JSON mode also the document) and ends with the code. */
export const stop = Effect.fnUntraced(function* (
  code: ExitCode,
  message: string,
  document: unknown = { error: message }
) {
  const { err, out } = yield* Terminal
  if (yield* wantsJson) yield* out.write(jsonLine(document))
  const { width } = yield* err.screen
  // The message holds file names and user input unchanged.
  yield* err.write(`${wrapMessage(yield* asCalled(escapeControls(message)), width)}\n`)
  return yield* new Stop({ code, message })
})

export const environment = Effect.map(readDotEnv("."), (file) => ({ ...file, ...process.env }))

/** Loads the whole configuration from the current environment and files; files of the overlay take precedence. */
export const loadWith = (overlay: Overlay) => Effect.flatMap(configDirectory, (directory) => loadIn(directory, overlay))

/** The same from another directory. */
export const loadIn = Effect.fnUntraced(function* (directory: string, overlay: Overlay) {
  const types = yield* connectorTypes
  const plugins = yield* pluginTypes
  const options = { directory, types, plugins, environment: yield* environment, overlay }
  const loaded = yield* Configuration.load(options)
  yield* checkMasterKey(loaded, options)
  yield* checkAliases(loaded, options)
  return { ...loaded, types, pluginTypes: plugins }
})

export const load = loadWith(new Map())

/** Loads the configuration. If it is invalid, every problem is shown and the command ends with 78. */
export const declarations = Effect.suspend(() =>
  Effect.catchTag(load, "ConfigurationInvalid", (invalid) => stopInvalid(invalid))
)

/** The part of `daemon.yaml` alone, for commands that contact the running daemon. */
export const daemonDeclaration = Effect.gen(function* () {
  const directory = yield* configDirectory
  return yield* Configuration.loadDaemon({ directory, environment: yield* environment }).pipe(
    Effect.catchTag("ConfigurationInvalid", (invalid) => stopInvalid(invalid))
  )
})

export const stopInvalid = ({ diagnostics }: ConfigurationInvalid) =>
  stop(78, renderDiagnostics(diagnostics), { error: "invalid configuration", diagnostics })

export const dataDirectory = Effect.gen(function* () {
  const path = yield* Path.Path
  return path.join((yield* environment).TRIBUTARY_DATA || "data", "postgres")
})
