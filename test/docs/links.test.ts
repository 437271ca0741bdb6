import { existsSync } from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { root } from "./Written.ts"

const read = (file: string) => Effect.promise(() => readFile(join(root, file), "utf8"))
const docs = Effect.map(
  Effect.promise(() => readdir(join(root, "docs"))),
  (names) => names.filter((name) => name.endsWith(".md")).map((name) => join("docs", name))
)

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-")

const anchorsIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading))

/** Links to pages and files of the project, with the anchor where one is named. */
const linksIn = (text: string) =>
  [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].map(([, path = "", anchor]) => ({ path, anchor }))

describe("the pages", () => {
  it.effect("link to what is there", () =>
    Effect.gen(function* () {
      const pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...(yield* docs)]
      let links = 0
      for (const page of pages) {
        const text = yield* read(page)
        for (const { anchor, path } of linksIn(text)) {
          links++
          const target = path === "" ? page : join(dirname(page), path)
          assert.isTrue(existsSync(join(root, target)), `${page} links to ${target}`)
          if (anchor === undefined) continue
          assert.include(anchorsIn(yield* read(target)), anchor, `${page} links to ${target}`)
        }
      }
      assert.isAbove(links, 20)
    })
  )

  it.effect("of how it is made name files that there are", () =>
    Effect.gen(function* () {
      for (const page of ["docs/architecture.md", "docs/stack.md", "CONTRIBUTING.md"]) {
        const spans = [...(yield* read(page)).matchAll(/`((?:core|bot|connectors|test|migrations)\/[\w./-]+)`/g)]
        assert.isNotEmpty(spans, page)
        for (const [, path = ""] of spans) assert.isTrue(existsSync(join(root, path)), `${page} names ${path}`)
      }
    })
  )

  it.effect("have a glossary of thirty words at most, each once", () =>
    Effect.gen(function* () {
      const words = [...(yield* read("docs/glossary.md")).matchAll(/^\| ([a-z ]+) \|/gm)].map(([, word]) => word)
      const terms = words.filter((word) => word !== "word")
      assert.isNotEmpty(terms)
      assert.isAtMost(terms.length, 30)
      assert.lengthOf(new Set(terms), terms.length)
    })
  )
})
