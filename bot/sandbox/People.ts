/** The people who chat with the bot, as a test drives them. */
import { Clock, Effect } from "effect"
import { storeFile } from "./api/Files.ts"
import { chatJson, personJson, userJson } from "./api/Json.ts"
import { type Button, press, type Scene, say, text } from "./chat/Conversation.ts"
import {
  type ChatFailure,
  failure,
  messagesIn,
  type ShownMessage,
  type WaitForMessages,
  waitForMessagesIn
} from "./chat/ShownMessages.ts"
import { type CallbackAnswer, type Chat, type Content, notifyChange, type User } from "./Model.ts"

export interface Person {
  readonly id: number
  readonly name: string
  readonly phone: string | undefined
  /** Sends a text; a command gets its entity. */
  readonly send: (text: string) => Effect.Effect<void>
  /** Shares the person's own phone by default; `of` makes it another person's card. */
  readonly contact: (phone?: string, of?: Pick<Person, "id" | "name" | "phone">) => Effect.Effect<void>
  readonly document: (name: string, bytes: Uint8Array, caption?: string) => Effect.Effect<void>
  /** Presses the newest message's button whose label contains the text, or sends any data; until the bot answers. */
  readonly press: (button: Button, message?: number) => Effect.Effect<CallbackAnswer, ChatFailure>
  /** Presses a key below the text box, which sends its text or the person's own contact. */
  readonly tap: (label: string) => Effect.Effect<void, ChatFailure>
  /** Labels of the keys below the text box. */
  readonly keyboard: Effect.Effect<ReadonlyArray<ReadonlyArray<string>>>
  readonly block: Effect.Effect<void>
  readonly unblock: Effect.Effect<void>
  /** Oldest first, without the notices of pinned messages. */
  readonly messages: Effect.Effect<ReadonlyArray<ShownMessage>>
  /** Waits until the condition holds; 45 seconds of real time at most. */
  readonly sees: WaitForMessages
}

export interface Group {
  readonly id: number
  readonly title: string
  readonly say: (person: Pick<Person, "id">, text: string) => Effect.Effect<void>
  readonly press: (
    person: Pick<Person, "id">,
    button: Button,
    message?: number
  ) => Effect.Effect<CallbackAnswer, ChatFailure>
  readonly messages: Effect.Effect<ReadonlyArray<ShownMessage>>
  readonly sees: WaitForMessages
  /** Removes the bot, or adds it again. */
  readonly letIn: (isIn: boolean) => Effect.Effect<void>
  /** Turns the group into a supergroup, with another id and none of the old messages; the bot is not informed. */
  readonly upgrade: Effect.Effect<Group>
}

/** A group exists once the bot is in it; a person has to write first. */
const emptyChat = (given: Pick<Chat, "id" | "isPrivate" | "members" | "title">): Chat => ({
  ...given,
  messages: [],
  keyboard: undefined,
  action: undefined,
  isStarted: !given.isPrivate,
  isBlocked: false,
  movedTo: undefined,
  version: 0
})

const firstPerson = 700_000_001

export const addPerson = (
  scene: Scene,
  given: { readonly name: string; readonly phone?: string | undefined; readonly id?: number | undefined }
): Person => {
  const { world } = scene
  const user: User = { id: given.id ?? firstPerson + world.people.size, name: given.name, phone: given.phone }
  const { id, name } = user
  world.people.set(id, user)
  const chat = emptyChat({ id, title: name, members: [id], isPrivate: true })
  world.chats.set(id, chat)
  notifyChange(world, chat)
  return personIn(scene, user, chat)
}

const personIn = (scene: Scene, user: User, chat: Chat): Person => {
  const { updates, world } = scene
  const { id, name, phone } = user
  const write = (content: Content) => say(scene, { chat, from: id, content })
  const contact: Person["contact"] = (number, of) =>
    write({
      contact: {
        phone: number ?? of?.phone ?? phone ?? "",
        firstName: of?.name ?? name,
        userId: of === undefined ? id : of.id
      }
    })
  const block = (isBlocked: boolean) =>
    Effect.gen(function* () {
      if (chat.isBlocked === isBlocked) return
      chat.isBlocked = isBlocked
      notifyChange(world, chat)
      const member = (status: string) => ({ user: userJson(world, world.bot.id), status })
      yield* updates.push("my_chat_member", id, {
        chat: { ...personJson(user), type: "private" },
        from: personJson(user),
        date: Math.floor((yield* Clock.currentTimeMillis) / 1_000),
        old_chat_member: member(isBlocked ? "member" : "kicked"),
        new_chat_member: member(isBlocked ? "kicked" : "member")
      })
    })
  return {
    id,
    name,
    phone,
    send: (message) => write(text(message)),
    contact,
    document: (fileName, bytes, caption) =>
      Effect.suspend(() =>
        write({ document: storeFile(world, "document", fileName, bytes), ...(caption ? text(caption) : {}) })
      ),
    press: (button, message) => press(scene, { chat, from: id, button, message }),
    tap: (label) =>
      Effect.suspend((): Effect.Effect<void, ChatFailure> => {
        const key = keyOf(chat, label)
        if (key === undefined) return Effect.fail(failure(world, chat, `there is no key «${label}»`))
        if (chat.keyboard?.isOneTime) chat.keyboard = undefined
        return key.requestsContact ? contact() : write(text(key.text))
      }),
    keyboard: Effect.sync(() => chat.keyboard?.rows.map((row) => row.map((key) => key.text)) ?? []),
    block: block(true),
    unblock: block(false),
    messages: Effect.sync(() => messagesIn(world, chat)),
    sees: waitForMessagesIn(world, chat)
  }
}

const keyOf = ({ keyboard }: Chat, label: string) => {
  const keys = keyboard?.rows.flat() ?? []
  return keys.find(({ text: own }) => own === label) ?? keys.find(({ text: own }) => own.includes(label))
}

/** Finds an existing person, as the page does. */
export const personOf = (scene: Scene, id: number): Person | undefined => {
  const user = scene.world.people.get(id)
  const chat = scene.world.chats.get(id)
  return user === undefined || chat === undefined ? undefined : personIn(scene, user, chat)
}

const firstGroup = -1_001_000_000_001

export const addGroup = (
  scene: Scene,
  { members, title }: { readonly title: string; readonly members: ReadonlyArray<Pick<Person, "id">> }
): Group => {
  const { world } = scene
  const chat = emptyChat({
    id: firstGroup - world.chats.size,
    title,
    members: members.map(({ id }) => id),
    isPrivate: false
  })
  world.chats.set(chat.id, chat)
  notifyChange(world, chat)
  return groupIn(scene, chat, members)
}

const groupIn = (scene: Scene, chat: Chat, members: ReadonlyArray<Pick<Person, "id">>): Group => {
  const { updates, world } = scene
  return {
    id: chat.id,
    title: chat.title,
    say: ({ id }, words) => say(scene, { chat, from: id, content: text(words) }),
    press: ({ id }, button, message) => press(scene, { chat, from: id, button, message }),
    messages: Effect.sync(() => messagesIn(world, chat)),
    sees: waitForMessagesIn(world, chat),
    letIn: Effect.fnUntraced(function* (isIn: boolean) {
      chat.isBlocked = !isIn
      notifyChange(world, chat)
      const member = (status: string) => ({ user: userJson(world, world.bot.id), status })
      yield* updates.push("my_chat_member", chat.id, {
        chat: chatJson(world, chat),
        from: userJson(world, members[0]?.id ?? 0),
        date: Math.floor((yield* Clock.currentTimeMillis) / 1_000),
        old_chat_member: member(isIn ? "kicked" : "member"),
        new_chat_member: member(isIn ? "member" : "kicked")
      })
    }),
    upgrade: Effect.sync(() => {
      const group = addGroup(scene, { title: chat.title, members })
      chat.movedTo = group.id
      return group
    })
  }
}
