/**
 * A YAML document from an admin: it is checked as a whole before anything is written, written when its button is
 * pressed, and one press restores the former text afterwards.
 */
import { Effect, Schema } from "effect"
import { InlineKeyboard, InputFile } from "grammy"
import { type ConfigurationUnwritable, Control } from "../../../core/control/Control.ts"
import { code } from "../../../core/plugin/chat/Html.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { changesOf, diagnosticsBlock, isLoaded, outcome, patchBlock } from "../../Configuration.ts"
import { actorOfUpdate } from "../../people/Actor.ts"
import type { BotContext } from "../../session/Context.ts"
import { Telegram } from "../../telegram/Telegram.ts"
import { PendingConfirmations } from "../../window/PendingConfirmations.ts"
import type { View } from "../../window/View.ts"
import { Window } from "../../window/Window.ts"
import * as Documents from "./Documents.ts"

const Edit = Schema.Struct({
  name: Schema.String,
  /** null: the file is to be deleted. */
  text: Schema.NullOr(Schema.String),
  basedOn: Schema.NullOr(Schema.String),
  /** The former text; null if there was no such file. */
  former: Schema.NullOr(Schema.String)
})
type Edit = typeof Edit.Type
const decodeEdit = Schema.decodeUnknownEffect(Edit)

const unwritable = ({ reason }: ConfigurationUnwritable) =>
  new UserFacingError({ key: "config-unwritable", why: reason })

export const make = Effect.gen(function* () {
  const { configuration } = yield* Control
  const confirmations = yield* PendingConfirmations
  const telegram = yield* Telegram
  const window = yield* Window

  const liveText = (name: string) =>
    Effect.map(configuration.files, (files) => files.find((file) => file.name === name)?.text ?? null)

  const sendFile = Effect.fnUntraced(function* (
    ctx: BotContext,
    { caption, name, text }: { readonly name: string; readonly text: string; readonly caption: string }
  ) {
    const chat = yield* Effect.orDie(Effect.fromNullishOr(ctx.chat?.id))
    const file = new InputFile(new TextEncoder().encode(text), name)
    yield* telegram.call((api) => api.sendDocument(chat, file, { caption }))
  })

  const propose = Effect.fnUntraced(function* (ctx: BotContext, name: string, text: string) {
    const { translator } = ctx
    const back = new InlineKeyboard()
      .text(translator.t("menu-config"), "config")
      .text(translator.t("menu-back"), "menu")
    const proposal = yield* Effect.mapError(configuration.propose({ name, text }), unwritable)
    if (proposal._tag === "Unchanged") return { text: translator.say("config-same", { name }), keyboard: back }
    if (proposal._tag === "Invalid") {
      const block = diagnosticsBlock(translator, proposal.diagnostics)
      return { text: `${translator.say("config-invalid", { name })}\n${block}`, keyboard: back }
    }
    const { basedOn, changes, patch } = proposal
    const edit: Edit = { name, text, basedOn, former: yield* liveText(name) }
    const id = yield* confirmations.make("config", edit, actorOfUpdate(ctx).actor)
    const changed = changesOf(translator, changes)
    const { html, isWhole } = patchBlock(patch, changed)
    const patchName = `${name.replace(/^.*\//, "")}.patch`
    if (!isWhole) yield* sendFile(ctx, { name: patchName, text: patch, caption: translator.t("config-whole-patch") })
    const title = translator.say(edit.former === null ? "config-new" : "config-valid", { name })
    const view: View = {
      text: [title, html, changed].join("\n"),
      keyboard: new InlineKeyboard()
        .text(translator.t("config-write"), `config:write:${id}`)
        .text(translator.t("config-drop"), `config:drop:${id}`)
    }
    return view
  })

  const receive = Effect.fnUntraced(function* (ctx: BotContext) {
    const { translator } = ctx
    const document = ctx.message?.document
    if (document === undefined) return
    // The answer appears below the document, not in the window above it.
    const old = ctx.session.window
    ctx.session.window = null
    ctx.session.expects = null
    if (old !== null) yield* window.remove(ctx.chat?.id ?? 0, old.id)
    yield* window.work(ctx, { text: translator.say("config-checking") }, () =>
      Effect.gen(function* () {
        const text = yield* Documents.read(telegram, document)
        const sent = { fileName: document.file_name ?? "", caption: ctx.message?.caption ?? "", text }
        const files = yield* configuration.files
        const name = Documents.nameOf(sent, files, configuration.names)
        if (name === undefined) {
          return yield* new UserFacingError({
            key: "config-which",
            variables: { name: sent.fileName, files: files.map((file) => file.name).join(", ") }
          })
        }
        return yield* propose(ctx, name, text)
      })
    )
  })

  const take = Effect.fnUntraced(function* (id: number) {
    const taken = yield* confirmations.take("config", id)
    if (taken === undefined) return yield* new UserFacingError({ key: "offer-gone" })
    return yield* Effect.orDie(decodeEdit(taken))
  })

  /** Returns the former state as an edit of its own, which can be undone as well. */
  const previous = Effect.fnUntraced(function* ({ former, name, text }: Edit, madeBy: string) {
    const proposal = yield* Effect.option(configuration.propose({ name, text: former }))
    const found = proposal._tag === "Some" ? proposal.value : undefined
    if (found?._tag === "Unchanged") return undefined
    const basedOn = found?._tag === "Valid" ? found.basedOn : null
    return yield* confirmations.make("config", { name, text: former, basedOn, former: text } satisfies Edit, madeBy)
  })

  const write = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const { translator } = ctx
    const edit = yield* take(id)
    const { basedOn, name, text } = edit
    yield* window.work(ctx, { text: translator.say("config-writing", { name }) }, () =>
      Effect.gen(function* () {
        const files = [{ name, text, basedOn: basedOn ?? undefined }]
        const version = yield* Effect.mapError(configuration.write(files, actorOfUpdate(ctx)), unwritable)
        const keyboard = new InlineKeyboard()
        const back = isLoaded(version) ? yield* previous(edit, actorOfUpdate(ctx).actor) : undefined
        const way = edit.former === null ? "config-remove" : "config-previous"
        if (back !== undefined) keyboard.text(translator.t(way), `config:write:${back}`).row()
        keyboard.text(translator.t("menu-config"), "config").text(translator.t("menu-back"), "menu")
        const done = text === null ? "config-removed" : "config-written"
        const title = translator.say(isLoaded(version) ? done : "config-not-taken", { name })
        return { text: `${title}\n${outcome(translator, version)}`, keyboard }
      })
    )
  })

  const drop = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const { name } = yield* take(id)
    const keyboard = new InlineKeyboard().text(ctx.translator.t("menu-config"), "config")
    yield* window.show(ctx, { text: `${code(name)}: ${ctx.translator.say("config-dropped")}`, keyboard })
  })

  return { drop, receive, sendFile, write }
})
