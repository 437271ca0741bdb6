/**
 * Notifications: to admins about waiting write-offs, to the author and the admins about the outcome, to accounting
 * about sent ones. The admins' messages are stored until the outcome was sent, so an interrupted notification is sent
 * after a restart.
 */

import { Duration, Effect, Schema, Stream } from "effect"
import type { SqlError } from "effect/sql"
import { ChatKernel, cut, Keyboard, remember } from "../../../../core/sdk.ts"
import type { Writeoff } from "../../writeoff/Writeoff.ts"
import { Writeoffs } from "../../writeoff/Writeoffs.ts"
import { announcement, canRetry, makeNames, textOf, writeoffView } from "./WriteoffView.ts"

const kind = "writeoff"

/** An action ends before its row is updated. */
const quiet = Duration.seconds(2)

const Tidied = Schema.Struct({
  expired: Schema.Array(Schema.Struct({ id: Schema.Int, number: Schema.NullOr(Schema.String) }))
})
const decodeTidied = Schema.decodeUnknownEffect(Tidied)

/** Whether nobody waits for a decision or an outcome any more. */
const isOver = ({ status }: Writeoff): boolean => status !== "draft" && status !== "waiting" && status !== "sending"

const about = ({ id }: Pick<Writeoff, "id">) => ({ kind, subject: String(id) })

export const make = Effect.gen(function* () {
  const { runInBackground } = yield* ChatKernel
  const isFirst = makeIsFirst()
  const announce = yield* makeAnnounce(isFirst)
  const account = yield* makeAccount(isFirst)
  const settle = yield* makeSettle(isFirst, account)
  // The person who pressed does not wait for notifications; after an interruption the next bot sends them.
  return { account, announce, background: yield* makeBackground(announce, settle), runInBackground, settle }
})

export type Notices = Effect.Success<typeof make>

type IsFirst = (key: string) => boolean

/** Keeps the notifications that were sent, so that none is sent twice. */
const makeIsFirst = (): IsFirst => {
  const sent = new Map<string, true>()
  return (key) => {
    if (sent.has(key)) return false
    remember(sent, key, true)
    return true
  }
}

const makeAnnounce = (isFirst: IsFirst) =>
  Effect.map(ChatKernel, ({ broadcast }) =>
    Effect.fn("Writeoff.announce")(function* (writeoff: Writeoff) {
      if (!isFirst(`${writeoff.id}:waiting`)) return
      const admins = yield* broadcast.admins
      const others = admins.filter(({ person }) => person?.actor !== writeoff.author)
      yield* broadcast.notifyAll(others, (translator) => announcement(translator, writeoff), about(writeoff))
    })
  )

/** Reports a write-off that was sent to accounting. */
const makeAccount = (isFirst: IsFirst) =>
  Effect.map(ChatKernel, ({ broadcast }) =>
    Effect.fnUntraced(function* (writeoff: Writeoff) {
      const { account, authorName, id, items, number, reason, status, store } = writeoff
      if (!broadcast.isNamed("accounting") || status !== "sent" || !isFirst(`${id}:accounting`)) return
      const variables = {
        number: number ?? "",
        store: store.name,
        account: account?.name ?? "",
        author: authorName,
        reason: cut(reason, 200),
        count: items.length
      }
      const to = yield* broadcast.recipients("accounting")
      yield* broadcast.notifyAll(to, (translator) => ({ text: translator.say("writeoff-accounted", variables) }))
    })
  )

type Notify = (writeoff: Writeoff) => Effect.Effect<void, SqlError.SqlError>

/** Reports the outcome to the author and the admins. */
const makeSettle = Effect.fnUntraced(function* (isFirst: IsFirst, account: Notify) {
  const { broadcast } = yield* ChatKernel
  const namesIn = yield* makeNames

  const notify = Effect.fnUntraced(function* (actor: string, writeoff: Writeoff) {
    const to = yield* broadcast.personal(actor)
    if (to === undefined) return
    const names = yield* namesIn(writeoff)
    const reader = { isAuthor: actor === writeoff.author, isAdmin: to.person.isAdmin }
    yield* broadcast.notify(to, (translator) => writeoffView(translator, writeoff, names, reader))
  })

  /** `by`: the person who changed it and needs no notification. */
  return Effect.fn("Writeoff.settle")(function* (writeoff: Writeoff, by?: string) {
    if (!isOver(writeoff) || !isFirst(`${writeoff.id}:${writeoff.status}:${writeoff.detail}`)) return
    const names = yield* namesIn(writeoff)
    const { author, decidedBy } = writeoff
    const edited = yield* broadcast.editAll((translator) => {
      const keyboard = new Keyboard()
      if (canRetry(writeoff)) keyboard.text(translator.t("writeoff-retry"), `writeoff:retry:${writeoff.id}`).row()
      return {
        text: textOf(translator, writeoff, names, "admin"),
        keyboard: keyboard.text(translator.t("menu-back"), "menu")
      }
    }, about(writeoff))
    if (author !== by && writeoff.status !== "cancelled") yield* notify(author, writeoff)
    // A write-off that was retried after it had failed or was unknown has no message left to edit.
    if (edited === 0 && decidedBy !== null && decidedBy !== by && decidedBy !== author)
      yield* notify(decidedBy, writeoff)
    yield* account(writeoff)
    yield* broadcast.forget(about(writeoff))
  })
})

type Settle = Effect.Success<ReturnType<typeof makeSettle>>

const makeBackground = Effect.fnUntraced(function* (announce: Notify, settle: Settle) {
  const { broadcast, connector, control } = yield* ChatKernel
  const writeoffs = yield* Writeoffs

  /** Sends notifications that are missing. */
  const sweep = Effect.gen(function* () {
    const waiting = yield* writeoffs.waiting
    const subjects = new Set(yield* broadcast.subjects(kind))
    for (const writeoff of waiting) if (!subjects.delete(String(writeoff.id))) yield* announce(writeoff)
    for (const subject of subjects) {
      const writeoff = yield* writeoffs.byId(Number(subject))
      yield* writeoff === undefined ? broadcast.forget({ kind, subject }) : settle(writeoff)
    }
  })

  const tidied = Effect.fnUntraced(function* (data: unknown) {
    const { expired } = yield* Effect.orDie(decodeTidied(data))
    for (const { id, number } of expired) {
      const writeoff = number === null ? undefined : yield* writeoffs.byId(id)
      if (writeoff !== undefined) yield* settle(writeoff)
    }
  })

  const ended = Stream.filter(control.actionRuns, ({ run }) => !run.dryRun)
  return Effect.all(
    [
      Effect.andThen(
        sweep,
        ended.pipe(
          Stream.filter(({ run }) => run.action === `${connector}.writeoff`),
          Stream.debounce(quiet),
          Stream.runForEach(() => sweep)
        )
      ),
      Stream.runForEach(writeoffs.learned, (writeoff) => settle(writeoff)),
      ended.pipe(
        Stream.filter(({ run }) => run.action === `${connector}.tidy-writeoffs` && run.data !== null),
        Stream.runForEach(({ run }) => tidied(run.data))
      )
    ],
    { concurrency: "unbounded", discard: true }
  )
})
