import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { LogFile } from "../../core/observe/LogFile.ts"
import { eventually } from "../support/eventually.ts"

/** A log file in a directory that is not there yet, and what it says about itself. */
const makeFile = Effect.fnUntraced(function* ({ keep = 3, size = 1_000 } = {}) {
  const parent = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "tributary-log-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )
  const folder = join(parent, "logs")
  const path = join(folder, "t.log")
  const states: Array<string> = []
  const open = () => new LogFile({ path, size, keep, onState: (message) => states.push(message) })
  const files = () => readdirSync(folder).toSorted()
  const read = (name = "t.log") => readFileSync(join(folder, name), "utf8")
  return { files, folder, open, path, read, states }
})

const line = (at: number) => JSON.stringify({ at, text: "x".repeat(60) })
const numbers = (text: string): ReadonlyArray<number> =>
  text.split("\n").flatMap((one) => (one === "" ? [] : [Number(JSON.parse(one).at)]))

describe("the log file", () => {
  it.live("goes on in a new file above its size, keeps so many older ones, and loses and tears no line", () =>
    Effect.gen(function* () {
      const { files, folder, open, read } = yield* makeFile({ keep: 4, size: 10_000 })
      const file = open()
      for (let at = 0; at < 500; at++) file.write(line(at), 0)
      yield* file.close
      assert.deepEqual(files(), ["t.log", "t.log.1", "t.log.2", "t.log.3", "t.log.4"])
      const all = () =>
        files()
          .toReversed()
          .flatMap((name) => numbers(read(name)))
      const from = (first: number, end: number) => Array.from({ length: end - first }, (_, at) => first + at)
      assert.deepEqual(all(), from(0, 500))
      for (const name of files()) assert.isAtMost(statSync(join(folder, name)).size, 10_000 + line(0).length + 4)
      const again = open()
      for (let at = 500; at < 2_000; at++) again.write(line(at), 0)
      yield* again.close
      assert.lengthOf(files(), 5)
      const kept = all()
      assert.deepEqual(kept, from(kept[0] ?? 0, 2_000))
      assert.isAbove(kept.length, 400)
    })
  )

  it.live("is continued by the next process, on a line of its own after one that was cut off", () =>
    Effect.gen(function* () {
      const { open, path, read } = yield* makeFile()
      const first = open()
      first.write(line(1), 0)
      yield* first.close
      appendFileSync(path, '{"at":2,"te')
      const second = open()
      second.write(line(3), 0)
      yield* second.close
      assert.deepEqual(read().split("\n"), [line(1), '{"at":2,"te', line(3), ""])
    })
  )

  it.live("that cannot be written tells so once, and is tried again after a while", () =>
    Effect.gen(function* () {
      const { folder, open, path, read, states } = yield* makeFile()
      mkdirSync(path, { recursive: true })
      const file = open()
      file.write(line(1), 0)
      yield* eventually(Effect.sync(() => states.length === 1))
      assert.include(states[0], `the log file ${path} cannot be written`)
      file.write(line(2), 9_999)
      file.write(line(3), 10_000)
      file.write(line(4), 10_001)
      yield* file.close
      assert.lengthOf(states, 1)
      rmdirSync(path)
      file.write(line(5), 30_000)
      yield* eventually(Effect.sync(() => states.length === 2))
      yield* file.close
      assert.strictEqual(states[1], "the log file is written again; 4 lines are missing in it")
      assert.deepEqual(numbers(read()), [5])
      assert.deepEqual(readdirSync(folder), ["t.log"])
    })
  )
})
