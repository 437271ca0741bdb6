/**
 * A person is let in, an admin sends a command, a button is pressed, against `telegram-test-api`, an imitation by others.
 * It answers polls at once and knows few methods; nothing of ours is changed for it. `telegram.ts` runs this.
 */
import { createRequire } from "node:module"
import { join } from "node:path"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { people } from "../bot/adminFixtures.ts"
import { World } from "../bot/fixtures.ts"
import { eventually } from "../support/eventually.ts"
import { freePort } from "../support/freePort.ts"

/** The stored form of a message of the bot. */
interface Sent {
  readonly messageId: number
  readonly message: {
    readonly chat_id?: number | string
    readonly text?: string
    readonly reply_markup?: {
      readonly keyboard?: ReadonlyArray<ReadonlyArray<{ readonly request_contact?: boolean }>>
      readonly inline_keyboard?: ReadonlyArray<ReadonlyArray<{ readonly text: string; readonly callback_data: string }>>
    }
  }
}

interface Client {
  readonly makeMessage: (text: string, more?: object) => object
  readonly makeCommand: (text: string) => object
  readonly makeCallbackQuery: (data: string, more?: object) => object
  readonly sendMessage: (message: object) => Promise<unknown>
  readonly sendCommand: (message: object) => Promise<unknown>
  readonly sendCallback: (message: object) => Promise<unknown>
}

interface Server {
  readonly config: { readonly apiURL: string }
  readonly storage: { readonly botMessages: ReadonlyArray<Sent> }
  readonly start: () => Promise<void>
  readonly stop: () => Promise<unknown>
  readonly getClient: (token: string, options: object) => Client
}

const folder = process.env.TELEGRAM_TEST_API ?? ""
const token = "666:test"
const [adminId, employeeId] = [41, 42]

const serve = Effect.gen(function* () {
  const port = yield* freePort
  // A module fetched at run time has no types here.
  const { TelegramServer }: { TelegramServer: new (config: object) => Server } = createRequire(import.meta.url)(
    join(folder, "node_modules/telegram-test-api/lib/telegramServer.js")
  )
  const server = new TelegramServer({ port, host: "127.0.0.1", storeTimeout: 600 })
  yield* Effect.acquireRelease(
    Effect.promise(() => server.start()),
    () => Effect.promise(() => server.stop())
  )
  return server
})

const world = (server: Server) =>
  World.layer({
    sync: people,
    environment: { TELEGRAM_API_ROOT: server.config.apiURL, TELEGRAM_TOKEN: token, TELEGRAM_ADMIN: String(adminId) }
  })

describe("the bot at telegram-test-api", () => {
  let server: Server
  const started = Layer.unwrap(
    Effect.map(serve, (running) => {
      server = running
      return world(running)
    })
  )

  layer(started, { timeout: "120 seconds", excludeTestServices: true })("is used by", (it) => {
    const saidTo = (chat: number) =>
      server.storage.botMessages.filter(({ message }) => Number(message.chat_id) === chat)
    const buttonsOf = ({ message }: Sent) => message.reply_markup?.inline_keyboard?.flat() ?? []
    const sees = (chat: number, isIt: (sent: Sent) => boolean) =>
      Effect.map(eventually(Effect.sync(() => saidTo(chat).some(isIt))), () => saidTo(chat).find(isIt) ?? assert.fail())
    const says = (part: string) => (sent: Sent) => sent.message.text?.includes(part) === true
    const clientOf = (id: number) => server.getClient(token, { userId: id, chatId: id, firstName: "Анна" })

    it.effect("somebody who is let in by the phone number", () =>
      Effect.gen(function* () {
        const { employee } = yield* World
        const client = clientOf(employeeId)
        yield* Effect.promise(() => client.sendCommand(client.makeCommand("/start")))
        const greeting = yield* sees(employeeId, says("Поделитесь"))
        assert.isTrue(greeting.message.reply_markup?.keyboard?.[0]?.[0]?.request_contact)
        const contact = { phone_number: employee.phone, user_id: employeeId, first_name: "Анна" }
        yield* Effect.promise(() => client.sendMessage(client.makeMessage("", { contact })))
        yield* sees(employeeId, says("Добро пожаловать"))
      })
    )

    it.effect("an admin who commands, and presses a button", () =>
      Effect.gen(function* () {
        const client = clientOf(adminId)
        yield* Effect.promise(() => client.sendCommand(client.makeCommand("/jobs")))
        const jobs = yield* sees(adminId, (sent) => buttonsOf(sent).some(({ text }) => text === "stop-list"))
        const button = buttonsOf(jobs).find(({ text }) => text === "stop-list") ?? assert.fail()
        const on = { message: { message_id: jobs.messageId } }
        yield* Effect.promise(() => client.sendCallback(client.makeCallbackQuery(button.callback_data, on)))
        const shown = yield* sees(adminId, (sent) =>
          buttonsOf(sent).some(({ callback_data }) => callback_data.startsWith("jobs:run:"))
        )
        assert.strictEqual(shown.messageId, jobs.messageId, "the message that was there has changed")
      })
    )
  })
})
