/** The daemon as a process with its bot, over real HTTP to the sandboxes: killed in the middle of what people do. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { sandbox as telegramSandbox } from "../../bot/sandbox.ts"
import { sandbox as iikoSandbox } from "../../connectors/iiko/sandbox.ts"
import { begin, dataIn, messageWith, pick, says, shows, synced } from "../bot/writeoffFixtures.ts"
import { makePlace } from "../support/program.ts"

const config = fileURLToPath(new URL("../../config", import.meta.url))
const shipped = (name: string) => readFileSync(`${config}/${name}`, "utf8")

/** Without jobs: nothing fires while the test looks. */
const files = {
  "config/connectors/iiko.yaml": shipped("connectors/iiko.yaml"),
  "config/bot.yaml": shipped("bot.yaml")
}

const makeChain = Effect.gen(function* () {
  const [iiko, telegram] = [yield* iikoSandbox.start({ seed: 1 }), yield* telegramSandbox.start({ seed: 1 })]
  const { IIKO_CLOUD_API_KEY = "", IIKO_CLOUD_CLIENT_SECRET = "", IIKO_PASSWORD = "", ...ofIiko } = iiko.environment
  const { TELEGRAM_TOKEN = "", ...ofTelegram } = telegram.environment
  const place = yield* makePlace({
    files,
    variables: { ...ofIiko, ...ofTelegram },
    secrets: { IIKO_CLOUD_API_KEY, IIKO_CLOUD_CLIENT_SECRET, IIKO_PASSWORD, TELEGRAM_TOKEN }
  })
  return { ...place, iiko, telegram }
})

describe("a daemon with a bot", () => {
  it.live("that is killed in the middle of a write-off goes on with it, and sends it once", () =>
    Effect.gen(function* () {
      const { iiko, run, sql, start, telegram } = yield* makeChain
      const filled = yield* run("sync", ...synced)
      assert.strictEqual(filled.code, 0, filled.stderr)
      const { admin, employee } = telegram.state
      const first = yield* start(["start"])
      yield* employee.send("/start")
      yield* employee.sees(says("Поделитесь"))
      yield* employee.contact()
      yield* employee.sees(shows("🏠"))
      yield* admin.send("/start")
      yield* admin.sees(shows("🏠"))
      yield* begin(employee)
      const product = yield* pick(employee, "мол")
      yield* employee.send("1,5")
      yield* employee.sees(shows("Готово (1)"))
      // The step is stored after it was answered: the next one shows that it is.
      yield* employee.press("Готово")
      yield* employee.sees(shows("Почему списываем?"))
      yield* Effect.repeat(
        sql<{ found: boolean }>`
          select exists(select from tributary.bot_session where value::text like '%1.5%') as found`,
        { until: ([row]) => row?.found === true }
      )
      process.kill(first.pid, "SIGKILL")
      yield* Effect.ignore(first.ended)

      yield* employee.send("упал ящик")
      const second = yield* start(["start"])
      yield* employee.sees(shows("Всё верно?", "1,5", "упал ящик"))
      yield* employee.press("Отправить")
      const asked = yield* admin.sees(says("просит списать"))
      yield* admin.press("Открыть", messageWith(asked, "writeoff:open:"))
      yield* admin.sees(shows("Одобрить"))
      yield* admin.press("Одобрить")
      yield* employee.sees(says("Проведено"))
      const sent = iiko.state.writeoffs.filter(({ items }) => items.some(({ productId }) => productId === product))
      assert.lengthOf(
        sent.filter(({ comment }) => comment?.includes("упал ящик")),
        1
      )
      assert.isEmpty(dataIn(yield* employee.messages, "writeoff:send"))

      process.kill(second.pid, "SIGTERM")
      // No secret was printed, the bot's token among them: the place looks at everything.
      const { code } = yield* Effect.timeout(second.ended, "15 seconds")
      assert.strictEqual(code, 130)

      yield* sql`
        insert into tributary.bot_outbox (chat_id, pin, text, keyboard, made_at, due_at, tries, given_up_at)
        values (5, false, '', '[]', now(), now(), 0, now())`
      const looked = yield* run("doctor")
      assert.match(looked.stdout, /✓ bot +Telegram answers/)
      assert.match(
        looked.stdout,
        /✗ bot +1 message was given up since Telegram did not take it, the last one for the chat 5/
      )
      assert.strictEqual(looked.code, 1)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("is looked after by `doctor`, which disturbs nothing and knows a wrong token", () =>
    Effect.gen(function* () {
      const { run, telegram, start, write } = yield* makeChain
      const fine = yield* run("doctor")
      assert.strictEqual(fine.code, 0, fine.stdout)
      assert.match(fine.stdout, /✓ bot +Telegram answers, the bot is @tributary_sandbox_bot\n/)
      assert.deepEqual(
        (yield* telegram.requests).map(({ path }) => path.replace(/^.*\//, "")),
        ["getMe"]
      )
      const wrong = yield* Effect.scoped(
        Effect.flatMap(start(["doctor"], { TELEGRAM_TOKEN: "1:wrong" }), ({ ended }) => ended)
      )
      assert.strictEqual(wrong.code, 1)
      assert.match(wrong.stdout, /✗ bot +Telegram does not accept the token: correct it and reload/)
      yield* write("config/bot.yaml", shipped("bot.yaml").replace("alerts: []", "alerts: [-100777]"))
      assert.match((yield* run("doctor")).stdout, /✗ bot +the bot cannot write to the chat -100777: .*chat not found/)
      yield* write("config/bot.yaml", shipped("bot.yaml").replace(/^token:.*$/m, ""))
      assert.match((yield* run("doctor")).stdout, /✓ bot +it has no token/)
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
