/** What an image holds: how large it is, and that nothing is in it that only development needs. */
import { readdir, readFile } from "node:fs/promises"
import { join, relative } from "node:path"
import { Effect, Schema } from "effect"
import type { Image } from "./Build.ts"
import { Failed, run } from "./Process.ts"

const Package = Schema.Struct({ dev: Schema.optionalKey(Schema.Boolean), optional: Schema.optionalKey(Schema.Boolean) })
const Lock = Schema.fromJsonString(Schema.Struct({ packages: Schema.Record(Schema.String, Package) }))

/** Of a package that is needed, what npm picks for the platform is optional in the lock, and needed too. */
const isNeeded = (path: string) => path.startsWith("node_modules/@resvg/")

/** Tests, secrets and history; packages have files of their own. */
const unwanted = /(?:^|\/)(?:test|\.git|\.env[^/]*|[^/]+\.test\.ts)(?:\/|$)/

export const onlyWhatRuns = Effect.fn("Contents.onlyWhatRuns")(function* ({ directory }: Image) {
  const { packages } = yield* Effect.flatMap(
    Effect.promise(() => readFile(join(directory, "package-lock.json"), "utf8")),
    Schema.decodeUnknownEffect(Lock)
  )
  const files = yield* Effect.promise(() => readdir(directory, { recursive: true, withFileTypes: true }))
  const paths = files.map((file) => relative(directory, join(file.parentPath, file.name)))
  const wrong = paths.filter((path) =>
    path.startsWith("node_modules/")
      ? packages[path]?.dev === true || (packages[path]?.optional === true && !isNeeded(path))
      : unwanted.test(path)
  )
  if (wrong.length > 0) return yield* new Failed({ message: `The image holds ${wrong.slice(0, 5).join(", ")}.` })
})

/** Bytes of the files below. */
export const sizeOf = (path: string) =>
  run(["du", "-sk", "--apparent-size", path], {
    account: undefined,
    directory: "/",
    env: { PATH: process.env.PATH ?? "" }
  }).pipe(Effect.map((text) => Number.parseInt(text, 10) * 1024))
