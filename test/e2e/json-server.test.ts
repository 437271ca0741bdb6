/** A mirror of a server that somebody else wrote: json-server, with its own paging, total and Link headers. */

import { createRequire } from "node:module"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, it } from "@effect/vitest"
import { Effect, FileSystem, Schedule } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { freePort } from "../support/freePort.ts"
import { makePlace } from "../support/program.ts"
import { documentOf, Runs } from "./Shop.ts"

const bin = createRequire(import.meta.url).resolve("json-server/lib/cli/bin.js")

const count = 2_345

const book = (id: number) => ({
  id,
  title: `Книга ${id}`,
  price: id + 0.5,
  author: { name: `Author ${id % 17}` },
  printed: id % 3 === 0 ? null : `20${String(id % 25).padStart(2, "0")}-01-31`
})

const books = Array.from({ length: count }, (_, at) => book(at + 1))

/** Serves the books until the scope closes. */
const startServer = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const directory = yield* fs.makeTempDirectoryScoped()
  yield* fs.writeFileString(`${directory}/db.json`, JSON.stringify({ books }))
  const port = yield* freePort
  yield* spawner.spawn(
    ChildProcess.make(process.execPath, [bin, "db.json", "--host", "127.0.0.1", "--port", String(port)], {
      cwd: directory,
      stdout: "ignore",
      stderr: "ignore"
    })
  )
  const url = `http://127.0.0.1:${port}`
  yield* Effect.retry(
    Effect.tryPromise(() => fetch(`${url}/books/1`)),
    { schedule: Schedule.spaced("50 millis"), times: 400 }
  )
  return url
})

const library = `
type: rest
baseUrl: { env: LIBRARY_URL }
entities:
  book:
    path: /books
    page: { type: page, param: _page, sizeParam: _limit, size: 500 }
    key: id
    fields:
      id: bigint
      title: text
      price: decimal
      author_name: { from: /author/name, type: text }
      printed: date
  book_by_link:
    path: /books
    query: { _page: 1 }
    page: { type: link, sizeParam: _limit, size: 400 }
    key: id
    fields: { id: bigint, title: text }
`

it.live("a server of somebody else is mirrored page by page, and followed through edits and deletes", () =>
  Effect.gen(function* () {
    const url = yield* startServer
    const place = yield* makePlace({
      files: { "config/connectors/library.yaml": library },
      variables: { LIBRARY_URL: url },
      secrets: {}
    })
    const sync = Effect.gen(function* () {
      const { runs } = yield* documentOf(Runs, yield* place.run("sync", "--json"))
      return runs.map(({ deleted, entity, error, inserted, status, unchanged, updated, warnings }) => ({
        ...{ entity, status, error, warnings },
        ...{ inserted, updated, unchanged, deleted }
      }))
    })
    const both = (counts: object) =>
      ["book", "book_by_link"].map((entity) => ({ entity, status: "ok", error: null, warnings: [], ...counts }))

    assert.deepEqual<unknown>(yield* sync, both({ inserted: count, updated: 0, unchanged: 0, deleted: 0 }))
    assert.deepEqual(
      yield* place.sql`select id::text, title, price, author_name, printed::text from library_book where id in (7, 9)`,
      [
        { id: "7", title: "Книга 7", price: "7.5", author_name: "Author 7", printed: "2007-01-31" },
        { id: "9", title: "Книга 9", price: "9.5", author_name: "Author 9", printed: null }
      ]
    )

    const send = (method: string, path: string, body?: object) =>
      Effect.promise(() =>
        fetch(url + path, {
          method,
          headers: { "content-type": "application/json" },
          ...(body === undefined ? {} : { body: JSON.stringify(body) })
        })
      )
    yield* send("DELETE", "/books/1")
    yield* send("DELETE", "/books/2000")
    yield* send("PATCH", "/books/500", { title: "Новая" })
    yield* send("POST", "/books", book(9_000))
    assert.deepEqual<unknown>(yield* sync, both({ inserted: 1, updated: 1, unchanged: count - 3, deleted: 2 }))
    const after = [...books.filter(({ id }) => id !== 1 && id !== 2000), book(9_000)].map(({ id, title }) => ({
      id: String(id),
      title: id === 500 ? "Новая" : title
    }))
    for (const table of ["library_book", "library_book_by_link"]) {
      const rows = yield* place.sql.unsafe(`select id::text, title from ${table} order by ${table}.id`)
      assert.deepEqual<unknown>(rows, after)
    }
  }).pipe(Effect.provide(NodeServices.layer))
)
