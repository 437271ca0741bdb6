/** `ChatBroadcast` over the bot's own broadcasts. */
import { Effect } from "effect"
import type { ChatBroadcast, ChatRecipient, ViewIn } from "../../core/plugin/chat/ChatBroadcast.ts"
import { Directory } from "../people/Directory.ts"
import { telegramIdOf } from "../people/Person.ts"
import { Settings } from "../Settings.ts"
import { Broadcast, type Recipient } from "../telegram/Broadcast.ts"
import { toChatPerson, toView } from "./Conversions.ts"

export const make = Effect.gen(function* () {
  const [broadcast, directory] = [yield* Broadcast, yield* Directory]
  const { chats } = yield* Settings

  const withPerson = (to: Recipient) =>
    Effect.map(
      directory.find(to.chat),
      (person): ChatRecipient => ({ ...to, person: person === undefined ? undefined : toChatPerson(person) })
    )
  const withPeople = (all: ReadonlyArray<Recipient>) => Effect.forEach(all, withPerson)
  const inView = (view: ViewIn) => (translator: ChatRecipient["translator"]) => toView(view(translator))

  return {
    recipients: (role) => Effect.flatMap(broadcast.recipients(role), withPeople),
    isNamed: (role) => Object.entries(chats).some(([name, all]) => name === role && all.some(({ chat }) => chat !== 0)),
    admins: Effect.flatMap(broadcast.admins, withPeople),
    personal: Effect.fnUntraced(function* (actor: string) {
      const chat = telegramIdOf(actor)
      const person = chat === undefined ? undefined : yield* directory.find(chat)
      if (chat === undefined || person === undefined) return undefined
      return { chat, translator: yield* broadcast.translatorOf(chat), person: toChatPerson(person) }
    }),
    notify: (to, view) => Effect.asVoid(broadcast.notify(to, inView(view))),
    notifyAll: (to, view, about) => broadcast.notifyAll(to, inView(view), about),
    replaceAll: (to, view, about) => broadcast.replaceAll(to, inView(view), about),
    editAll: (view, about) => broadcast.editAll(inView(view), about),
    subjects: broadcast.subjects,
    forget: broadcast.forget
  } satisfies ChatBroadcast
})
