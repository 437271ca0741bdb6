import { assert, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Path, PlatformError } from "effect"
import { readDotEnv } from "../../core/config/DotEnv.ts"

const layerOf = (files: Readonly<Record<string, string>>) =>
  Layer.merge(
    FileSystem.layerNoop({
      readFileString: (pathOrDescriptor) => {
        const found = files[pathOrDescriptor]
        return found === undefined
          ? Effect.fail(
              PlatformError.systemError({
                _tag: "NotFound",
                module: "FileSystem",
                method: "readFileString",
                pathOrDescriptor
              })
            )
          : Effect.succeed(found)
      }
    }),
    Path.layer
  )

it.effect("reads names and values, with quotes and comments", () =>
  Effect.gen(function* () {
    const read = yield* readDotEnv("here").pipe(
      Effect.provide(layerOf({ "here/.env": "# the chain\nTOKEN=a=b # not part of it\nNAME='Кафе #1'\nEMPTY=\n" }))
    )
    assert.deepStrictEqual({ ...read }, { TOKEN: "a=b", NAME: "Кафе #1", EMPTY: "" })
  })
)

it.effect("is empty where there is no file", () =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* readDotEnv("here").pipe(Effect.provide(layerOf({}))), {})
  })
)
