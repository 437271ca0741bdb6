/** The write-offs that wait for admins, in pages. */
import { Effect } from "effect"
import { addPages, type ChatContext, cut, Keyboard, pageOf, type Translator } from "../../../../core/sdk.ts"
import type { Writeoff } from "../../writeoff/Writeoff.ts"
import { Writeoffs } from "../../writeoff/Writeoffs.ts"
import { makeNames } from "./WriteoffView.ts"

const perPage = 8
const maxLabel = 48

export const make = Effect.gen(function* () {
  const writeoffs = yield* Writeoffs
  const namesIn = yield* makeNames

  return Effect.fnUntraced(function* ({ session, show, translator }: ChatContext, page: number) {
    session.expects = null
    const shown = pageOf(yield* writeoffs.waiting, page, perPage)
    const lines = yield* Effect.forEach(shown.items, (writeoff) =>
      Effect.map(namesIn(writeoff), ({ lockedBy }) => waitingLine(translator, writeoff, lockedBy))
    )
    const keyboard = new Keyboard()
    for (const { authorName, id, number } of shown.items) {
      keyboard.text(cut(`${number ?? ""} · ${authorName}`, maxLabel), `writeoff:open:${id}`).row()
    }
    addPages(keyboard, shown, (next) => `writeoff:waiting:${next}`)
    keyboard.text(translator.t("menu-back"), "menu")
    const title = translator.say(lines.length === 0 ? "writeoff-nothing-waits" : "writeoff-waits")
    yield* show({ text: [title, ...lines].join("\n\n"), keyboard })
  })
})

const waitingLine = (translator: Translator, writeoff: Writeoff, lockedBy: string): string => {
  const { authorName, items, number, store, submittedAt } = writeoff
  const line = translator.say("writeoff-waiting-line", {
    number: number ?? "",
    author: authorName,
    store: store.name,
    at: submittedAt === null ? "" : translator.moment(submittedAt),
    count: items.length
  })
  return writeoff.lockedBy === null ? line : `${line}\n${translator.say("writeoff-held", { who: lockedBy })}`
}
