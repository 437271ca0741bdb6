/** CSV as people and programs write it: what is read, and what is told of a row that cannot be. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Entity } from "../../core/config/Entity.ts"
import { render } from "../../core/reason/Reason.ts"
import { memoryLimits } from "../../core/upstream/exchange/MemoryLimits.ts"
import * as HttpSource from "../../core/upstream/HttpSource.ts"
import { CsvRows } from "../../core/upstream/records/CsvRows.ts"
import { unreadableOf } from "../../core/upstream/records/UnreadableRecord.ts"
import { column } from "../support/source.ts"
import { declaration, drain, entity, upstream } from "./vendor.ts"

const read = Effect.fnUntraced(function* (text: string, more: Partial<Entity> = {}) {
  // A byte at a time, so that everything is cut everywhere.
  const body = () =>
    new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const byte of Buffer.from(text)) controller.enqueue(Uint8Array.of(byte))
        controller.close()
      }
    })
  const crm = yield* upstream(
    () => new Response(body(), { headers: { "content-type": "text/csv", "transfer-encoding": "chunked" } })
  )
  const { records } = yield* drain(HttpSource.make(crm)(entity({ format: "csv", records: "", ...more })))
  return records.map((record) => {
    const broken = unreadableOf(record)
    return broken === undefined ? Object.values(record).join("|") : `${render(broken.why)} ${JSON.stringify(record)}`
  })
})

const names = Effect.fnUntraced(function* (text: string) {
  const crm = yield* upstream(() => new Response(text, { headers: { "content-length": String(text.length) } }))
  const { records } = yield* drain(HttpSource.make(crm)(entity({ format: "csv", records: "" })))
  return Object.keys(records[0] ?? {}).join("|")
})

const fault = (text: string, more: Partial<Entity> = {}) =>
  Effect.map(Effect.flip(read(text, more)), ({ kind, message }) => {
    assert.strictEqual(kind, "Format")
    return message
  })

describe("CSV", () => {
  it.effect("is separated by what its header line has most of", () =>
    Effect.gen(function* () {
      for (const separator of [",", ";", "\t", "|"]) {
        const line = (...cells: ReadonlyArray<string>) => cells.join(separator)
        const text = [line("id", '"name, of; it\ta|l"', "sum"), line("1", "", "3"), line("2", "b", "4")].join("\n")
        assert.deepEqual(yield* read(text), ["1||3", "2|b|4"], JSON.stringify(separator))
      }
      assert.deepEqual(yield* read("id;name, full;sum\n1;a, b;3\n"), ["1|a, b|3"])
      assert.deepEqual(yield* read("id,name;short\n1,a\n"), ["1|a"])
      assert.deepEqual(yield* read("name\na;b\n"), ["a;b"])
    })
  )

  it.effect("is separated as declared, and by nothing else", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* read("id,a;name,b\n1,1;2\n", { separator: ";" }), ["1,1|2"])
      assert.include(
        yield* fault("id;name\n1;a\n", { separator: "," }),
        'the header line is separated by ";"; declare `separator: ";"`'
      )
      assert.deepEqual(yield* read("id\n1\n", { separator: "," }), ["1"])
    })
  )

  it.effect("may begin with the mark of its encoding and with sep=", () =>
    Effect.gen(function* () {
      for (const [end, more] of [["\r\n"], ["\n"], ["\r"], ["\n", { separator: ";" }]] as const) {
        for (const first of ["sep=;", "\uFEFFsep=;", '"sep=;"', "SEP=; "]) {
          const text = [first, "id;name", "1;a,b", ""].join(end)
          assert.deepEqual(yield* read(text, more), ["1|a,b"], JSON.stringify(text))
        }
      }
      assert.deepEqual(yield* read('\uFEFF"id",name\n1,a\n'), ["1|a"])
      assert.include(yield* read("sep=;\nid;name\n1\n").pipe(Effect.map(String)), "line 3, of 1 cell")
    })
  )

  it.effect("ends its lines in any way; lines without a word are none", () =>
    Effect.gen(function* () {
      for (const end of ["\n", "\r\n", "\r"]) {
        const text = ["", "", "id,name,sum", "", "1,a,2", ",,", " , ,", "   ", '2,"b', "", 'c",3', "", ""].join(end)
        assert.deepEqual(yield* read(text), ["1|a|2", `2|b${end}${end}c|3`], JSON.stringify(end))
      }
      // Of one column a line of spaces is a value.
      assert.deepEqual(yield* read('name\n \n""\n\n'), [" ", ""])
    })
  )

  it.effect("has its header once, wherever it stands again", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* read('id,name\n1,a\n\uFEFFid, name\n2,b\n"id","name"\n'), ["1|a", "2|b"])
      assert.deepEqual(yield* read("id,name\nid,a\n"), ["id|a"])
      assert.deepEqual(yield* read("name\nname\n"), ["name"])
    })
  )

  it.effect("names its fields without the spaces around them, each by a name of its own", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* names(' id ,"first name" , name,name,name_2,,\n1,2,3,4,5,6,7\n'),
        ["id|first name|name_1|name_3|name_2|column_6|column_7"].join()
      )
      const own = { format: "csv", records: "" } as const
      const crm = yield* upstream(() => new Response("id,__proto__\n1,2\n", { headers: { "content-length": "17" } }))
      const { records } = yield* drain(HttpSource.make(crm)(entity(own)))
      assert.deepEqual(Object.entries(records[0] ?? {}), [
        ["id", "1"],
        ["__proto__", "2"]
      ])
    })
  )

  it.effect("keeps quotation marks where they end nothing", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* read('id,size,x\n1,12" pipe,a\n2, "a, ""b""" ,c\n3,"",""""\n'), [
        '1|12" pipe|a',
        '2|a, "b"|c',
        '3||"'
      ])
    })
  )

  it.effect("tells a row of too few or too many cells by its line, and of it the first cell alone", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* read('id,name,sum\n1,a,2\n2,b\n"3\n",c,4,\n5,"e\ne",6\n7,Foo, Inc,8\n'), [
        "1|a|2",
        'line 3, of 2 cells where the header has 3 {"id":"2"}',
        "line 4, of 4 cells where the header has 3 {}",
        "5|e\ne|6",
        'line 8, of 4 cells where the header has 3 {"id":"7"}'
      ])
      assert.deepEqual(yield* read("id,name\nTotal\n"), ['line 2, of 1 cell where the header has 2 {"id":"Total"}'])
    })
  )

  it.effect("tells a row with something behind a quoted cell, and goes on in the next line", () =>
    Effect.gen(function* () {
      const why = (line: number) =>
        `line ${line}, in which a quoted cell is followed by unexpected content: a quotation mark is not doubled {}`
      assert.deepEqual(yield* read('id,name\n1,"12" pipe",x\r\n2,b\n3,"a" "b"\n4,"c" \n5,"d"e'), [
        why(2),
        "2|b",
        why(4),
        "4|c",
        why(6)
      ])
      // What was opened in the first line has swallowed the second.
      assert.deepEqual(yield* read('id,name\n1,"a\n2,b\n3,"c"\n4,d\n'), [why(2), "4|d"])
    })
  )

  it.effect("fails where a quoted cell is never closed, in the line where it opens", () =>
    Effect.gen(function* () {
      assert.include(
        yield* fault('id,name\n1,a\n2,"b\n3,c\n'),
        "the quotation mark that opens a cell in line 3 is never closed"
      )
      assert.include(yield* fault('id,"name\n1,a\n'), "opens a cell in line 1 is never closed")
      const long = `id,name\n1,a\n2,"${"x".repeat(1 << 16)}`
      const crm = yield* upstream(() => new Response(long), {
        declaration: declaration({ limits: { maxHeld: 1 << 12 } })
      })
      const { message } = yield* Effect.flip(drain(HttpSource.make(crm)(entity({ format: "csv", records: "" }))))
      assert.include(message, "the quotation mark that opens a cell in line 3 is not closed")
    })
  )

  it.effect("fails where its first line is no header of the list", () =>
    Effect.gen(function* () {
      const columns = [column("id", "bigint"), column("name", "text")]
      const failure = yield* fault("Error: too many requests", { columns })
      assert.include(failure, "its first line, the header, has none of the declared fields (id, name)")
      assert.notInclude(failure, "declare `")
      const titled = 'Report; of May\n"all, shops"\nid;"name";x\n1;a;b\n'
      assert.include(yield* fault(titled, { columns }), "(id, name); line 3 has id, name: declare `skipRows: 2`")
      for (const more of [{ separator: "," as const }, { csv: { skipRows: 1 } }])
        assert.include(yield* fault(titled, { columns, ...more }), "line 3 has id, name: declare `skipRows: 2`")
      assert.deepEqual(yield* read(titled, { columns, csv: { skipRows: 2 } }), ["1|a|b"])
      assert.deepEqual(yield* read("id,title\n1,a\n", { columns }), ["1|a"])
      assert.include(
        yield* fault("id,name,Name, name\n1,a,b,c\n", { columns }),
        "its header has name 2 times; declare which is meant, as in `from: name_1`"
      )
      const taken = yield* fault("id,name,name,name_1\n1,a,b,c\n", { columns })
      assert.include(taken, "as in `from: name_2`")
      assert.deepEqual(yield* read("id,x,x\n1,a,b\n", { columns }), ["1|a|b"])
      assert.include(
        yield* fault('"id"x,name\n1,a\n'),
        "in line 1, the header, a quoted name is followed by unexpected content"
      )
    })
  )

  it.effect("whose header has the fields in another charset says in which", () =>
    Effect.gen(function* () {
      const columns = [column("Номер", "bigint"), column("Товар", "text")]
      const inCyrillic = "Номер;Товар\n1;a\n"
      const bytes = Uint8Array.from([...inCyrillic], (char) => {
        const code = char.charCodeAt(0)
        return code < 0x80 ? code : code - 0x410 + 0xc0
      })
      const failureOf = (body: Uint8Array<ArrayBuffer>, charset?: string) =>
        upstream(() => new Response(body, { headers: { "content-type": "text/csv" } })).pipe(
          Effect.flatMap((crm) =>
            Effect.flip(
              drain(
                HttpSource.make(crm)(
                  entity({ format: "csv", records: "", columns, ...(charset === undefined ? {} : { charset }) })
                )
              )
            )
          ),
          Effect.map(({ message }) => message)
        )
      for (const charset of [undefined, "windows-1252", "koi8-r"])
        assert.include(
          yield* failureOf(bytes, charset),
          "read as windows-1251 it has Номер, Товар: declare `charset: windows-1251`"
        )
      assert.include(yield* failureOf(new TextEncoder().encode(inCyrillic), "windows-1251"), "declare `charset: utf-8`")
    })
  )
})

it("a first line that does not end is read as it comes once it has shown what separates cells", () => {
  const rows = new CsvRows(undefined, 1 << 24)
  const piece = ",".repeat(1 << 14)
  let pieces = 0
  assert.throws(() => {
    for (; pieces < 1_000; pieces++) rows.feed(piece, [])
  })
  // As many cells as a row may have, and not as many characters.
  assert.isAtMost(pieces * piece.length, memoryLimits.values + piece.length)
})
