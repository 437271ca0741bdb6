/** The menus of commands that the bot sets, for everybody, for a kind of chat or for one chat. */
import { Effect } from "effect"
import { notifyChange, type World } from "../Model.ts"
import type { BotCommand, Params } from "./Params.ts"
import { badRequest } from "./Refusal.ts"

const keyOf = ({ language_code = "", scope }: Params): string =>
  [scope?.type ?? "default", scope?.chat_id ?? "", scope?.user_id ?? "", language_code].join(" ")

export const setMyCommands = Effect.fnUntraced(function* (world: World, params: Params) {
  const { commands = [] } = params
  if (commands.length > 100) return yield* badRequest("BOT_COMMANDS_TOO_MUCH")
  const given = commands.map(({ command, description }) => ({ command: command.replace(/^\//, ""), description }))
  if (given.some(({ command }) => !/^[a-z0-9_]{1,32}$/.test(command))) return yield* badRequest("BOT_COMMAND_INVALID")
  if (given.some(({ description }) => description === "" || description.length > 256)) {
    return yield* badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
  }
  if (given.length === 0) world.commands.delete(keyOf(params))
  else world.commands.set(keyOf(params), given)
  notifyChange(world)
  return true
})

export const getMyCommands = (world: World, params: Params) =>
  Effect.sync(() => world.commands.get(keyOf(params)) ?? [])

export const deleteMyCommands = (world: World, params: Params) =>
  Effect.sync(() => {
    world.commands.delete(keyOf(params))
    notifyChange(world)
    return true
  })

/** Returns the menu for a person in a chat: the narrowest one that exists, first in the person's language. */
export const commandsFor = (world: World, chat: number): ReadonlyArray<BotCommand> => {
  const scopes = [`chat ${chat} `, chat > 0 ? "all_private_chats  " : "all_group_chats  ", "default  "]
  const keys = scopes.flatMap((scope) => [`${scope} ru`, `${scope} `])
  return keys.map((key) => world.commands.get(key)).find((commands) => commands !== undefined) ?? []
}
