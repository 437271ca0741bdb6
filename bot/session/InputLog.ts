/**
 * What a press or a command asks for, as one line of the log when its handling begins. What people type besides is theirs.
 */
import { Effect } from "effect"
import { redact } from "../../core/observe/Secrets.ts"
import { cut } from "../../core/plugin/chat/Html.ts"
import { actorOf } from "../people/Person.ts"
import type { BotContext } from "./Context.ts"

export interface Input {
  readonly module: string
  readonly action: string
  readonly parameters: string
}

const maxCount = 100

/** What somebody says to become the first admin is a secret. */
const secret = new Set(["admin"])

const deedOf = ({ callbackQuery, message }: Pick<BotContext, "callbackQuery" | "message">): Input | undefined => {
  const { data } = callbackQuery ?? {}
  if (data !== undefined) {
    const [module = "", action = "open", ...parameters] = data.split(/[:/]/)
    return { module, action, parameters: parameters.join(":") }
  }
  const [, module, parameters = ""] = /^\/(\w{1,32})(?:@\w+)?(?:\s+([\s\S]*))?$/.exec(message?.text ?? "") ?? []
  if (module === undefined) return undefined
  return { module, action: "command", parameters: secret.has(module) && parameters !== "" ? "***" : parameters }
}

const line = ({ from, update }: BotContext, { action, module, parameters }: Input) =>
  Effect.logInfo(`${module} ${action}`.trim()).pipe(
    Effect.annotateLogs({
      service: "bot",
      module: cut(module, maxCount),
      action: cut(action, maxCount),
      actor: actorOf(from?.id ?? 0),
      update_id: update.update_id,
      ...(parameters === "" ? {} : { parameters: cut(redact(parameters), maxCount) })
    })
  )

/** The entries of the menu say by themselves which they are: in its buttons are numbers of rows. */
const isMenu = ({ callbackQuery }: BotContext): boolean => callbackQuery?.data?.startsWith("main/") === true

export const logInput = (ctx: BotContext): Effect.Effect<void> => {
  const deed = isMenu(ctx) ? undefined : deedOf(ctx)
  return deed === undefined ? Effect.void : line(ctx, deed)
}

/** `entry`: its key in the locales, as in `menu-status`. */
export const logInputEntry = (ctx: BotContext, entry: string): Effect.Effect<void> =>
  line(ctx, { module: "menu", action: entry.replace(/^menu-/, ""), parameters: "" })
