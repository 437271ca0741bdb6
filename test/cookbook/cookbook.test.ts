import { readdirSync, readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { recipes } from "./Cookbook.ts"

it("every recipe is run by a test of this folder", () => {
  const tests = readdirSync(import.meta.dirname).map((name) => readFileSync(`${import.meta.dirname}/${name}`, "utf8"))
  const untried = [...recipes.keys()].filter((title) => !tests.some((text) => text.includes(JSON.stringify(title))))
  assert.isAbove(recipes.size, 0)
  assert.deepStrictEqual(untried, [])
})
