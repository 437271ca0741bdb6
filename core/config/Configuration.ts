/**
 * Reads a configuration directory into declarations, or reports all its problems at once. Nothing is ever half loaded:
 * a single problem means that there are no declarations.
 */
import { relative } from "node:path"
import { Array as Arr, Effect, Schema } from "effect"
import type { ConnectorDeclaration, DaemonDeclaration, Declarations } from "./Declarations.ts"
import { ConfigurationInvalid } from "./Diagnostic.ts"
import { finish } from "./declare/CrossChecks.ts"
import { type DeclaredConnector, declareConnector } from "./declare/DeclareConnectors.ts"
import { declareJobs } from "./declare/DeclareJobs.ts"
import { declarePlugin } from "./declare/DeclarePlugins.ts"
import { type Entity, entityId } from "./Entity.ts"
import { type Files, type Overlay, readFiles } from "./files/Files.ts"
import { readPlain } from "./files/PlainFile.ts"
import { Problems, type Source } from "./files/Problems.ts"
import { type Environment, resolveReferences } from "./files/References.ts"
import { secretNames } from "./files/SecretReach.ts"
import { parse } from "./files/Yaml.ts"
import { restIfOff } from "./OffConnectors.ts"
import type { PluginSchema } from "./PluginDeclaration.ts"
import type { ConnectorSchema } from "./schema/ConnectorYaml.ts"
import { DaemonYaml } from "./schema/DaemonYaml.ts"
import { decode } from "./schema/Decode.ts"

export interface LoadOptions {
  /** As the user gave it: problems name files with it. */
  readonly directory: string
  readonly types: ReadonlyArray<ConnectorSchema>
  /** The plugins that are not connectors; each may have a file of its name. Default: none. */
  readonly plugins?: ReadonlyArray<PluginSchema>
  /** The source of secrets and variables, including `.env`. */
  readonly environment: Environment
  /** Files that are not written yet; they replace or add to those of the directory. */
  readonly overlay?: Overlay
}

/** The text of a file, by its path below the directory. */
export interface ConfigurationFile {
  readonly name: string
  readonly text: string
}

export const load = Effect.fn("Configuration.load")(function* (options: LoadOptions) {
  const problems = new Problems()
  const types = options.plugins ?? []
  const files = yield* readFiles({ ...options, plugins: types.map(({ name }) => name) }, problems)
  const read = sourcesOf(files)
  const secrets = secretNames(read)
  const daemon = declareDaemon(files.daemon, options.environment, problems, secrets)
  const connectors = files.connectors.map((file) =>
    declareConnector({ ...options, ...file, secrets, timezone: daemon.timezone, hashKey: daemon.hashKey }, problems)
  )
  const actions = connectors.flatMap((connector) => connector.actions)
  const exports = connectors.flatMap((connector) => connector.exports)
  const known = knownTo(connectors)
  const those = (is: (entity: Entity) => boolean) =>
    connectors.flatMap(({ built }) => built.flatMap(({ entity }) => (is(entity) ? [entityId(entity)] : [])))
  const windowless = those((entity) => entity.windows === undefined)
  const perAccount = those((entity) => entity.perAccount === true)
  const growing = those((entity) => entity.mode === "append" && entity.incremental !== undefined)
  const jobs = declareJobs(
    files.jobs,
    { ...options, secrets, timezone: daemon.timezone, known, perAccount, windowless, growing, actions, exports },
    problems
  )
  const chats = options.types.flatMap(({ chat }) => chat ?? [])
  const plugins = files.plugins.flatMap(
    (file) => declarePlugin({ ...options, ...file, types, chats, secrets, timezone: daemon.timezone }, problems) ?? []
  )
  const off = connectors.flatMap((connector) => connector.off ?? [])
  const declarations = {
    daemon,
    connectors: finishConnectors(connectors),
    off,
    jobs: jobs.map((job) => restIfOff(job, off)),
    plugins,
    files: read.map((source) => nameBelow(options.directory, source))
  }
  const { diagnostics } = problems
  if (Arr.isReadonlyArrayNonEmpty(diagnostics)) return yield* new ConfigurationInvalid({ diagnostics })
  return declarations satisfies Declarations
})

/**
 * Loads `daemon.yaml` alone: another program needs only that to find a running daemon, whatever is wrong with the other
 * files.
 */
export const loadDaemon = Effect.fn("Configuration.loadDaemon")(function* (
  options: Pick<LoadOptions, "directory" | "environment" | "overlay">
) {
  const problems = new Problems()
  const files = yield* readFiles({ ...options, plugins: [] }, problems)
  const daemon = declareDaemon(files.daemon, options.environment, problems, secretNames(sourcesOf(files)))
  const diagnostics = problems.diagnostics.filter(({ file }) => file.endsWith("daemon.yaml"))
  if (Arr.isReadonlyArrayNonEmpty(diagnostics)) return yield* new ConfigurationInvalid({ diagnostics })
  return daemon
})

/** The text of one file, whatever is wrong with it; empty if it cannot be read. */
export const textOf = Effect.fnUntraced(function* (directory: string, name: string) {
  const bytes = yield* Effect.orElseSucceed(readPlain(directory, name), () => new Uint8Array())
  return new TextDecoder().decode(bytes)
})

const nameBelow = (directory: string, { file, text }: Source): ConfigurationFile => ({
  name: relative(directory, file).replaceAll("\\", "/"),
  text
})

const sourcesOf = ({ connectors, daemon, jobs, plugins }: Files): ReadonlyArray<Source> =>
  [daemon, jobs, ...[...plugins, ...connectors].map(({ source }) => source)].flatMap((source) => source ?? [])

const declareDaemon = (
  source: Source | undefined,
  environment: Environment,
  problems: Problems,
  secrets: ReadonlySet<string>
): DaemonDeclaration => {
  const tree = parse(source ?? { file: "daemon.yaml", text: usual }, problems)
  if (tree === undefined) return defaults
  return (
    decode(DaemonYaml, resolveReferences(tree, environment, problems, secrets), problems, { section: "daemon" }) ??
    defaults
  )
}

/** Stands for a file that is not there: the database is that of the environment, else the embedded one. */
const usual = "database: { url: { secret: DATABASE_URL, optional: true } }"

/** Used to check the other files if this one is broken. */
const defaults: DaemonDeclaration = Schema.decodeSync(DaemonYaml)({})

const knownTo = (connectors: ReadonlyArray<DeclaredConnector>) => connectors.flatMap(({ known }) => known)

const finishConnectors = (connectors: ReadonlyArray<DeclaredConnector>): ReadonlyArray<ConnectorDeclaration> => {
  const entities = finish(
    connectors.flatMap(({ built }) => built),
    // Nothing can be read for the rows of a connector that is off.
    new Set(knownTo(connectors.filter(({ off }) => off === undefined)))
  )
  return connectors.flatMap(({ declaration }) =>
    declaration === undefined
      ? []
      : { ...declaration, entities: entities.filter(({ connector }) => connector === declaration.name) }
  )
}
