/** The flow of poll forms, with an engine that runs actions and keeps what they have sent. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Logger, References } from "effect"
import { SqlClient } from "effect/sql"
import { type ActionItem, type InboxContext, InboxFailed, type Json } from "../../../core/sdk.ts"
import { kinds, type Row } from "../sandbox/Model.ts"
import { start } from "../sandbox/TestClient.ts"
import { normalPhone, writingsOf } from "./Person.ts"

const yaml = `
actions: { deal: {}, contact: {} }
forms:
  token: { secret: BITRIX24_FORMS_TOKEN }
  form: { object: item/1038 }
  programmes: { object: item/1040, from: /form/ufCrm38Programmes }
  contact: { phone: /payload/phone, email: /payload/email, fields: { name: "{/payload/name}" } }
  deal: { fields: { title: "{/programme/title} · {/payload/name}", categoryId: 5 } }
entities: { deal: { object: deal, key: id, fields: { id: bigint } } }`

const formId = 430_131_691
const payload = { form_id: formId, phone: "8 (999) 123-45-67", email: "Ada@Example.test ", name: "Ада" }

/** The actions of a portal use no database. */
const noDatabase = new Proxy({} as SqlClient.SqlClient, {
  get: () => {
    throw new Error("no database")
  }
})

/** Sends at most once by key, as the engine does; an attempt without an outcome stays without one. */
const engine = (connector: Effect.Success<ReturnType<typeof start>>["connector"]) => {
  const sent = new Map<string, Json | undefined>()
  const runAction: InboxContext["runAction"] = (name, input) =>
    Effect.gen(function* () {
      const action = connector.actions?.find((one) => one.name === name)
      if (action === undefined) return yield* Effect.die(`there is no action ${name}`)
      const report = yield* action.run(input, {
        trigger: "inbox",
        actor: null,
        dryRun: false,
        now: DateTime.setZoneNamedUnsafe(yield* DateTime.now, "UTC"),
        refresh: () => Effect.succeed([]),
        once: ({ key, what }, send) => {
          const item = (status: ActionItem["status"], response: Json | null) =>
            ({ key, what, status, detail: null, response }) as const
          const id = `${name}:${key}`
          if (sent.has(id)) {
            const response = sent.get(id)
            return Effect.succeed(response === undefined ? item("unknown", null) : item("already", response))
          }
          return Effect.match(send, {
            onFailure: () => {
              sent.set(id, undefined)
              return item("unknown", null)
            },
            onSuccess: (response) => {
              sent.set(id, response)
              return item("done", response)
            }
          })
        }
      })
      return { ...report, status: "ok" } as const
    }).pipe(Effect.orDie, Effect.provideService(SqlClient.SqlClient, noDatabase))
  return { runAction, readRecords: () => Effect.succeed(0), refresh: () => Effect.void } satisfies InboxContext
}

const beginWith = Effect.fnUntraced(function* (more: string) {
  const world = yield* start(`${yaml}\n${more}`)
  const { connector, portal } = world
  const source = connector.inbox?.get("poll-form")
  if (source === undefined) return yield* Effect.die("there is no such source")
  const usual = engine(connector)
  const admit = (body: Json, token = portal.environment.BITRIX24_FORMS_TOKEN ?? "") =>
    source.admit({
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      query: new URLSearchParams(),
      bytes: new TextEncoder().encode(JSON.stringify(body))
    })
  const work = Effect.fnUntraced(function* (body: Json, context: InboxContext = usual) {
    const admitted = yield* admit(body)
    if (admitted._tag !== "Accepted") return yield* Effect.die(admitted._tag)
    const delivery = { id: 1, attempt: 1, receivedAt: yield* DateTime.now, key: admitted.key, body: admitted.body }
    return yield* source.work(delivery, context)
  })
  const rowsOf = (kind: number): ReadonlyArray<Row> => portal.state.elements.get(kind) ?? []
  return {
    ...world,
    admit,
    work,
    rowsOf,
    newDeals: () =>
      rowsOf(kinds.deal)
        .filter(({ originId }) => originId !== null)
        .toSorted((one, other) => String(one.originId).localeCompare(String(other.originId)))
  }
})

const begin = beginWith("")

describe("a poll form", () => {
  it.live("becomes a deal for each programme with the person, and nothing more when it comes again", () =>
    Effect.gen(function* () {
      const { asked, newDeals, rowsOf, work } = yield* begin
      const result = yield* work(payload)
      const [person] = rowsOf(kinds.contact).slice(-1)
      assert.deepInclude(person, { name: "Ада", originId: "contact 79991234567" })
      assert.deepEqual(
        newDeals().map(({ categoryId, contactIds, originId, parentId1040, title }) => ({
          categoryId,
          contactIds,
          originId,
          parentId1040,
          title
        })),
        ["Цифровой юрист", "Античность", "Экономика"].map((title, at) => ({
          title: `${title} · Ада`,
          categoryId: 5,
          contactIds: [person?.id],
          parentId1040: at + 1,
          originId: `form ${formId}/${at + 1}`
        }))
      )
      assert.deepEqual(yield* work(payload), result)
      assert.lengthOf(newDeals(), 3)
      // The form and deals of it; its programmes and the person; what was made. The second time all of it is known.
      assert.deepEqual(yield* asked, ["batch", "batch", ...Array.from({ length: 4 }, () => "crm.item.add")])
    })
  )

  it.live("tells at debug level what the cache knew, and which calls were one request", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ message }) => void lines.push(String(message)))
      const { work } = yield* begin
      const logged = work(payload).pipe(
        Effect.provide(Logger.layer([logger])),
        Effect.provideService(References.MinimumLogLevel, "Debug")
      )
      yield* logged
      assert.includeMembers(lines, [
        "cache miss: poll_form:1038/430131691; 1 value is loaded in one call",
        "one request for 2 calls",
        "one request for 5 calls"
      ])
      lines.length = 0
      yield* logged
      assert.include(lines, "cache hit: poll_form:1038/430131691")
      assert.notMatch(lines.join(), /one request/)
    })
  )

  it.live("makes no second deal where the portal has one that the daemon's own database knows nothing of", () =>
    Effect.gen(function* () {
      const { connector, newDeals, work } = yield* beginWith("cache: { enabled: false }")
      const first = yield* work(payload)
      assert.deepEqual(yield* work(payload, engine(connector)), first)
      assert.lengthOf(newDeals(), 3)
    })
  )

  it.live("finds a person that is known in another writing of the phone, or by the address", () =>
    Effect.gen(function* () {
      const { newDeals, rowsOf, work } = yield* begin
      const [first, second] = rowsOf(kinds.contact)
      Object.assign(first ?? {}, { fm: [{ typeId: "PHONE", valueType: "WORK", value: "89991234567" }] })
      yield* work(payload)
      assert.deepEqual(newDeals()[0]?.contactIds, [first?.id])
      const { work: workAgain, newDeals: others } = yield* begin
      yield* workAgain({ ...payload, phone: "", email: " PERSON2@example.test" })
      assert.deepEqual(others()[0]?.contactIds, [second?.id])
    })
  )

  it.live("that names a programme the portal lacks makes the others, and says which is missing and where", () =>
    Effect.gen(function* () {
      const { newDeals, rowsOf, work } = yield* begin
      const [form] = rowsOf(kinds.pollForm)
      Object.assign(form ?? {}, { ufCrm38Programmes: ["Античность", "Право будущего"] })
      const failed = yield* Effect.flip(work(payload))
      assert.instanceOf(failed, InboxFailed)
      assert.isFalse(failed.again)
      assert.match(
        failed.message,
        /no such programme: Право будущего; 1 deal was made .*\/crm\/type\/1038\/details\/430131691\//
      )
      assert.lengthOf(newDeals(), 1)
    })
  )

  it.live("whose deal may have been made waits until that is known, and makes no second one", () =>
    Effect.gen(function* () {
      const { newDeals, portal, work } = yield* begin
      yield* portal.fault({ path: "*/crm.item.add", mode: "statusAfter", status: 502, body: "", after: 1, times: 1 })
      const failed = yield* Effect.flip(work(payload))
      assert.isTrue(failed.again)
      // By then it has been looked for twice: no attempt is spent on an answer that nobody can have yet.
      assert.isAtLeast(Duration.toSeconds(failed.retryAfter ?? Duration.zero), 75 + 60 + 30)
      assert.isTrue((yield* Effect.flip(work(payload))).again)
      // Those of the other programmes are made, too.
      assert.deepEqual(
        newDeals().map(({ originId }) => originId),
        [1, 2, 3].map((programme) => `form ${formId}/${programme}`)
      )
    })
  )

  it.live("is refused without the token, and unreadable without the form's id", () =>
    Effect.gen(function* () {
      const { admit } = yield* begin
      assert.strictEqual((yield* admit(payload, "other"))._tag, "Refused")
      assert.strictEqual((yield* admit({ ...payload, form_id: "x" }))._tag, "Unreadable")
      assert.deepInclude(yield* admit(payload), { key: "79991234567", id: `form ${formId}` })
    })
  )
})

describe("phones", () => {
  it("are one in every writing", () => {
    for (const text of ["+7 999 123-45-67", "8(999)1234567", "79991234567", "999 123 45 67"]) {
      assert.strictEqual(normalPhone(text), "79991234567", text)
    }
    assert.strictEqual(normalPhone("+49 151 2345678"), "491512345678")
    assert.include(writingsOf("79991234567"), "89991234567")
  })
})
