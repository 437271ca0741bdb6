/** What people read when a write-off does not let them do what they pressed. */
import { Effect } from "effect"
import type { Writeoff, WriteoffRefused } from "../../../connectors/iiko/writeoff/Writeoff.ts"
import type { Words } from "../../i18n/Translator.ts"
import { actorOf } from "../../people/Person.ts"
import type { BotContext } from "../../session/Context.ts"
import type { View } from "../../window/Window.ts"
import { announcement, makeNames, writtenView } from "./WriteoffView.ts"

export const make = Effect.gen(function* () {
  const namesIn = yield* makeNames

  /** Beside the sentence, how it stands now, where that is theirs to see. */
  const view = Effect.fnUntraced(function* (ctx: BotContext, { reason, writeoff }: WriteoffRefused) {
    const { person, words } = ctx
    if (writeoff === undefined) return { text: words.say(`writeoff-refused-${reason}`) } satisfies View
    const names = yield* namesIn(writeoff)
    const isAuthor = person !== undefined && writeoff.author === actorOf(person.telegramId)
    const note = sentence(words, reason, writeoff, names.lockedBy)
    if (person?.isAdmin === true && !isAuthor && writeoff.status === "waiting") {
      return announcement(words, writeoff, note)
    }
    return isAuthor || person?.isAdmin === true
      ? writtenView(words, writeoff, names, { isAuthor, isAdmin: person.isAdmin }, note)
      : ({ text: words.say("writeoff-refused-notYours") } satisfies View)
  })
  return view
})

export type Refusals = Effect.Success<typeof make>

const sentence = (words: Words, reason: WriteoffRefused["reason"], { lockedUntil }: Writeoff, who: string): string =>
  reason === "locked"
    ? words.say("writeoff-refused-locked", { who, until: lockedUntil === null ? "" : words.time(lockedUntil) })
    : words.say(`writeoff-refused-${reason}`)
