import { execFileSync } from "node:child_process"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { readDotEnv } from "../../core/config/files/DotEnv.ts"

const directory = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const root = yield* fs.makeTempDirectoryScoped()
  return { fs, root, file: `${root}/.env` }
})

/** A pipe that nobody writes to would be read for ever. */
const read = (root: string) => Effect.map(Effect.timeout(readDotEnv(root), "10 seconds"), (found) => ({ ...found }))

it.live("reads names and values, with quotes and comments", () =>
  Effect.gen(function* () {
    const { file, fs, root } = yield* directory
    yield* fs.writeFileString(file, "\ufeff# the chain\nTOKEN=a=b # not part of it\nNAME='Кафе #1'\nEMPTY=\n")
    assert.deepStrictEqual(yield* read(root), { TOKEN: "a=b", NAME: "Кафе #1", EMPTY: "" })
  }).pipe(Effect.provide(NodeServices.layer))
)

it.live("is empty where there is no file", () =>
  Effect.gen(function* () {
    const { root } = yield* directory
    assert.deepStrictEqual(yield* read(root), {})
  }).pipe(Effect.provide(NodeServices.layer))
)

it.live("may be a link to wherever the secrets are kept", () =>
  Effect.gen(function* () {
    const { file, fs, root } = yield* directory
    yield* fs.makeDirectory(`${root}/app`)
    yield* fs.writeFileString(`${root}/kept`, "TOKEN=x\n")
    yield* fs.symlink(`${root}/kept`, `${root}/app/.env`)
    assert.deepStrictEqual(yield* read(`${root}/app`), { TOKEN: "x" })
    assert.isFalse(yield* fs.exists(file))
  }).pipe(Effect.provide(NodeServices.layer))
)

it.live("that is a pipe, a device or a folder is refused at once, by its name", () =>
  Effect.gen(function* () {
    const { file, fs, root } = yield* directory
    const refused = Effect.map(Effect.flip(read(root)), (error) =>
      error._tag === "ConfigurationInvalid" ? error.diagnostics.map(({ file: name, message }) => [name, message]) : []
    )
    const special = [[file, "not read: it is no file, but a pipe, a device, a socket or a directory"]]
    yield* Effect.sync(() => execFileSync("mkfifo", [file]))
    assert.deepStrictEqual(yield* refused, special)
    yield* fs.remove(file)
    yield* fs.symlink("/dev/zero", file)
    assert.deepStrictEqual(yield* refused, special)
    yield* fs.remove(file)
    yield* fs.makeDirectory(file)
    assert.deepStrictEqual(yield* refused, special)
  }).pipe(Effect.provide(NodeServices.layer))
)
