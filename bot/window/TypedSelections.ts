/** The selections that a chat typed and buttons do not offer: the last ones can be repeated by a button. */
import { Option, Schema } from "effect"
import { type CommandArguments, parse, textOf } from "../CommandArguments.ts"
import type { BotContext } from "../session/Context.ts"
import type { PickerCommand } from "./EntityPickerViews.ts"

const Typed = Schema.Array(Schema.Array(Schema.String))
const decodeTyped = Schema.decodeUnknownOption(Typed)

/** The number of typed selections that a chat can repeat. */
const maxTyped = 10

/** Returns them, oldest first. */
export const typedSelections = (
  { session }: BotContext,
  { feature, known }: PickerCommand
): ReadonlyArray<CommandArguments> =>
  Option.getOrElse(decodeTyped(session.flows[feature] ?? []), (): typeof Typed.Type => []).map((list) =>
    parse(list.join(" "), known)
  )

export const rememberTyped = (ctx: BotContext, command: PickerCommand, chosen: CommandArguments): void => {
  const others = typedSelections(ctx, command).filter((one) => textOf(one) !== textOf(chosen))
  ctx.session.flows[command.feature] = [...others.slice(1 - maxTyped), chosen].map((one) => textOf(one).split(" "))
}
