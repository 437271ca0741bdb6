import { readFile } from "node:fs/promises"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"

const root = new URL("../../", import.meta.url)
const file = (name: string) => Effect.promise(() => readFile(new URL(name, root), "utf8"))

describe("SECURITY.md", () => {
  it.effect("names tests that there are, below each thing that is defended", () =>
    Effect.gen(function* () {
      const [, defended = ""] = /## What is defended\n([\s\S]*?)\n## /.exec(yield* file("SECURITY.md")) ?? []
      const parts = defended.split(/^\*\*/gm).slice(1)
      assert.isAbove(parts.length, 7)
      for (const part of parts) {
        const named = [...part.matchAll(/^- (test\/\S+): (.+)$/gm)]
        assert.isNotEmpty(named, part.slice(0, 40))
        for (const [, path = "", name = ""] of named) assert.include(yield* file(path), name, path)
      }
    })
  )
})
