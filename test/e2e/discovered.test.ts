/** What `discover` prints, put into the file as it is, passes `check` and mirrors the whole list, whatever names its pages. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { makePlace } from "../support/program.ts"
import { serve } from "../upstream/vendor.ts"
import { documentOf, Runs } from "./Shop.ts"

const count = 45
const size = 20

/** By path: what stands beside the records of a page, and the parameter that asks for one. */
const styles: Readonly<Record<string, (page: number | undefined, address: (page: number) => string) => object>> = {
  "/django": (next, address) => ({ count, next: next === undefined ? null : address(next) }),
  "/odata": (next, address) => (next === undefined ? {} : { "@odata.nextLink": address(next).replace(/^.*\?/, "?") }),
  "/jsonapi": (next, address) => ({ links: { next: next === undefined ? null : { href: address(next) } } }),
  "/cursor": (next) => ({ paging: { next: next === undefined ? "" : `at-${next}` } }),
  "/number": (next) => ({ next_page: next ?? null })
}

/** The same in XML, by the arguments that the list needs. */
const inXml: typeof styles = {
  "/element": (next) => ({ next_cursor: next === undefined ? "" : `at-${next}` }),
  "/href": (next, address) => (next === undefined ? {} : { next: { href: address(next) } })
}

/** Texts as elements, of objects the texts as attributes. */
const elements = (beside: object): string =>
  Object.entries(beside)
    .map(([name, value]: [string, unknown]) =>
      typeof value === "object" && value !== null
        ? `<${name} ${Object.entries(value).map(([key, text]) => `${key}="${text}"`)}/>`
        : `<${name}>${value}</${name}>`
    )
    .join("")

const vendor = Effect.suspend(() =>
  serve((request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`)
    const asked = url.searchParams.get("page") ?? url.searchParams.get("cursor")?.slice(3)
    const page = Number(asked ?? 1)
    const items = Array.from({ length: count }, (_, at) => ({ id: at + 1, tags: [`t${at}`] }))
    const next = page * size < count ? page + 1 : undefined
    const beside = { ...styles, ...inXml }[url.pathname]?.(
      next,
      (number) => `${url.origin}${url.pathname}?page=${number}`
    )
    const shown = items.slice((page - 1) * size, page * size)
    if (url.pathname in inXml) {
      const records = shown.map(({ id, tags }) => `<item><id>${id}</id><tags>${tags[0]}</tags></item>`)
      response.setHeader("content-type", "application/xml")
      response.end(`<list total="${count}"><items>${records.join("")}</items>${elements(beside ?? {})}</list>`)
      return
    }
    response.setHeader("content-type", "application/json")
    response.end(JSON.stringify({ items: shown, ...beside }))
  })
)

it.live("what is discovered is checked and mirrored whole", () =>
  Effect.gen(function* () {
    const declared = `type: rest\nbaseUrl: ${yield* vendor}\nauth: { type: none }\nentities:\n`
    const known =
      "  known: { path: /django, records: /items, page: { type: link, next: /next }, key: id, fields: { id: bigint } }\n"
    const place = yield* makePlace({ files: { "config/connectors/shop.yaml": declared + known }, secrets: {} })
    const printed: Array<string> = []
    const xml = ["--format", "xml", "--records", "list/items/item"]
    for (const path of [...Object.keys(styles), ...Object.keys(inXml)]) {
      const more = path in inXml ? xml : []
      const { code, stderr, stdout } = yield* place.run("discover", "shop", "--path", path, ...more)
      assert.strictEqual(code, 0, stderr)
      printed.push(stdout)
    }
    yield* place.write("config/connectors/shop.yaml", declared + printed.join("\n"))
    const checked = yield* place.run("check")
    assert.strictEqual(checked.code, 0, checked.stderr)
    const { runs } = yield* documentOf(Runs, yield* place.run("sync", "--json"))
    assert.deepEqual<unknown>(
      runs.map(({ inserted, status, warnings }) => ({ inserted, status, warnings })),
      Object.keys({ ...styles, ...inXml }).map(() => ({ inserted: count, status: "ok", warnings: [] }))
    )
    const tags = yield* place.sql`select tags from shop_jsonapi where id = 45`
    assert.deepEqual<unknown>(tags, [{ tags: ["t44"] }])
  }).pipe(Effect.provide(NodeServices.layer))
)
