/** A chat as its members see it, and how tests wait for an expected state. */
import { Effect, Schema } from "effect"
import { toHtml } from "../api/Entities.ts"
import { awaitChange, type Chat, type Message, type World } from "../Model.ts"

/** The expected state did not come, or the button to press does not exist; the message contains the chat. */
export class ChatFailure extends Schema.TaggedError<ChatFailure>()("ChatFailure", {
  person: Schema.String,
  problem: Schema.String,
  chat: Schema.String
}) {
  override get message(): string {
    return `${this.person}: ${this.problem}. The chat:\n${this.chat}`
  }
}

export interface ShownMessage {
  readonly id: number
  readonly from: "bot" | "person"
  /** The text or the caption. */
  readonly text: string
  readonly html: string
  /** Labels of the inline buttons. */
  readonly buttons: ReadonlyArray<ReadonlyArray<string>>
  /** The data of the buttons, "" for those without data. */
  readonly data: ReadonlyArray<ReadonlyArray<string>>
  readonly photo?: Uint8Array
  readonly document?: { readonly name: string; readonly bytes: Uint8Array }
  readonly pinned: boolean
  /** The number of edits. */
  readonly edited: number
}

export type WaitForMessages = (
  predicate: (messages: ReadonlyArray<ShownMessage>) => boolean
) => Effect.Effect<ReadonlyArray<ShownMessage>, ChatFailure>

const shown = (world: World, { content, edits, from, id, inline = [], isPinned }: Message): ShownMessage => {
  const { contact, document, entities = [], photo, text = contact?.phone ?? "" } = content
  return {
    id,
    from: from === world.bot.id ? "bot" : "person",
    text,
    html: toHtml({ text, entities }),
    buttons: inline.map((row) => row.map((button) => button.text)),
    data: inline.map((row) => row.map(({ callback_data = "" }) => callback_data)),
    ...(photo === undefined ? {} : { photo: photo.bytes }),
    ...(document === undefined ? {} : { document: { name: document.name, bytes: document.bytes } }),
    pinned: isPinned,
    edited: edits
  }
}

export const messagesIn = (world: World, chat: Chat): ReadonlyArray<ShownMessage> =>
  chat.messages.filter(({ content }) => content.pinnedMessage === undefined).map((message) => shown(world, message))

export const failure = (world: World, chat: Chat, problem: string) =>
  new ChatFailure({
    person: chat.title,
    problem,
    chat: messagesIn(world, chat)
      .map(({ buttons, document, from, id, photo, text }) =>
        [
          `${id} ${from}: ${photo === undefined ? "" : "(photo) "}${document === undefined ? "" : `(${document.name}) `}${text}`,
          ...buttons.map((row) => `    [${row.join("] [")}]`)
        ].join("\n")
      )
      .join("\n")
  })

export const waitForMessagesIn =
  (world: World, chat: Chat): WaitForMessages =>
  (predicate) =>
    Effect.flatMap(
      awaitChange(world, () => {
        const messages = messagesIn(world, chat)
        return predicate(messages) ? messages : undefined
      }),
      (messages) =>
        messages === undefined
          ? Effect.fail(failure(world, chat, "did not see what was waited for"))
          : Effect.succeed(messages)
    )
