/**
 * Logs the requested action of a press or a command as one line when its handling begins. Other typed text is private.
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

/** The text with which a person becomes the first admin is a secret. */
const secret = new Set(["admin"])

const requestedAction = ({
  callbackQuery,
  message
}: Pick<BotContext, "callbackQuery" | "message">): Input | undefined => {
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

/** Entries of the menu log themselves: their buttons contain only numbers of rows. */
const isMenu = ({ callbackQuery }: BotContext): boolean => callbackQuery?.data?.startsWith("main/") === true

export const logInput = (ctx: BotContext): Effect.Effect<void> => {
  const requested = isMenu(ctx) ? undefined : requestedAction(ctx)
  return requested === undefined ? Effect.void : line(ctx, requested)
}

/** `entry` is its key in the locales, as in `menu-status`. */
export const logInputEntry = (ctx: BotContext, entry: string): Effect.Effect<void> =>
  line(ctx, { module: "menu", action: entry.replace(/^menu-/, ""), parameters: "" })
