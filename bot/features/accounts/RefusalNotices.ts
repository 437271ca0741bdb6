/**
 * Tells the owner of an account in their chat that its credentials are refused, why, and what helps: once for each refusal, and
 * in the same message that it is read again. It compares the invalid accounts with the messages in the chats, so a restart
 * repeats nothing and forgets nothing.
 */
import { Duration, Effect, Stream } from "effect"
import type { InvalidAccount } from "../../../core/control/AccountControl.ts"
import { Control } from "../../../core/control/Control.ts"
import { elapsedMillis } from "../../../core/observe/Elapsed.ts"
import { Directory } from "../../people/Directory.ts"
import { telegramIdOf } from "../../people/Person.ts"
import { Settings } from "../../Settings.ts"
import { Broadcast, type Recipient } from "../../telegram/Broadcast.ts"
import * as Views from "./RefusalViews.ts"

const kind = "account"

const pause = Duration.minutes(1)

/** The delay before a message is sent again to a chat that it did not reach. */
const tryAgain = Duration.hours(1)

/** A subject ends with its refusal. */
const subjectOf = ({ id, refusal }: InvalidAccount): string => `${id} ${refusal}`

export const make = Effect.gen(function* () {
  const { accounts, alerts } = yield* Control
  const [broadcast, directory] = [yield* Broadcast, yield* Directory]
  const { features } = yield* Settings
  /** When a message was last tried, by subject. */
  const tried = new Map<string, number>()

  /** An owner who gets the alert of admins in their own chat knows it from there. */
  const alerted = Effect.map(features.alerts ? broadcast.recipients("alerts") : Effect.succeed([]), (all) =>
    all.map(({ chat }) => chat)
  )

  /** The owner, if they use the bot. */
  const recipientOf = Effect.fnUntraced(function* ({ owner }: InvalidAccount) {
    const chat = telegramIdOf(owner)
    const person = chat === undefined ? undefined : yield* directory.find(chat)
    if (chat === undefined || person === undefined || person.blocked) return undefined
    return { chat, translator: yield* broadcast.translatorOf(chat) } satisfies Recipient
  })

  const tell = Effect.fnUntraced(function* (account: InvalidAccount) {
    const subject = subjectOf(account)
    const now = yield* elapsedMillis
    const before = tried.get(subject)
    if (before !== undefined && now - before < Duration.toMillis(tryAgain)) return
    const recipient = yield* recipientOf(account)
    if (recipient === undefined || (yield* alerted).includes(recipient.chat)) return
    tried.set(subject, now)
    yield* broadcast.notifyAll([recipient], (translator) => Views.refusedView(translator, account), { kind, subject })
  })

  /** Edits the message for the last time. */
  const end = Effect.fnUntraced(function* (subject: string) {
    const [id = ""] = subject.split(" ")
    const account = yield* Effect.catchTag(accounts.read(id, "all"), "AccountRefused", () => Effect.undefined)
    yield* broadcast.editAll((translator) => Views.overView(translator, account), { kind, subject })
    yield* broadcast.forget({ kind, subject })
  })

  const look = Effect.gen(function* () {
    const invalid = new Map((yield* accounts.invalid).map((account) => [subjectOf(account), account]))
    const placed = new Set(yield* broadcast.subjects(kind))
    const there = placed.union(yield* broadcast.waiting(kind))
    for (const subject of there) if (!invalid.has(subject)) yield* end(subject)
    for (const subject of tried.keys()) if (!invalid.has(subject)) tried.delete(subject)
    for (const [subject, account] of invalid) if (!there.has(subject)) yield* tell(account)
  })

  const changes = Stream.filter(alerts.changes, ({ alert }) => alert.kind === "account_invalid")
  return Stream.merge(changes, Stream.tick(pause)).pipe(
    Stream.runForEach(() => look),
    Effect.annotateLogs({ service: "accounts" })
  )
})
