/** How `chats:` names the recipients of messages. */
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { Destinations } from "../../bot/telegram/Destination.ts"

const decode = Schema.decodeUnknownResult(Destinations)

describe("a chat in bot.yaml", () => {
  it.each([
    [700, { chat: 700 }],
    ["-1001234567890", { chat: -1_001_234_567_890 }],
    ["-1001234567890/45", { chat: -1_001_234_567_890, topic: 45 }],
    // A request addresses the general topic by naming none.
    ["-1001234567890/1", { chat: -1_001_234_567_890 }]
  ])("%s is a person, a group or a topic", (written, expected) => {
    assert.deepEqual(Result.getOrThrow(decode([written])), [expected])
  })

  it.each([
    [["-100/"]],
    [["/45"]],
    [["-100/45/6"]],
    [["shift"]],
    [["-100/x"]],
    [["-100/45", "-100/46"]],
    [["-100/45", -100]]
  ])("%j is none", (written) => assert.isTrue(Result.isFailure(decode(written))))

  it("may stand twice", () => assert.isTrue(Result.isSuccess(decode(["-100/45", "-100/45", 700, 700]))))
})
