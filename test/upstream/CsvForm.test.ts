/** CSV that differs from the usual: its quotation marks, lines above its header, or no header. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { CsvForm, Entity } from "../../core/config/Entity.ts"
import { render } from "../../core/reason/Reason.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { unreadableOf } from "../../core/upstream/records/UnreadableRecord.ts"
import { column } from "../support/source.ts"
import { drain, entity, upstream } from "./vendor.ts"

/** A byte at a time, so that everything is cut everywhere. */
const inBytes = (text: string) =>
  new Response(
    new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const byte of Buffer.from(text)) controller.enqueue(Uint8Array.of(byte))
        controller.close()
      }
    }),
    { headers: { "content-type": "text/csv", "transfer-encoding": "chunked" } }
  )

const read = Effect.fnUntraced(function* (csv: CsvForm, text: string, more: Partial<Entity> = {}) {
  const crm = yield* upstream(() => inBytes(text))
  const { completeness, records } = yield* drain(
    HttpSource.make(crm)(entity({ format: "csv", records: "", csv, ...more }))
  )
  assert.strictEqual(completeness._tag, "Complete")
  return records.map((record) => {
    const broken = unreadableOf(record)
    return broken === undefined ? JSON.stringify(record) : render(broken.why)
  })
})

const fault = (...given: Parameters<typeof read>) => Effect.map(Effect.flip(read(...given)), ({ message }) => message)

describe("the sign around cells", () => {
  it.effect("is the declared one, and the usual one is a character like others", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read({ quote: "'" }, `id,'na,me'\n1,'it''s "a"\n;b'\n2,"x\n`), [
        `{"id":"1","na,me":"it's \\"a\\"\\n;b"}`,
        `{"id":"2","na,me":"\\"x"}`
      ])
    })
  )

  it.effect("may be none", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read({ quote: false }, 'id;name\n1;"a\n2;5"\n'), [
        '{"id":"1","name":"\\"a"}',
        '{"id":"2","name":"5\\""}'
      ])
    })
  )
})

describe("lines above the header", () => {
  it.effect("are left out, whatever they hold, and counted", () =>
    Effect.gen(function* () {
      for (const end of ["\n", "\r\n", "\r"]) {
        const text = ['Report "May', ";;;", "id,name", "1,a", "2"].join(end)
        assert.deepStrictEqual(yield* read({ skipRows: 2 }, text), [
          '{"id":"1","name":"a"}',
          "line 5, of 1 cell where the header has 2"
        ])
      }
      assert.deepStrictEqual(yield* read({ skipRows: 1 }, "\ufeffTitle\nsep=;\nid;a,b\n1;x\n"), [
        '{"id":"1","a,b":"x"}'
      ])
      assert.deepStrictEqual(yield* read({ skipRows: 1 }, "\n\nid\n1\n"), ['{"id":"1"}'])
    })
  )

  it.effect("are no list by themselves", () =>
    Effect.gen(function* () {
      assert.include(
        yield* fault({ skipRows: 2 }, "no such report"),
        "it ends within the lines that skipRows leaves out"
      )
      assert.include(yield* fault({ skipRows: 1 }, "x"), "it ends within")
      // Nothing at all is what an empty list looks like with a title, too; what it proves is decided elsewhere.
      const crm = yield* upstream(() => new Response("", { headers: { "content-length": "0" } }))
      const csv = { skipRows: 1 }
      const { completeness } = yield* drain(HttpSource.make(crm)(entity({ format: "csv", records: "", csv })))
      assert.strictEqual(completeness._tag, "Partial")
    })
  )
})

describe("CSV without a header", () => {
  const columns = [
    column("column_1", "bigint"),
    column("name", "text", { source: { _tag: "Pointer", pointer: { up: 0, tokens: ["column_3"] } } })
  ]
  const csv = { header: false } as const

  it.effect("names its cells by their positions", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read(csv, "1;x;a\n;;\n2;y\n3;z;c\n3;z;c\n", { columns }), [
        '{"column_1":"1","column_2":"x","column_3":"a"}',
        "line 3, of 2 cells where the header has 3",
        '{"column_1":"3","column_2":"z","column_3":"c"}',
        '{"column_1":"3","column_2":"z","column_3":"c"}'
      ])
      assert.deepStrictEqual(yield* read({ ...csv, skipRows: 1 }, "title\n1\n"), ['{"column_1":"1"}'])
      assert.deepStrictEqual(yield* read(csv, ""), [])
      assert.deepStrictEqual(yield* read(csv, "\n\n"), [])
    })
  )

  it.effect("is none where its first row lacks cells that columns read: it may be a message", () =>
    Effect.gen(function* () {
      assert.include(
        yield* fault(csv, "Internal error, try again\n", { columns }),
        "its first row has 2 cells, and none for column_3"
      )
    })
  )
})
