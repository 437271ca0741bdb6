/** What the database says to the API and to the bot: what an operator can mend is told, in the language of the reader. */
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit } from "effect"
import { SqlError } from "effect/sql"
import { sentenceOf } from "../../bot/FailureText.ts"
import { make } from "../../bot/i18n/FluentTranslator.ts"
import { fromDatabase } from "../../core/http/Background.ts"

const sqlError = (code: string, text: string) =>
  new SqlError.SqlError({
    reason: new SqlError.UnknownError({
      cause: Object.assign(new Error(text), { code, hint: "look there" }),
      message: "PgConnection: Query failed",
      operation: "query"
    })
  })

const denied = sqlError("42501", "permission denied for table x")

describe("what the database says", () => {
  it.effect("to the API is the detail of a problem where an operator can mend it, and else a mistake of ours", () =>
    Effect.gen(function* () {
      const problem = yield* Effect.flip(fromDatabase(Effect.fail(denied)))
      assert.deepInclude(problem, {
        status: 503,
        detail:
          "the role by which Tributary logs in lacks a right; PostgreSQL: permission denied for table x; look there"
      })
      const away = yield* Effect.flip(fromDatabase(Effect.fail(sqlError("53300", "sorry, too many clients already"))))
      assert.deepInclude(away, { status: 503, detail: "The database does not answer." })
      const ours = yield* Effect.exit(fromDatabase(Effect.fail(sqlError("42601", "syntax error"))))
      assert.isTrue(Exit.isFailure(ours) && Cause.hasDies(ours.cause))
    })
  )

  it("to people in chats is what it means, in their language, without the words of PostgreSQL", () => {
    const languages = make(["ru", "en"], "Europe/Kaliningrad")
    const sentences = ["en", "ru"].map((locale) => sentenceOf(denied, languages.in(locale)))
    assert.deepStrictEqual(sentences, [
      "That did not work: the role by which Tributary logs in lacks a right",
      "Не получилось: роли, под которой Tributary входит в базу, не хватает прав"
    ])
    const unknown = sentenceOf(sqlError("42P01", "relation x does not exist"), languages.in("en"))
    assert.match(unknown, /^The database does not answer, or it lacks what this needs/)
  })
})
