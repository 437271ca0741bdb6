/** A write-off that an admin has open: nobody else decides on it meanwhile, and nobody on their own. */
import { Effect } from "effect"
import { type ChatContext, ChatKernel, Keyboard, UserFacingError } from "../../../../core/sdk.ts"
import type { Writeoff } from "../../writeoff/Writeoff.ts"
import { Writeoffs } from "../../writeoff/Writeoffs.ts"
import { makeNames, textOf } from "./WriteoffView.ts"

export const make = Effect.gen(function* () {
  const { people } = yield* ChatKernel
  const writeoffs = yield* Writeoffs
  const namesIn = yield* makeNames

  return {
    /** Opening again prolongs the time, so every step begins with it. */
    opened: Effect.fnUntraced(function* ({ person: { actor } }: ChatContext, id: number) {
      const writeoff = yield* writeoffs.open(id, actor)
      if (writeoff.author !== actor) return writeoff
      const admins = yield* people.admins
      if (admins.every((admin) => admin.actor === actor)) return writeoff
      yield* writeoffs.release(id, actor)
      return yield* new UserFacingError({ key: "writeoff-own" })
    }),
    /** With all that can be decided. */
    review: Effect.fnUntraced(function* ({ session, show, translator }: ChatContext, writeoff: Writeoff) {
      const { id } = writeoff
      session.expects = null
      const names = yield* namesIn(writeoff)
      const keyboard = new Keyboard()
        .text(translator.t("writeoff-approve"), `writeoff:approve:${id}`)
        .row()
        .text(translator.t("writeoff-correct"), `writeoff:correct:${id}`)
        .text(translator.t("writeoff-reject"), `writeoff:reject:${id}`)
        .row()
        .text(translator.t("writeoff-release"), `writeoff:release:${id}`)
      yield* show({ text: textOf(translator, writeoff, names, "admin"), keyboard })
    })
  }
})

export type Opened = Effect.Success<typeof make>
