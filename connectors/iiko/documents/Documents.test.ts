import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { TestClock } from "effect/testing"
import type { Fault } from "../../../core/plugin/Sandbox.ts"
import type { StoreDocument } from "../sandbox/documents/DocumentModel.ts"
import { today } from "../sandbox/TestClient.ts"
import { start, type World, withDatabase } from "./TestClient.ts"

const silent = Logger.layer([])

interface Kind {
  readonly action: string
  readonly path: string
  readonly input: (world: World) => Record<string, unknown>
  /** The places of the document: one with other places is another document. */
  readonly places: ReadonlyArray<"accountId" | "storeFromId" | "storeId" | "storeToId">
}

const product = ({ state, store }: World) =>
  state.balances.find((row) => row.store === store("Бар (Мира)") && row.amount > 2)?.product ?? ""

const kinds: ReadonlyArray<Kind> = [
  {
    action: "writeoff",
    path: "/v2/documents/writeoff",
    places: ["storeId", "accountId"],
    input: (world) => ({
      storeId: world.store("Бар (Мира)"),
      accountId: world.account("Списание бар"),
      items: [{ productId: product(world), amount: "1.5" }],
      comment: "бой"
    })
  },
  {
    action: "internal-transfer",
    path: "/v2/documents/internalTransfer",
    places: ["storeFromId", "storeToId"],
    input: (world) => ({
      storeFromId: world.store("Бар (Мира)"),
      storeToId: world.store("Кухня (Мира)"),
      items: [{ productId: product(world), amount: "1.5" }]
    })
  }
]

/** A document of the kind, and how much it takes from the bar. */
const prepare = Effect.fnUntraced(function* ({ action, input, path }: Kind) {
  const world = yield* start()
  const [bar, of] = [world.store("Бар (Мира)"), product(world)]
  const before = world.stock(bar, of)
  // Computed once, so that a second run sends the same, whatever the stock has become.
  const asked = input(world)
  const documents = () => (action === "writeoff" ? world.state.writeoffs : world.state.transfers)
  return {
    ...world,
    send: (more: Record<string, unknown> = {}) => world.run(action, { ...asked, number: "X-1", ...more }),
    sendAnew: world.run(action, asked),
    taken: () => Number((before - world.stock(bar, of)).toFixed(3)),
    sent: world.posts(path),
    numbered: (number: string) => documents().filter(({ documentNumber }) => documentNumber === number)
  }
})

const statuses = ({ items }: { readonly items: ReadonlyArray<{ readonly status: string }> }) =>
  items.map(({ status }) => status)

describe.each(kinds)("$action", (kind) => {
  const scenario = (
    name: string,
    test: (world: Effect.Success<ReturnType<typeof prepare>>) => Effect.Effect<void, unknown>
  ) => it.effect(name, () => withDatabase(Effect.flatMap(prepare(kind), test)).pipe(Effect.provide(silent)))

  scenario(
    "changes the stock once under its number, however often it is asked",
    ({ entries, numbered, send, sent, taken }) =>
      Effect.gen(function* () {
        const first = yield* send()
        assert.deepEqual([first.status, ...statuses(first)], ["ok", "done"])
        assert.strictEqual(taken(), 1.5)
        const [document] = numbered("X-1")
        assert.deepInclude(document, { status: "PROCESSED", dateIncoming: `${today}T12:00:00` })
        assert.deepEqual(first.data, { id: document?.id ?? "", documentNumber: "X-1" })
        assert.deepEqual(statuses(yield* send()), ["already"])
        assert.deepEqual([taken(), yield* sent], [1.5, 1])
        const [entry] = yield* entries
        assert.deepInclude(entry, { status: "done", key: `iiko.${kind.action}:X-1` })
      })
  )

  scenario("has the hour and the comment that it is given", ({ numbered, send }) =>
    Effect.gen(function* () {
      yield* send({ dateIncoming: `${today}T09:30`, comment: "смена" })
      assert.deepInclude(numbered("X-1")[0], { dateIncoming: `${today}T09:30:00`, comment: "смена" })
    })
  )

  scenario("draws a new number each time when none is given", ({ numbered, sendAnew }) =>
    Effect.gen(function* () {
      yield* sendAnew
      yield* sendAnew
      assert.deepEqual([numbered("TR-000001").length, numbered("TR-000002").length], [1, 1])
    })
  )

  scenario("changes and draws nothing in a dry run", (world) =>
    Effect.gen(function* () {
      const ran = yield* world.dryRun(kind.action, kind.input(world))
      assert.deepEqual(statuses(ran), ["planned"])
      assert.deepEqual([world.taken(), yield* world.sent], [0, 0])
      const [row] = yield* world.sql<{ drawn: boolean }>`select is_called as drawn from tributary.iiko_document_number`
      assert.strictEqual(row?.drawn, false)
    })
  )

  const lost: ReadonlyArray<Omit<Fault, "path"> & { readonly what: string }> = [
    { what: "the connection is cut", mode: "disconnectAfter" },
    { what: "the answer never comes", mode: "hangAfter" },
    { what: "the answer is a 500", mode: "statusAfter", body: "product == null", contentType: "text/plain" },
    { what: "the answer is a proxy's page", mode: "htmlAfter" },
    { what: "the answer breaks off", mode: "truncated" },
    {
      what: "the answer says two things",
      mode: "statusAfter",
      status: 200,
      body: '{"result":"ERROR","result":"SUCCESS","response":{"id":"1","id":"2"}}',
      contentType: "application/json"
    }
  ]
  for (const { what, ...fault } of lost) {
    scenario(`is done by its number when it was applied and ${what}`, (world) =>
      Effect.gen(function* () {
        yield* world.fault({ ...fault, path: `*${kind.path}`, method: "POST", times: 1 })
        const ran = yield* world.send()
        assert.deepEqual([ran.status, ...statuses(ran)], ["ok", "done"])
        assert.strictEqual(ran.items[0]?.detail, "the answer was lost; found by reading back")
        assert.deepEqual([world.taken(), yield* world.sent], [1.5, 1])
        assert.deepEqual(statuses(yield* world.send()), ["already"])
        assert.deepEqual([world.taken(), yield* world.sent], [1.5, 1])
      })
    )
  }

  const refusals: ReadonlyArray<Omit<Fault, "path"> & { readonly what: string; readonly says: RegExp }> = [
    {
      what: "200 with result ERROR",
      mode: "status",
      status: 200,
      body: JSON.stringify({
        result: "ERROR",
        errors: [{ value: "storeId", code: "STORE_NOT_FOUND" }],
        response: null
      }),
      contentType: "application/json",
      says: /X-1: STORE_NOT_FOUND <storeId>/
    },
    {
      what: "409 with a text",
      mode: "status",
      status: 409,
      body: "Запрещено проводить задним числом",
      contentType: "text/plain",
      says: /409.*задним числом/
    },
    { what: "a refusal of the licence", mode: "licence", says: /no licence slot/ }
  ]
  for (const { says, what, ...fault } of refusals) {
    scenario(`has failed for certain by ${what}, and may be sent again`, (world) =>
      Effect.gen(function* () {
        yield* world.fault({ ...fault, path: `*${kind.path}`, method: "POST", times: 1 })
        const ran = yield* world.send()
        assert.deepEqual([ran.status, ...statuses(ran)], ["failed", "failed"])
        assert.match(ran.items[0]?.detail ?? "", says)
        assert.strictEqual(world.taken(), 0)
        assert.deepEqual(statuses(yield* world.send()), ["done"])
        assert.strictEqual(world.taken(), 1.5)
      })
    )
  }

  scenario("stays unknown when a proxy's page tells nothing, and nothing is sent again", (world) =>
    Effect.gen(function* () {
      yield* world.fault({ path: `*${kind.path}`, method: "POST", mode: "html", times: 1 })
      assert.deepEqual(statuses(yield* world.send()), ["unknown"])
      assert.deepEqual(statuses(yield* world.send()), ["unknown"])
      assert.deepEqual([world.taken(), yield* world.sent], [0, 1])
    })
  )

  scenario("stays unknown when what it answers and what is read back say two things", (world) =>
    Effect.gen(function* () {
      const json = { mode: "status", status: 200, contentType: "application/json" } as const
      const refused = '{"result":"SUCCESS","result":"ERROR","errors":[]}'
      yield* world.fault({ ...json, path: `*${kind.path}`, method: "POST", body: refused, times: 1 })
      yield* world.fault({ ...json, path: "*/byNumber", body: '{"result":"SUCCESS","response":null,"response":[]}' })
      const ran = yield* world.send()
      assert.deepEqual(statuses(ran), ["unknown"])
      assert.include(ran.items[0]?.detail, "the answer is ambiguous: /result stands there twice, with different values")
      assert.include(ran.items[0]?.detail, "the answer is ambiguous: /response stands there twice")
      assert.strictEqual(yield* world.sent, 1)
    })
  )

  scenario("is found by whoever asks next when the process was killed before it could say how it ended", (world) =>
    Effect.gen(function* () {
      yield* world.send()
      // The state after a kill: the intent is stored and nobody holds the lock of the attempt.
      yield* world.sql`
        update tributary.action_log set status = 'sending', attempt = gen_random_uuid(), response = null, finished_at = null`
      assert.deepEqual(statuses(yield* world.send()), ["already"])
      assert.deepEqual([world.taken(), yield* world.sent], [1.5, 1])
      assert.deepInclude((yield* world.entries)[0], { status: "done" })
    })
  )

  scenario("is not taken for another document of its number", (world) =>
    Effect.gen(function* () {
      yield* world.send()
      yield* world.sql`delete from tributary.action_log`
      yield* world.fault({ path: `*${kind.path}`, method: "POST", mode: "html", times: 1 })
      const [first] = world.numbered("X-1")
      const other = world.state.products.find(({ id }) => id !== first?.items[0]?.productId)?.id
      const ran = yield* world.send({ items: [{ productId: other, amount: "1" }] })
      assert.deepEqual(statuses(ran), ["unknown"])
    })
  )

  /** The number is taken, and the new request gets no answer; the existing document is changed first. */
  const lostBeside = Effect.fnUntraced(function* (
    world: Effect.Success<ReturnType<typeof prepare>>,
    change: (found: StoreDocument) => void
  ) {
    yield* world.send()
    yield* world.sql`delete from tributary.action_log`
    for (const found of world.numbered("X-1")) change(found)
    yield* world.fault({ path: `*${kind.path}`, method: "POST", mode: "html", times: 1 })
    return statuses(yield* world.send())
  })

  const others: ReadonlyArray<readonly [what: string, change: (found: StoreDocument) => void]> = [
    ["was deleted", (found) => Object.assign(found, { status: "DELETED" })],
    ["is of the day before", (found) => Object.assign(found, { dateIncoming: "2026-03-04T12:00:00" })],
    ["has one product more", ({ items }) => items.push(...items.map((item) => ({ ...item, productId: "another" })))],
    ...kind.places.map(
      (place) =>
        [`is of another ${place}`, (found: StoreDocument) => Object.assign(found, { [place]: "another" })] as const
    )
  ]
  for (const [what, change] of others) {
    scenario(`is not taken for a document of its number that ${what}`, (world) =>
      Effect.gen(function* () {
        assert.deepEqual(yield* lostBeside(world, change), ["unknown"])
      })
    )
  }

  scenario(
    "is taken for one that is the same but for its hour, its comment and that it is not processed yet",
    (world) =>
      Effect.gen(function* () {
        const change = (found: StoreDocument) =>
          Object.assign(found, { dateIncoming: `${today}T23:59:00`, comment: "другой", status: "NEW" })
        assert.deepEqual(yield* lostBeside(world, change), ["done"])
      })
  )

  scenario("stores no intent when nobody can log in", (world) =>
    Effect.gen(function* () {
      yield* TestClock.adjust("11 minutes")
      yield* world.fault({ path: "*/auth", mode: "licence", times: 50 })
      const ran = yield* world.send()
      assert.deepEqual([ran.status, ran.items], ["failed", []])
      assert.match(ran.summary, /nothing was sent/)
      assert.deepEqual(yield* world.entries, [])
    })
  )
})
