/** What stands in a configuration directory and is no file of it: refused at once, with a reason, before it is opened. */
import { execFileSync } from "node:child_process"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { load } from "../../core/config/Configuration.ts"
import { maxBytes } from "../../core/config/files/PlainFile.ts"
import * as EditedFiles from "../../core/control/EditedFiles.ts"
import { namesOf } from "../../core/control/FileEdit.ts"
import { types } from "./cases/harness.ts"

const good = "type: rest\nbaseUrl: https://api.test\n"

const directory = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const root = yield* fs.makeTempDirectoryScoped()
  yield* fs.makeDirectory(`${root}/config/connectors`, { recursive: true })
  yield* fs.writeFileString(`${root}/outside.yaml`, good)
  return { fs, root, file: `${root}/config/connectors/shop.yaml` }
})

const problems = (root: string) =>
  load({ directory: `${root}/config`, types, plugins: [], environment: {} }).pipe(
    Effect.as<ReadonlyArray<string>>([]),
    Effect.catchTag("ConfigurationInvalid", ({ diagnostics }) =>
      Effect.succeed<ReadonlyArray<string>>(diagnostics.map(({ message }) => message))
    ),
    // A pipe that nobody writes to would be read for ever.
    Effect.timeout("10 seconds")
  )

describe("a configuration directory", () => {
  it.live("with a pipe, a device or a folder in it names them, and waits for none", () =>
    Effect.gen(function* () {
      const { file, fs, root } = yield* directory
      const special = ["not read: it is no file, but a pipe, a device, a socket or a directory"]
      yield* Effect.sync(() => execFileSync("mkfifo", [file]))
      assert.deepStrictEqual(yield* problems(root), special)
      yield* fs.remove(file)
      yield* fs.symlink("/dev/zero", file)
      assert.deepStrictEqual(yield* problems(root), special)
      yield* fs.remove(file)
      yield* fs.makeDirectory(file)
      assert.deepStrictEqual(yield* problems(root), special)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("reads links that stay within, and none that leads out", () =>
    Effect.gen(function* () {
      const { file, fs, root } = yield* directory
      yield* fs.writeFileString(`${root}/config/connectors/..data`, good)
      yield* fs.symlink("..data", file)
      assert.deepStrictEqual(yield* problems(root), [])
      yield* fs.remove(file)
      yield* fs.symlink(`${root}/outside.yaml`, file)
      assert.deepStrictEqual(yield* problems(root), ["not read: it is a link that leads out of the directory"])
      yield* fs.remove(file)
      yield* fs.symlink("../nowhere.yaml", file)
      assert.match((yield* problems(root)).join(), /^cannot be read: /)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("that is a link itself is read", () =>
    Effect.gen(function* () {
      const { file, fs, root } = yield* directory
      yield* fs.writeFileString(file, good)
      yield* fs.rename(`${root}/config`, `${root}/real`)
      yield* fs.symlink(`${root}/real`, `${root}/config`)
      assert.deepStrictEqual(yield* problems(root), [])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("with a file larger than a MiB says so", () =>
    Effect.gen(function* () {
      const { file, fs, root } = yield* directory
      yield* fs.writeFileString(file, good + "#".repeat(maxBytes - good.length))
      assert.deepStrictEqual(yield* problems(root), [])
      yield* fs.writeFileString(file, good + "#".repeat(maxBytes - good.length + 1))
      assert.deepStrictEqual(yield* problems(root), ["not read: it is larger than 1048576 bytes"])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("is edited no more than it is read: a pipe is left alone, at once", () =>
    Effect.gen(function* () {
      const { file, root } = yield* directory
      yield* Effect.sync(() => execFileSync("mkfifo", [file]))
      const edited = yield* EditedFiles.make(`${root}/config`, namesOf([]))
      const refused = yield* Effect.flip(edited.look("connectors/shop.yaml")).pipe(Effect.timeout("10 seconds"))
      assert.include(refused.message, "a pipe, a device, a socket or a directory")
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
