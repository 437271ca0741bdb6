/**
 * An imitation of the Telegram Bot API with one bot and people who chat with it: tests drive them through `state`, a
 * person at `/` in a browser. Ages, limits and waits use the Clock of the fiber that started it.
 */
import { Effect } from "effect"
import {
  editCollections,
  draw as makeDraw,
  type Sandbox,
  type SandboxOptions,
  type SandboxRequest,
  serve
} from "../core/sdk-sandbox.ts"
import { handleApi, handleReply } from "./sandbox/api/Api.ts"
import { refusals } from "./sandbox/api/Refusal.ts"
import { handleChat, isChat } from "./sandbox/chat/Chat.ts"
import type { Behaviour, CallLog, World } from "./sandbox/Model.ts"
import { addGroup, addPerson, type Group, type Person } from "./sandbox/People.ts"
import { adminPhone, employeePhone } from "./sandbox/Phones.ts"
import { makeUpdates, type Updates } from "./sandbox/updates/Updates.ts"

export { ChatFailure, type ShownMessage } from "./sandbox/chat/ShownMessages.ts"
export type { Behaviour, CallbackAnswer, CallLog } from "./sandbox/Model.ts"
export type { Group, Person } from "./sandbox/People.ts"

export interface NewPerson {
  readonly name: string
  readonly phone?: string
  readonly id?: number
}

export interface TelegramState {
  readonly behaviour: Behaviour
  /** Анна, who works at the bar. */
  readonly employee: Person
  /** Ирина, whose id is `TELEGRAM_ADMIN`. */
  readonly admin: Person
  readonly person: (given: NewPerson) => Person
  readonly group: (given: { readonly title: string; readonly members: ReadonlyArray<Person> }) => Group
  /** The bot's calls of the API, oldest first. */
  readonly calls: ReadonlyArray<CallLog>
  /** The number of updates for the bot. */
  readonly updates: number
}

export interface TelegramSandboxOptions extends SandboxOptions {
  readonly flood?: Behaviour["flood"]
  /** People besides the two default ones. */
  readonly users?: ReadonlyArray<NewPerson>
}

export const sandbox: Sandbox<TelegramState, TelegramSandboxOptions> = {
  type: "telegram",
  start: Effect.fn("TelegramSandbox.start")(function* (options: TelegramSandboxOptions = {}) {
    const world = yield* makeWorld(options)
    const updates: Updates = yield* makeUpdates(world.draw.int(100_000_000, 900_000_000), (body) =>
      Effect.suspend(() => handleReply(world, updates, body))
    )
    const scene = { world, updates }
    const employee = addPerson(scene, { name: "Анна", phone: employeePhone })
    const admin = addPerson(scene, { name: "Ирина", phone: adminPhone })
    for (const given of options.users ?? []) addPerson(scene, given)
    const roles = { [employee.id]: "Сотрудник", [admin.id]: "Админ" }
    const handler = (request: SandboxRequest) =>
      isChat(request) ? handleChat(scene, roles, request) : handleApi(world, updates, request)
    const edit = (body: unknown) => editCollections({ behaviour: { rows: [world.behaviour], key: [] } }, body)
    const running = yield* serve({ handler, edit, refusals }, options)
    const state: TelegramState = {
      behaviour: world.behaviour,
      employee,
      admin,
      person: (given) => addPerson(scene, given),
      group: (given) => addGroup(scene, given),
      calls: world.calls,
      get updates() {
        return updates.total()
      }
    }
    return {
      ...running,
      state,
      environment: {
        TELEGRAM_TOKEN: world.token,
        TELEGRAM_API_ROOT: running.url,
        TELEGRAM_ADMIN: String(admin.id)
      }
    }
  })
}

const botId = 123_456_789

const makeWorld = Effect.fnUntraced(function* ({ flood = "generous", seed = 1 }: TelegramSandboxOptions) {
  const draw = yield* makeDraw(seed)
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"]
  const secret = Array.from({ length: 33 }, () => letters[draw.int(0, letters.length - 1)]).join("")
  const world: World = {
    bot: { id: botId, name: "Tributary", username: "tributary_sandbox_bot" },
    token: `${botId}:AA${secret}`,
    behaviour: { flood, answerWithinSeconds: 60, changeableHours: 48 },
    people: new Map(),
    chats: new Map(),
    files: new Map(),
    queries: new Map(),
    commands: new Map(),
    calls: [],
    flood: new Map(),
    draw,
    listeners: new Set(),
    lastMessage: 0,
    version: 0
  }
  return world
})
