/** A directory that is edited in all the ways there are, and a daemon that takes what it then says. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Layer, PubSub, Stream } from "effect"
import * as WatchFiles from "../../core/cli/daemon/WatchFiles.ts"
import * as DirectorySnapshot from "../../core/config/files/DirectorySnapshot.ts"
import type { ConfigVersion } from "../../core/plugin/ConfigVersion.ts"
import { Reload } from "../../core/plugin/Reload.ts"
import { eventually } from "../support/eventually.ts"

const none = { added: [], changed: [], removed: [] }

const versionOf = (status: ConfigVersion["status"], loadedAt: DateTime.Utc): ConfigVersion => ({
  id: null,
  hash: "hash",
  loadedAt,
  trigger: "watch",
  actor: null,
  status,
  changes: { connectors: none, entities: none, jobs: none, plugins: none, rebuilt: [], daemon: [], restart: [] },
  diagnostics: [],
  error: null,
  reasons: []
})

/** What was live when each reload had ended; a text that says `broken` cannot be loaded. */
const watched = Effect.fnUntraced(function* (directory: string) {
  let files = yield* Effect.provide(DirectorySnapshot.read(directory), NodeServices.layer)
  const reloads: Array<string> = []
  const events = yield* PubSub.unbounded<ConfigVersion>()
  const reload = Effect.gen(function* () {
    const found = yield* DirectorySnapshot.read(directory)
    const broken = found.some(({ text }) => text.includes("broken"))
    if (!broken) files = found
    const version = versionOf(broken ? "invalid" : "ok", yield* DateTime.now)
    reloads.push(broken ? "broken" : textOf(files))
    yield* PubSub.publish(events, version)
    return version
  }).pipe(Effect.provide(NodeServices.layer))
  const layer = Layer.mock(Reload, {
    reload: () => reload,
    live: Effect.map(DateTime.now, (now) => ({ version: versionOf("ok", now), files })),
    events: Stream.fromPubSub(events)
  })
  const start = WatchFiles.start(directory).pipe(Effect.provide([layer, NodeServices.layer]))
  const takes = (text: string) => eventually(Effect.sync(() => reloads.at(-1) === text))
  return { reload, reloads, start, takes }
})

const textOf = (files: Effect.Success<ReturnType<typeof DirectorySnapshot.read>>) =>
  files
    .map(({ name, text }) => `${name}=${text}`)
    .toSorted()
    .join(" ")

const folder = Effect.acquireRelease(
  Effect.sync(() => {
    const directory = mkdtempSync(join(tmpdir(), "watched-"))
    mkdirSync(join(directory, "config", "connectors"), { recursive: true })
    writeFileSync(join(directory, "config", "jobs.yaml"), "one")
    return directory
  }),
  (directory) => Effect.sync(() => rmSync(directory, { recursive: true, force: true }))
)

/** As careful editors and `git checkout` do: a new file in the place of the old one. */
const replace = (file: string, text: string) => {
  writeFileSync(`${file}.tmp~`, text)
  renameSync(`${file}.tmp~`, file)
}

describe.concurrent("files that are watched", () => {
  it.live("are taken as often as they are replaced, also in connectors/", () =>
    Effect.gen(function* () {
      const config = join(yield* folder, "config")
      const { start, takes } = yield* watched(config)
      yield* start
      for (const text of ["two", "three", "four"]) {
        replace(join(config, "jobs.yaml"), text)
        yield* takes(`jobs.yaml=${text}`)
      }
      replace(join(config, "connectors", "shop.yaml"), "five")
      yield* takes("connectors/shop.yaml=five jobs.yaml=four")
    })
  )

  it.live("are taken though they were saved before the watching began", () =>
    Effect.gen(function* () {
      const config = join(yield* folder, "config")
      const { start, takes } = yield* watched(config)
      writeFileSync(join(config, "jobs.yaml"), "two")
      yield* start
      yield* takes("jobs.yaml=two")
    })
  )

  it.live("are taken when the folder, or a link to it, becomes another one", () =>
    Effect.gen(function* () {
      const place = yield* folder
      const revision = (name: string) => {
        mkdirSync(join(place, name, "connectors"), { recursive: true })
        writeFileSync(join(place, name, "jobs.yaml"), name)
      }
      for (const name of ["first", "second", "third"]) revision(name)
      symlinkSync("first", join(place, "live"))
      const { start, takes } = yield* watched(join(place, "live"))
      yield* start
      for (const name of ["second", "third"]) {
        symlinkSync(name, join(place, "next"))
        renameSync(join(place, "next"), join(place, "live"))
        yield* takes(`jobs.yaml=${name}`)
      }
      rmSync(join(place, "live"))
      renameSync(join(place, "second"), join(place, "live"))
      yield* takes("jobs.yaml=second")
      replace(join(place, "live", "jobs.yaml"), "edited")
      yield* takes("jobs.yaml=edited")
    })
  )

  it.live("are taken in a folder in which somebody writes all the time", () =>
    Effect.gen(function* () {
      const config = join(yield* folder, "config")
      const { reloads, start, takes } = yield* watched(config)
      yield* start
      let lines = 0
      const busy = Effect.sync(() => writeFileSync(join(config, "notes.txt"), String(lines++)))
      yield* Effect.forkScoped(Effect.forever(Effect.andThen(busy, Effect.sleep("20 millis"))))
      replace(join(config, "jobs.yaml"), "two")
      yield* takes("jobs.yaml=two")
      assert.lengthOf(reloads, 1)
    })
  )

  it.live("are left alone when they say what is live, unless that puts right what failed", () =>
    Effect.gen(function* () {
      const config = join(yield* folder, "config")
      const { reload, reloads, start, takes } = yield* watched(config)
      yield* start
      // Somebody writes and reloads at once, as an edit from the console does.
      replace(join(config, "jobs.yaml"), "two")
      yield* reload
      replace(join(config, "jobs.yaml"), "broken")
      yield* takes("broken")
      replace(join(config, "jobs.yaml"), "two")
      yield* takes("jobs.yaml=two")
      replace(join(config, "jobs.yaml"), "three")
      yield* takes("jobs.yaml=three")
      assert.deepEqual(reloads, ["jobs.yaml=two", "broken", "jobs.yaml=two", "jobs.yaml=three"])
    })
  )
})
