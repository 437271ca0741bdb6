/** A configuration directory held in memory, loaded as the daemon would load it. */
import { ByteSize, Effect, FileSystem, Layer, Option, Path, PlatformError, Schema } from "effect"
import { type LoadOptions, load } from "../../../core/config/Configuration.ts"
import type { Diagnostic } from "../../../core/config/Diagnostic.ts"
import type { PluginSchema } from "../../../core/config/PluginDeclaration.ts"
import type { ConnectorSchema } from "../../../core/config/schema/ConnectorYaml.ts"
import { Secret } from "../../../core/config/schema/Scalars.ts"
import { optional, required } from "../../../core/config/schema/YamlKeys.ts"
import { foreignText } from "../../../core/reason/Reason.ts"

export type Files = Readonly<Record<string, string | Uint8Array>>

export const types: ReadonlyArray<ConnectorSchema> = [
  {
    type: "rest",
    description: "Any HTTP API.",
    config: Schema.Struct({
      baseUrl: required(Schema.String, foreignText("https://api.example.test")),
      token: optional(Secret, "What it asks for."),
      depth: optional(Schema.Int, "A number.")
    }),
    entityDefaults: {}
  },
  {
    type: "till",
    description: "Tills.",
    config: Schema.Struct({}),
    entityDefaults: { format: "json", records: "/data" }
  },
  { type: "market", description: "Sellers.", config: Schema.Struct({}), entityDefaults: {}, accounts: { perOwner: 1 } }
]

export const plugins: ReadonlyArray<PluginSchema> = [
  {
    type: "chat",
    name: "bot",
    description: "Speaks in chats.",
    config: () =>
      Schema.Struct({
        token: required(Secret, foreignText("{ secret: TOKEN }")),
        language: optional(Schema.String, "Of the texts.")
      })
  }
]

const notFound = (method: string) => (pathOrDescriptor: string) =>
  Effect.fail(PlatformError.systemError({ _tag: "NotFound", module: "FileSystem", method, pathOrDescriptor }))

const plainFile: FileSystem.File.Info = {
  type: "File",
  size: ByteSize.bytes(0),
  mode: 0o644,
  dev: 1n,
  mtime: Option.none(),
  atime: Option.none(),
  birthtime: Option.none(),
  ino: Option.none(),
  nlink: Option.none(),
  uid: Option.none(),
  gid: Option.none(),
  rdev: Option.none(),
  blksize: Option.none(),
  blocks: Option.none()
}

const layerOf = (files: Files) =>
  Layer.merge(
    FileSystem.layerNoop({
      readDirectory: (folder) => {
        const below = Object.keys(files).flatMap((file) =>
          file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : []
        )
        const names = [...new Set(below.map((file) => file.split("/")[0] ?? ""))]
        return names.length === 0 ? notFound("readDirectory")(folder) : Effect.succeed(names)
      },
      realPath: Effect.succeed,
      stat: (file) => (files[file] === undefined ? notFound("stat")(file) : Effect.succeed(plainFile)),
      readFile: (file) => {
        const found = files[file]
        if (found === undefined) return notFound("readFile")(file)
        return Effect.succeed(typeof found === "string" ? new TextEncoder().encode(found) : found)
      }
    }),
    Path.layer
  )

export const loadFiles = (
  files: Files,
  environment: Readonly<Record<string, string>> = {},
  options: Partial<Pick<LoadOptions, "overlay" | "plugins" | "types">> = { plugins }
) => load({ directory: "config", types, environment, ...options }).pipe(Effect.provide(layerOf(files)))

/** The problems of one connector file, `config/connectors/shop.yaml`. */
export const problemsOf = (yaml: string, environment: Readonly<Record<string, string>> = {}) =>
  problemsOfFiles({ "config/connectors/shop.yaml": yaml }, environment)

export const problemsOfFiles = (...given: Parameters<typeof loadFiles>) =>
  loadFiles(...given).pipe(
    Effect.as<ReadonlyArray<Diagnostic>>([]),
    Effect.catchTag("ConfigurationInvalid", ({ diagnostics }) => Effect.succeed<ReadonlyArray<Diagnostic>>(diagnostics))
  )

export const place = ({ column, file, line }: Diagnostic): string => `${file}:${line}:${column}`

/** The problems as lines: the place and the message. */
export const linesOfFiles = (files: Files, environment: Readonly<Record<string, string>> = {}) =>
  Effect.map(problemsOfFiles(files, environment), (found) => found.map((one) => `${place(one)}: ${one.message}`))
