/** `./tributary` from any directory, also through a link, with a system whose own Node is older or not there. */
import { execFile } from "node:child_process"
import { symlink } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"

const launcher = fileURLToPath(new URL("../../tributary", import.meta.url))

it.live("the command runs from anywhere, with the Node that the project brings, and knows what was typed", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    const link = join(folder, "trib")
    yield* Effect.promise(() => symlink(launcher, link))
    const tools = join(folder, "bin")
    yield* fs.makeDirectory(tools)
    for (const name of ["sh", "dirname", "basename", "readlink"]) {
      const found = (yield* fs.exists(`/usr/bin/${name}`)) ? `/usr/bin/${name}` : `/bin/${name}`
      yield* Effect.promise(() => symlink(found, join(tools, name)))
    }
    const run = (...args: ReadonlyArray<string>) =>
      Effect.promise(() =>
        promisify(execFile)("/bin/sh", [link, ...args], { cwd: folder, env: { PATH: tools, HOME: folder } }).then(
          ({ stdout }) => ({ code: 0, output: stdout }),
          ({ code, stderr }: { readonly code: number; readonly stderr: string }) => ({ code, output: stderr })
        )
      )
    assert.deepEqual(yield* run("--version"), { code: 0, output: "tributary 0.1.0\n" })
    const { code, output } = yield* run("init", "--yes")
    assert.deepEqual([code, output], [2, "Which address? Type: trib init --url https://api.example.test/v1/deals\n"])
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
)
