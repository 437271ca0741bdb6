/** The actions of people in a chat: they write, and press buttons. */
import { Clock, Deferred, Effect } from "effect"
import { detectEntities } from "../api/Entities.ts"
import { messageJson, userJson } from "../api/Json.ts"
import {
  addMessage,
  awaitChange,
  type CallbackAnswer,
  type Chat,
  type Content,
  messageOf,
  type World
} from "../Model.ts"
import type { Updates } from "../updates/Updates.ts"
import { type ChatFailure, failure } from "./ShownMessages.ts"

export type Button = string | { readonly data: string; readonly message?: number }

export interface Scene {
  readonly world: World
  readonly updates: Updates
}

/** Privacy mode: in a group the bot receives only commands. */
const hears = (chat: Chat, { entities = [] }: Content): boolean =>
  chat.isPrivate || entities.some(({ offset, type }) => type === "bot_command" && offset === 0)

export const say = Effect.fnUntraced(function* (
  { updates, world }: Scene,
  { chat, content, from }: { readonly chat: Chat; readonly from: number; readonly content: Content }
) {
  if (chat.isPrivate) chat.isStarted = true
  const message = yield* addMessage(world, chat, { from, content })
  if (hears(chat, content)) yield* updates.push("message", chat.id, messageJson(world, chat, message))
})

export const text = (plain: string): Content => detectEntities({ text: plain, entities: [] })

const find = (chat: Chat, label: string, message: number | undefined) =>
  chat.messages
    .toReversed()
    .filter(({ id }) => message === undefined || id === message)
    .flatMap((each) => (each.inline ?? []).flat().map((button) => ({ button, message: each })))
    .find(({ button }) => button.text.includes(label))

export const press = Effect.fnUntraced(function* (
  { updates, world }: Scene,
  {
    button,
    chat,
    from,
    message
  }: {
    readonly chat: Chat
    readonly from: number
    readonly button: Button
    readonly message: number | undefined
  }
): Effect.fn.Return<CallbackAnswer, ChatFailure> {
  const found = typeof button === "string" ? find(chat, button, message) : undefined
  const data = typeof button === "string" ? found?.button.callback_data : button.data
  const name = typeof button === "string" ? `the button «${button}»` : `the data ${button.data}`
  if (data === undefined) return yield* failure(world, chat, `there is no such thing to press as ${name}`)
  const wanted = typeof button === "string" ? found?.message : messageOf(chat, button.message ?? message)
  const on = wanted ?? chat.messages.findLast((each) => each.from === world.bot.id)
  if (on === undefined) return yield* failure(world, chat, `there is no message to press ${name} on`)
  const id = String(world.draw.int(1_000_000_000, 9_999_999_999))
  const answer = yield* Deferred.make<CallbackAnswer>()
  world.queries.set(id, { chat: chat.id, at: yield* Clock.currentTimeMillis, answer, isAnswered: false })
  yield* updates.push("callback_query", chat.id, {
    id,
    from: userJson(world, from),
    message: messageJson(world, chat, on),
    chat_instance: String(chat.id),
    data
  })
  const isAnswered = yield* awaitChange(world, () => world.queries.get(id)?.isAnswered || undefined)
  if (isAnswered === undefined) return yield* failure(world, chat, `the bot did not answer the press of ${name}`)
  return yield* Deferred.await(answer)
})
