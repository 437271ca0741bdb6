/** The state of a sandbox of Telegram, and how a change wakes everybody who waits for it. */
import { Clock, type Deferred, type Duration, Effect, Result } from "effect"
import type { Draw } from "../../core/sdk-sandbox.ts"
import type { Entity } from "./api/Entities.ts"
import type { InlineRows, Keyboard } from "./api/Keyboards.ts"
import type { BotCommand } from "./api/Params.ts"

/** Switches that tests turn while the sandbox runs. */
export type Behaviour = {
  /** `strict` enforces Telegram's limits; `generous`, the default, refuses almost nothing. */
  flood: "generous" | "strict"
  /** The age at which a callback query can no longer be answered. */
  answerWithinSeconds: number
  /** Older messages can be neither edited nor deleted. */
  changeableHours: number
}

/** The remaining requests of a limit, and when they were counted. */
export interface FloodBucket {
  left: number
  at: number
}

export interface StoredFile {
  readonly id: string
  readonly uniqueId: string
  readonly path: string
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
  /** The size of a picture. */
  readonly width: number
  readonly height: number
}

export interface Contact {
  readonly phone: string
  readonly firstName: string
  readonly userId: number | undefined
}

/** The content of a message; an edit replaces it. */
export interface Content {
  readonly text?: string
  readonly entities?: ReadonlyArray<Entity>
  readonly photo?: StoredFile
  readonly document?: StoredFile
  readonly contact?: Contact
  /** A service message: the pinned message. */
  readonly pinnedMessage?: number
}

export interface Message {
  readonly id: number
  /** The bot's id or a person's. */
  readonly from: number
  readonly at: number
  content: Content
  inline: InlineRows | undefined
  /** The message had something else than inline buttons. */
  readonly isFixed: boolean
  readonly replyTo: number | undefined
  isPinned: boolean
  edits: number
  editedAt: number | undefined
}

export interface Chat {
  readonly id: number
  readonly title: string
  readonly members: ReadonlyArray<number>
  readonly isPrivate: boolean
  readonly messages: Array<Message>
  keyboard: Keyboard | undefined
  /** The action that the bot reports, and until when. */
  action: { readonly name: string; readonly until: number } | undefined
  isStarted: boolean
  /** The bot may not write there: a person blocked it, or a group removed it. */
  isBlocked: boolean
  /** The supergroup that a group has become. */
  movedTo: number | undefined
  /** The revision of the world when this chat last changed. */
  version: number
}

export interface User {
  readonly id: number
  readonly name: string
  readonly phone: string | undefined
}

/** The answer that a person sees after a press. */
export interface CallbackAnswer {
  readonly text: string
  readonly alert: boolean
  readonly url: string | undefined
  /** The time from the press to the answer. */
  readonly waited: Duration.Duration
}

export interface Query {
  readonly chat: number
  readonly at: number
  readonly answer: Deferred.Deferred<CallbackAnswer>
  isAnswered: boolean
}

export interface CallLog {
  readonly method: string
  readonly chat: number | undefined
  /** The topics of a group that has some. */
  readonly topic?: number
  /** Milliseconds of the Clock. */
  readonly at: number
  readonly ms: number
  /** 200, or the code of the refusal. */
  readonly status: number
}

export interface World {
  readonly bot: { readonly id: number; readonly name: string; readonly username: string }
  readonly token: string
  readonly behaviour: Behaviour
  readonly people: Map<number, User>
  readonly chats: Map<number, Chat>
  readonly files: Map<string, StoredFile>
  readonly queries: Map<string, Query>
  /** By scope and language, see `api/Commands.ts`. */
  readonly commands: Map<string, ReadonlyArray<BotCommand>>
  readonly calls: Array<CallLog>
  readonly flood: Map<string, FloodBucket>
  readonly draw: Draw
  readonly listeners: Set<() => void>
  lastMessage: number
  version: number
}

/** Wakes everybody who waits. */
export const notifyChange = (world: World, chat?: Chat): void => {
  world.version++
  if (chat !== undefined) chat.version = world.version
  for (const listener of [...world.listeners]) listener()
}

/** In real time, whatever the Clock says: a wait for the bot must end even if the Clock does not advance. */
const timeoutMillis = 45_000

/** Returns the first value that `look` finds, now or after a change; `undefined` after 45 seconds without one. */
export const awaitChange = <A>(world: World, look: () => A | undefined): Effect.Effect<A | undefined> =>
  Effect.callback((resume) => {
    const end = () => {
      clearTimeout(timer)
      world.listeners.delete(check)
    }
    // The caller makes the change, and must not fail when a test's own look throws.
    const check = () => {
      const found = Result.try(look)
      if (Result.isSuccess(found) && found.success === undefined) return
      end()
      resume(Result.isSuccess(found) ? Effect.succeed(found.success) : Effect.die(found.failure))
    }
    const timer = setTimeout(() => {
      end()
      resume(Effect.succeed(undefined))
    }, timeoutMillis)
    world.listeners.add(check)
    check()
    return Effect.sync(end)
  })

export interface Draft {
  readonly from: number
  readonly content: Content
  readonly inline?: InlineRows | undefined
  readonly isFixed?: boolean
  readonly replyTo?: number | undefined
}

export const addMessage = (world: World, chat: Chat, draft: Draft): Effect.Effect<Message> =>
  Effect.map(Clock.currentTimeMillis, (at) => {
    const message: Message = {
      id: ++world.lastMessage,
      from: draft.from,
      at,
      content: draft.content,
      inline: draft.inline,
      isFixed: draft.isFixed === true,
      replyTo: draft.replyTo,
      isPinned: false,
      edits: 0,
      editedAt: undefined
    }
    chat.messages.push(message)
    if (draft.from === world.bot.id) chat.action = undefined
    notifyChange(world, chat)
    return message
  })

export const messageOf = (chat: Chat, id: number | undefined): Message | undefined =>
  chat.messages.find((message) => message.id === id)
