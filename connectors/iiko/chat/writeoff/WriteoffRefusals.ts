/** The view after a press that the state of the write-off does not allow. */

import { Effect } from "effect"
import type { ChatContext, ChatView, Translator } from "../../../../core/sdk.ts"
import type { Writeoff, WriteoffRefused } from "../../writeoff/Writeoff.ts"
import { announcement, makeNames, writeoffView } from "./WriteoffView.ts"

export const make = Effect.gen(function* () {
  const namesIn = yield* makeNames

  /** The sentence, and the current state if the person may see it. */
  const view = Effect.fnUntraced(function* (ctx: ChatContext, { reason, writeoff }: WriteoffRefused) {
    const { person, translator } = ctx
    if (writeoff === undefined) return { text: translator.say(`writeoff-refused-${reason}`) } satisfies ChatView
    const names = yield* namesIn(writeoff)
    const isAuthor = writeoff.author === person.actor
    const note = sentence(translator, reason, writeoff, names.lockedBy)
    if (person.isAdmin && !isAuthor && writeoff.status === "waiting") {
      return announcement(translator, writeoff, note)
    }
    return isAuthor || person.isAdmin
      ? writeoffView(translator, writeoff, names, { isAuthor, isAdmin: person.isAdmin }, note)
      : ({ text: translator.say("writeoff-refused-notYours") } satisfies ChatView)
  })
  return view
})

export type Refusals = Effect.Success<typeof make>

const sentence = (
  translator: Translator,
  reason: WriteoffRefused["reason"],
  { lockedUntil }: Writeoff,
  who: string
): string =>
  reason === "locked"
    ? translator.say("writeoff-refused-locked", {
        who,
        until: lockedUntil === null ? "" : translator.time(lockedUntil)
      })
    : translator.say(`writeoff-refused-${reason}`)
