import { assert, describe, it } from "@effect/vitest"
import { SqlError } from "effect/sql"
import { remember } from "../../core/observe/Secrets.ts"
import { foreignText, reason } from "../../core/reason/Reason.ts"
import { connectionLost, lockTimedOut, RunFailure, reasonOf } from "../../core/sync/RunFailure.ts"

const causeOf = (code: string, more: object = {}) => Object.assign(new Error("refused"), { code, ...more })
const lost = (code: string) => new SqlError.SqlError({ reason: new SqlError.ConnectionError({ cause: causeOf(code) }) })
const other = (code: string, more?: object) =>
  new SqlError.SqlError({ reason: new SqlError.UnknownError({ cause: causeOf(code, more) }) })
const locked = new SqlError.SqlError({ reason: new SqlError.LockTimeoutError({ cause: causeOf("55P03") }) })

describe("a failure of the database", () => {
  it("is waited out where the connection was lost, or the server goes away, and nowhere else", () => {
    for (const [error, waits] of [
      [lost("08006"), true],
      [lost("ECONNREFUSED"), true],
      [lost("08P01"), false],
      [lost("08004"), false],
      [other("57P01"), true],
      [other("57P02"), true],
      [other("57P03"), true],
      [other("57P05"), true],
      [other("57P04"), false],
      [other("57014"), false],
      [other("25006"), false],
      [locked, false],
      [new RunFailure({ reason: foreignText("the connection was lost") }), false]
    ] as const) {
      assert.strictEqual(connectionLost(error), waits, error.message)
    }
    assert.isTrue(lockTimedOut(locked))
    assert.isFalse(lockTimedOut(other("55P03")))
    assert.isFalse(lockTimedOut(new RunFailure({ reason: foreignText("locked") })))
  })

  it("that nobody could take the words of is told by what is to be done about it", () => {
    const refused = new AggregateError([causeOf("ECONNREFUSED")], "")
    const twice = Object.assign(refused, { code: "ECONNREFUSED" })
    for (const [error, code] of [
      [lost("ECONNREFUSED"), "database.closed"],
      [new SqlError.SqlError({ reason: new SqlError.ConnectionError({ cause: twice }) }), "database.closed"],
      [lost("ENOTFOUND"), "database.unknownHost"],
      [lost("ETIMEDOUT"), "database.silent"],
      [lost("EPIPE"), "database.lost"],
      [lost(""), "database.lost"]
    ] as const) {
      assert.deepEqual(reasonOf(error), reason("database.unreached", { what: reason(code), text: "refused" }))
    }
    for (const [error, code] of [
      [lost("08006"), "database.lost"],
      [lost("08P01"), "database.refused"],
      [lost("08004"), "database.refused"],
      [other("53300"), "database.connections"],
      [other("53400"), "database.configured"],
      [other("54011"), "database.limit"],
      [other("57P01"), "database.stopped"],
      [other("57P03"), "database.starting"]
    ] as const) {
      assert.deepEqual(reasonOf(error), reason("database.told", { what: reason(code), text: "refused" }))
    }
  })

  it("is told in the server's own words, with what is in the way and what to do", () => {
    remember("s3cret-of-the-table")
    const error = other("23505", { detail: "Key (id)=(s3cret-of-the-table) exists", hint: "Try another" })
    assert.deepEqual(
      reasonOf(error),
      reason("run.database", { text: "refused; Key (id)=(<redacted>) exists; Try another" })
    )
  })
})

describe("a failure of ours", () => {
  it("keeps its code, without secrets in what it names; what has no code is told as it is", () => {
    remember("s3cret-of-the-plan")
    assert.deepEqual(
      reasonOf(new RunFailure({ reason: reason("plan.table", { table: "a s3cret-of-the-plan" }) })),
      reason("plan.table", { table: "a <redacted>" })
    )
    assert.deepEqual(
      reasonOf({ _tag: "Error", message: "no s3cret-of-the-plan here" }),
      foreignText("no <redacted> here")
    )
  })
})
