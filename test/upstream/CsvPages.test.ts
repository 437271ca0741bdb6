/** CSV in pages: each repeats the header line of the first, and one without it is about something else. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { completeIn } from "../../core/upstream/Source.ts"
import { drain, entity, upstream } from "./vendor.ts"

const reading = Effect.fnUntraced(function* (...pages: ReadonlyArray<string | null>) {
  let nth = 0
  const crm = yield* upstream(() => {
    const body = pages[nth++] ?? null
    const headers = { "content-type": "text/csv", "content-length": String(body?.length ?? 0) }
    return new Response(body, { status: body === null ? 204 : 200, headers })
  })
  const page = { type: "page", param: "page", size: 3, first: 1, maxPages: 10 } as const
  return yield* Effect.result(drain(HttpSource.make(crm)(entity({ format: "csv", records: "", page }))))
})

describe("a file that is cut at the end of a line", () => {
  it.effect("is not whole where the transfer shows no end, or a header says that there are more records", () =>
    Effect.gen(function* () {
      const read = Effect.fnUntraced(function* (headers: Readonly<Record<string, string>>) {
        const crm = yield* upstream(() => new Response("id,name\n1,a\n2,b\n", { headers }))
        const { completeness } = yield* drain(HttpSource.make(crm)(entity({ format: "csv", records: "" })))
        return completeness._tag
      })
      assert.deepEqual(yield* read({}), "Partial")
      const ended = { "content-length": "16" }
      assert.deepEqual(yield* read(ended), "Complete")
      assert.deepEqual(yield* read({ ...ended, "x-total-count": "2" }), "Complete")
      for (const [name, value] of [
        ["x-total-count", "3"],
        ["x-total", "3"],
        ["content-range", "items 0-1/3"]
      ] as const) {
        assert.deepEqual(yield* read({ ...ended, [name]: value }), "Partial", name)
      }
    })
  )
})

describe("a page of CSV", () => {
  it.effect("is empty where it has the header alone, blank lines or nothing, and 204", () =>
    Effect.gen(function* () {
      for (const end of ["id,name\n", "\uFEFFid,name", "name,id\r\n\r\n", '"id","name","more"\n', "\n\n", "", null]) {
        const result = yield* reading("id,name\n1,a\n", "name,id\nb,2\n", end)
        assert.isTrue(Result.isSuccess(result), String(end))
        if (Result.isFailure(result)) continue
        const { completeness, records } = result.success
        assert.deepEqual(
          records.map(({ id }) => id),
          ["1", "2"]
        )
        assert.deepEqual(completeness, completeIn(2))
      }
    })
  )

  it.effect("without a byte is the end if it repeats and the page before still has its rows", () =>
    Effect.gen(function* () {
      const [first, second] = ["id,name\n1,a\n", "id,name\n2,b\n"]
      const ended = Effect.fnUntraced(function* (...pages: ReadonlyArray<string | null>) {
        const { completeness, records } = yield* Effect.fromResult(yield* reading(...pages))
        const outcome = completeness._tag === "Partial" ? completeness.reason : "whole"
        return { ids: records.map(({ id }) => Number(id)), outcome }
      })
      const blank = (page: number) => ({ code: "read.blank", params: { page } })
      assert.deepEqual(yield* ended(first, second, "", "", second), { ids: [1, 2], outcome: "whole" })
      // It was a mishap: asked again, the page is there.
      assert.deepEqual(yield* ended(first, "", second, null), { ids: [1, 2], outcome: "whole" })
      // By now no page has a byte.
      assert.deepEqual(yield* ended(first, second, "", "", ""), { ids: [1, 2], outcome: blank(3) })
      for (const nothing of ["", "\n", "\uFEFF"]) {
        assert.deepEqual(yield* ended(nothing), { ids: [], outcome: blank(1) }, JSON.stringify(nothing))
      }
      assert.deepEqual(yield* ended("id,name\n", null), { ids: [], outcome: "whole" })
    })
  )

  it.effect("that lacks names of the first header is about something else, with rows and without", () =>
    Effect.gen(function* () {
      for (const other of [
        "Error: too deep",
        "Error: too deep\n",
        "2,b\n",
        "2,b\n3,c\n",
        "id\n",
        "id\n2\n",
        '"id,name"\n'
      ]) {
        const result = yield* reading("id,name\n1,a\n", other)
        assert.isTrue(Result.isFailure(result), other)
        if (Result.isSuccess(result)) continue
        const { kind, message } = result.failure
        assert.strictEqual(kind, "Format")
        assert.include(
          message,
          "expected CSV with a header line; the header of the first page has names that this one lacks"
        )
        assert.include(message, "name")
      }
    })
  )
})
