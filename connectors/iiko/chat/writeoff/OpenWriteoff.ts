/** A write-off that an admin has opened: locked for others, and never the admin's own if there is another admin. */
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
    /** Every step begins by opening it again, which prolongs the lock. */
    opened: Effect.fnUntraced(function* ({ person: { actor } }: ChatContext, id: number) {
      const writeoff = yield* writeoffs.open(id, actor)
      if (writeoff.author !== actor) return writeoff
      const admins = yield* people.admins
      if (admins.every((admin) => admin.actor === actor)) return writeoff
      yield* writeoffs.release(id, actor)
      return yield* new UserFacingError({ key: "writeoff-own" })
    }),
    /** Shows it with buttons for all decisions. */
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

export type OpenWriteoff = Effect.Success<typeof make>
