/** What `discover` makes of lists as vendors write them: how they are paged, and a declaration that `check` takes. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { parse } from "yaml"
import { listen } from "../../core/plugin/LocalServer.ts"
import { type, variablesOf } from "../support/typed.ts"

const deals = Array.from({ length: 20 }, (_, at) => ({
  id: at + 1,
  title: `deal ${at}`,
  lines: [{ n: 1 }],
  tags: ["a"],
  price: { amount: "1.50" }
}))

interface Shape {
  readonly answer: unknown
  readonly asked?: string
  readonly records?: string
  readonly page?: object
  readonly query?: object
  readonly output?: RegExp
}

const shapes: Readonly<Record<string, Shape>> = {
  top: { answer: deals, output: /Exactly 20 records/ },
  few: { answer: deals.slice(0, 3) },
  nested: { answer: { result: { data: { items: deals } }, errors: [] }, records: "/result/data/items" },
  data: {
    answer: { data: deals, has_more: true, page: 1, per_page: 20 },
    records: "/data",
    page: { type: "page", size: 20, param: "page", sizeParam: "per_page", hasMore: "/has_more" },
    output: /is a guess/
  },
  more: { answer: { data: deals, has_more: true }, records: "/data", output: /at \/has_more .*hasMore: \/has_more/ },
  last: { answer: { data: deals.slice(0, 3), has_more: false }, records: "/data" },
  asked: {
    answer: { data: deals, has_more: true },
    asked: "?status=open&status=won&page=1&limit=20&kind=a",
    records: "/data",
    page: { type: "page", size: 20, param: "page", sizeParam: "limit", hasMore: "/has_more" },
    query: { status: ["open", "won"], kind: "a" }
  },
  cursor: {
    answer: { items: deals, paging: { next_cursor: "abc", has_more: true } },
    asked: "?kind=a",
    records: "/items",
    page: { type: "cursor", param: "cursor", next: "/paging/next_cursor", hasMore: "/paging/has_more" },
    query: { kind: "a" }
  },
  next: {
    answer: { count: 400, total: 400, next: "https://a.test/v1/next?offset=20&limit=20", results: deals },
    records: "/results",
    page: { type: "offset", size: 20, param: "offset", sizeParam: "limit", total: "/total" }
  },
  laravel: {
    answer: { current_page: 1, data: deals, from: 1, last_page: 5, per_page: 20, to: 20, total: 100 },
    records: "/data",
    page: { type: "page", size: 20, param: "page", sizeParam: "per_page", total: "/total" }
  },
  jsonapi: {
    answer: {
      data: deals.map(({ id, ...attributes }) => ({ type: "deal", id: String(id), attributes })),
      links: { self: "/jsonapi", next: "/jsonapi?page[number]=2&page[size]=20" },
      meta: { total_pages: 5 },
      included: []
    },
    records: "/data",
    page: { type: "link", next: "/links/next" }
  },
  opaque: {
    answer: { items: deals, next: "https://a.test/opaque?after=Zm9v" },
    records: "/items",
    output: /The next page's address at \/next leads to another host/
  },
  names: {
    answer: [
      { yes: true, "2024": 1, "a.b": 2, Ж: 3, tableoid: 1, "": 1, "/x": 2, select: 1, "{id}": 4, null: 5, "a: b": "c" },
      { yes: false, "2024": 1, "a.b": 2, Ж: 4, tableoid: 1, select: 2, _kind: 3 }
    ]
  },
  // Comes in another order each time, so that a second page seems to have other records.
  turning: { answer: deals, output: /Exactly 20 records/ },
  partly: {
    answer: { data: { deals: deals.slice(0, 2) }, errors: Array.from({ length: 9 }, () => ({ message: "no price" })) },
    records: "/data/deals",
    output: /would not count as whole.*\/errors: \[\{"message":"no/s
  },
  rows: {
    answer: {
      names: ["Nr", "When", "Paid"],
      table: [
        [1, "05.03.2026", "Да"],
        [2, null, "Нет"]
      ],
      total: 2
    },
    records: "/table",
    output:
      /key: nr .*nr: \{ from: \/value\/0, type: bigint \}.*when: \{ from: \/value\/1, type: date, format: dd.MM.yyyy \}/s
  },
  untitled: {
    answer: { table: [[1, "a"]] },
    records: "/table",
    output: /column_2: \{ from: \/value\/1, type: text \}/
  },
  complaints: { answer: { errors: [{ id: 1, message: "a crash" }] }, records: "/errors" },
  keyed: {
    answer: { deals: { "D-17": { name: "Oak", lines: [{ n: 1 }] } } },
    records: "/deals/D-17/lines",
    output: /\/deals may be an object keyed by id:\s+(?:# )?--records '\/deals\/\*'/
  },
  hints: {
    answer: [
      { id: 1, ФИО: "Ann", updated_at: "2026-03-05T10:00:00Z", state: "deleted", lines: [{ no: 1, sku: "a: b" }] },
      { id: 2, ФИО: "Bob", updated_at: "2026-03-06T10:00:00Z", state: "new", lines: [] }
    ],
    output: /cursor: updated_at, .*deletedWhen: \{ state: deleted \}.*drop: \[ФИО\]/s
  },
  long: { answer: [{ id: 1, took: "P99999D" }], output: /took: text # text, because no other type takes every value/ },
  keyless: {
    answer: {
      rows: [
        { at: { day: 1 }, n: 1 },
        { at: { day: 2 }, n: 1 }
      ]
    },
    records: "/rows",
    output: /No column was unique/
  }
}

/** What is no JSON, and how to say so. */
const others: Readonly<
  Record<string, { readonly body: string; readonly type?: string; readonly flags: ReadonlyArray<string> }>
> = {
  xml: {
    body: '<?xml version="1.0"?><shop at="1.50"><total>2</total><items><item n="1"><id>1</id><tag/><price cur="EUR">1.50</price></item><item><id>2</id><price cur="EUR">2.25</price></item></items></shop>',
    flags: ["--format", "xml", "--records", "shop/items/item"]
  },
  csv: { body: "id;name\n1;a\n2;b\n".replaceAll(";", ","), flags: ["--format", "csv"] },
  semicolons: { body: "id;name\n1;a\n2;b\n3\n", flags: ["--format", "csv"] },
  column: { body: "id\n1\n2\n", type: "text/csv; charset=utf-8", flags: ["--format", "csv"] },
  soap: {
    body: [
      '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="urn:shop">',
      "<s:Header><m:Trace>1</m:Trace></s:Header><s:Body><m:ListResponse><m:Total>2</m:Total><m:Items>",
      '<m:Item m:code="a>b"><m:Id>1</m:Id><m:Tag>x</m:Tag><m:Tag>y</m:Tag><m:Tag>z</m:Tag></m:Item>',
      "<m:Item><m:Id>2</m:Id></m:Item></m:Items></m:ListResponse></s:Body></s:Envelope>"
    ].join(""),
    flags: ["--format", "xml", "--records", "Envelope/Body/ListResponse/Items/Item"]
  },
  twice: { body: '{"id": 1}\n{"id": 3, "id": 99}\n{"id": 2}\n', flags: ["--format", "ndjson"] },
  line: { body: '{"id": 1}\n{"id": 2}\n', type: "application/x-ndjson", flags: ["--format", "ndjson"] },
  lines: { body: '{"id": 1}\n{"id": 2}\n', flags: ["--format", "ndjson"] }
}

let turn = 0

const serve = listen((request, response) => {
  const path = new URL(request.url ?? "/", "http://a.test").pathname.slice(1)
  const shape = shapes[path]
  const other = others[path]
  response.setHeader("content-type", other === undefined ? "application/json" : (other.type ?? "text/plain"))
  if (path === "wide") return response.end(Buffer.from("id;имя\n1;Аня\n2;Боря\n", "utf16le"))
  const name = Uint8Array.of(0xe8, 0xec, 0xff)
  if (path === "cyrillic") return response.end(Buffer.concat([Buffer.from("id;"), name, Buffer.from("\n1;2\n")]))
  if (path === "values") return response.end(Buffer.concat([Buffer.from("id;name\n1;"), name, Buffer.from("\n")]))
  if (path === "odd")
    return response.end(Buffer.concat([Buffer.from("id;name\n1;"), Uint8Array.of(0x81), Buffer.from("\n")]))
  if (path === "page") return response.end("<!DOCTYPE html><p>a, b</p>")
  if (path === "turning") return response.end(JSON.stringify([...deals.slice(turn), ...deals.slice(0, turn++)]))
  response.end(other?.body ?? JSON.stringify(shape?.answer))
})

const makePlace = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const url = yield* serve
  const folder = yield* fs.makeTempDirectoryScoped()
  yield* fs.makeDirectory(`${folder}/connectors`)
  yield* variablesOf({ TRIBUTARY_CONFIG: folder })
  const declared = `type: rest\nbaseUrl: ${url}\nauth: { type: none }\nentities:\n`
  const write = (entities: string) => fs.writeFileString(`${folder}/connectors/shop.yaml`, declared + entities)
  const known = "  known: { path: /few, key: id, fields: { id: bigint } }\n"
  yield* write(known)
  return { folder, write: (entities: string) => write(known + entities) }
})

describe("discover", () => {
  it.live(
    "proposes of each shape of a list what check takes, paged as the answer says",
    () =>
      Effect.gen(function* () {
        const { write } = yield* makePlace
        const all: Array<string> = []
        for (const [name, shape] of Object.entries(shapes)) {
          const { code, err, out } = yield* type("discover", "shop", "--path", `/${name}${shape.asked ?? ""}`)
          assert.strictEqual(code, 0, `${name}: ${err}`)
          const [entity]: ReadonlyArray<Record<string, unknown>> = Object.values(parse(out) ?? {})
          assert.strictEqual(entity?.path, `/${name}`)
          assert.deepEqual(
            [entity?.records, entity?.page, entity?.query],
            [shape.records, shape.page, shape.query],
            `${name}\n${out}`
          )
          if (shape.output !== undefined) assert.match(out, shape.output, name)
          assert.strictEqual(/reads this path already/.test(out), name === "few", out)
          all.push(`${out}\n`)
        }
        yield* write(all.join(""))
        const checked = yield* type("check")
        assert.strictEqual(checked.code, 0, checked.err)
        assert.include(checked.out, `${Object.keys(shapes).length + 1} entities`)
        const hints = yield* type("discover", "shop", "--path", "/hints", "--json")
        const { advice, yaml }: { readonly advice: ReadonlyArray<string>; readonly yaml: string } = JSON.parse(
          hints.out
        )
        const [, child = ""] = /gives a table\.\n([\s\S]*)$/.exec(advice[0] ?? "") ?? []
        yield* write(`${yaml}${child}\n`.replaceAll(/^(?=.)/gm, "  "))
        const live = yield* type("check", "--live", "--json")
        const { live: looks }: { readonly live: ReadonlyArray<object> } = JSON.parse(live.out)
        assert.deepInclude(
          looks.at(-1),
          { entity: "lines", records: 1, rejected: 0, absent: [], undeclared: [] },
          live.out
        )
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
    240_000
  )

  it.live(
    "of what is no JSON proposes what it seems to be, and takes what it is told",
    () =>
      Effect.gen(function* () {
        const { folder, write } = yield* makePlace
        const called = yield* type("discover", "shop", "--path", "/line", "--config", folder)
        assert.include(
          called.out.replaceAll("\n# ", " "),
          `then: tributary --config ${folder} check && tributary --config`
        )
        for (const [name, { flags }] of Object.entries(others)) {
          const guessed = yield* type("discover", "shop", "--path", `/${name}`)
          assert.strictEqual(guessed.code, 0, `${name}: ${guessed.err}`)
          const { code, err, out } = yield* type("discover", "shop", "--path", `/${name}`, ...flags)
          assert.strictEqual(code, 0, `${name}: ${err}`)
          assert.match(out, name === "xml" ? /From 2 records.* {6}price: decimal$/ms : /From 2 records/, name)
          assert.strictEqual(guessed.out, out, name)
          const placed = yield* type("discover", "shop", "--path", `/${name}`, ...flags.slice(0, 2))
          assert.strictEqual(placed.out, out, name)
          yield* write(out.replaceAll(/^#.*\n/gm, ""))
          const checked = yield* type("check", "--live", "--json")
          const live: { readonly live: ReadonlyArray<{ readonly records: number; readonly rejected: number }> } =
            JSON.parse(checked.out)
          const rejected = name === "semicolons" || name === "twice" ? 1 : 0
          assert.strictEqual(/1 record cannot be read, and a sync rejects such/.test(out), rejected > 0, out)
          assert.deepInclude(live.live.at(-1), { records: 2 + rejected, rejected }, checked.out)
        }
        const page = yield* type("discover", "shop", "--path", "/page")
        assert.strictEqual(page.code, 1)
        assert.include(page.err, "Say what it is")
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
    240_000
  )

  it.live("reads in the charset that it is told, and says what to tell it", () =>
    Effect.gen(function* () {
      const { write } = yield* makePlace
      const path = ["discover", "shop", "--path", "/wide"]
      const untold = yield* type(...path)
      assert.strictEqual(untold.code, 1)
      assert.include(untold.err, "declare `charset: utf-16le`")
      const { code, err, out } = yield* type(...path, "--charset", "UTF-16")
      assert.strictEqual(code, 0, err)
      assert.include(out, "charset: utf-16le")
      assert.include(out, "имя")
      yield* write(out.replaceAll(/^#.*\n/gm, ""))
      const checked = yield* type("check")
      assert.strictEqual(checked.code, 0, checked.out)
      for (const guessable of ["/cyrillic", "/values"]) {
        const guessed = yield* type("discover", "shop", "--path", guessable)
        assert.strictEqual(guessed.code, 0, guessed.err)
        assert.match(guessed.out, /charset: windows-1251 # a guess/)
      }
      const odd = yield* type("discover", "shop", "--path", "/odd")
      assert.match(odd.out, /Some texts are broken: if/)
      const named = yield* type("discover", "shop", "--path", "/values", "--charset", "cp1251")
      assert.deepEqual([/broken/.test(named.out), /charset: windows-1251/.test(named.out)], [false, true])
      const unknown = yield* type(...path, "--charset", "klingon")
      assert.deepEqual([unknown.code, /No charset is called klingon/.test(unknown.err)], [2, true])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
