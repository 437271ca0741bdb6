import { readFile } from "node:fs/promises"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"

const root = new URL("../../", import.meta.url)
const file = (name: string) => Effect.promise(() => readFile(new URL(name, root), "utf8"))
const inOneLine = (text: string) => text.replace(/\s+/g, " ")
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)]

describe("what the README promises", () => {
  it.effect("stands there word by word, and is held by tests that there are", () =>
    Effect.gen(function* () {
      const promises = yield* file("docs/promises.md")
      const pages = ["README.md", "docs/commands.md", "docs/deployment.md", "docs/observability.md", "docs/api.md"]
      const readme = inOneLine((yield* Effect.forEach(pages, file)).join("\n"))
      for (const [, promise = ""] of matches(promises, /^> (.+)$/gm)) assert.include(readme, promise)
      const named = matches(promises, /^- (\S+): (.+)$/gm)
      assert.isAbove(named.length, 40)
      for (const [, path = "", name = ""] of named) assert.include(yield* file(path), name, path)
    })
  )

  it.effect("first of all is all on the page", () =>
    Effect.gen(function* () {
      const titles = matches(yield* file("docs/promises.md"), /^## (.+)$/gm).map(([, title]) => title)
      const [list = ""] = (yield* file("README.md")).split("## Try it")
      const bold = matches(list, /^- \*\*(.+?)\*\*/gm).map(([, title]) => title)
      assert.isNotEmpty(bold)
      assert.includeMembers(titles, bold)
    })
  )

  it.effect("has a test below each line", () =>
    Effect.gen(function* () {
      const promises = yield* file("docs/promises.md")
      for (const part of promises.split(/^> /gm).slice(1)) assert.match(part, /\n- test\//, part.slice(0, 60))
    })
  )
})
