/** Texts that people read in a chat contain no secret, whoever wrote them. */
import { assert, describe, it } from "@effect/vitest"
import { redactTexts } from "../../bot/telegram/Telegram.ts"
import { remember } from "../../core/observe/Secrets.ts"

const secret = "Tq7-what-nobody-reads"

/** The payload that Telegram would receive. */
const sent = async (payload: object) => {
  let got: unknown
  await redactTexts(
    (_, payloadSent) => {
      got = payloadSent
      return Promise.resolve({ ok: true, result: true } as never) // nobody looks at what a message was answered
    },
    "sendMessage",
    payload as never, // any payload of any method passes here
    undefined
  )
  return got
}

describe("a message", () => {
  remember(secret)

  it("has no secret in its text or caption, and stays HTML where it was", async () => {
    assert.deepEqual(await sent({ chat_id: 1, text: `a ${secret} b` }), { chat_id: 1, text: "a <redacted> b" })
    assert.deepEqual(await sent({ chat_id: 1, caption: `<b>${secret}</b>`, parse_mode: "HTML" }), {
      chat_id: 1,
      caption: "<b>&lt;redacted&gt;</b>",
      parse_mode: "HTML"
    })
  })

  it("is otherwise what it was: a webhook is set with its token", async () => {
    const payload = { url: "https://bot.test", secret_token: secret }
    assert.deepEqual(await sent(payload), payload)
  })
})
