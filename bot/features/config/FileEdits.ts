/**
 * A YAML document from an admin: it is checked as a whole before anything is written, written when its button is
 * pressed, and one press restores the former text afterwards.
 */
import { Effect } from "effect"
import { InlineKeyboard, InputFile } from "grammy"
import { Control } from "../../../core/control/Control.ts"
import { code } from "../../../core/plugin/chat/Html.ts"
import { UserFacingError } from "../../../core/plugin/chat/UserFacingError.ts"
import { changesOf, diagnosticsBlock, isLoaded, outcome, patchBlock } from "../../ConfigurationText.ts"
import { actorOfUpdate } from "../../people/Actor.ts"
import type { BotContext } from "../../session/Context.ts"
import { Telegram } from "../../telegram/Telegram.ts"
import type { View } from "../../window/View.ts"
import { Window } from "../../window/Window.ts"
import * as Documents from "./Documents.ts"
import * as EditOffers from "./EditOffers.ts"

export const make = Effect.gen(function* () {
  const sendFile = yield* makeSendFile
  const offers = yield* EditOffers.make
  const propose = yield* makePropose(sendFile, offers)
  return { ...(yield* makeDecisions(offers)), receive: yield* makeReceive(propose), sendFile }
})

type Offers = Effect.Success<typeof EditOffers.make>
type SendFile = Effect.Success<typeof makeSendFile>
type Propose = Effect.Success<ReturnType<typeof makePropose>>

const makeSendFile = Effect.map(Telegram, (telegram) =>
  Effect.fnUntraced(function* (
    ctx: BotContext,
    { caption, name, text }: { readonly name: string; readonly text: string; readonly caption: string }
  ) {
    const chat = yield* Effect.orDie(Effect.fromNullishOr(ctx.chat?.id))
    const file = new InputFile(new TextEncoder().encode(text), name)
    yield* telegram.call((api) => api.sendDocument(chat, file, { caption }))
  })
)

/** Checks an edit, and offers to write it if it is valid. */
const makePropose = Effect.fnUntraced(function* (sendFile: SendFile, offers: Offers) {
  const { configuration } = yield* Control
  const liveText = (name: string) =>
    Effect.map(configuration.files, (files) => files.find((file) => file.name === name)?.text ?? null)

  return Effect.fnUntraced(function* (ctx: BotContext, name: string, text: string) {
    const { translator } = ctx
    const back = new InlineKeyboard()
      .text(translator.t("menu-config"), "config")
      .text(translator.t("menu-back"), "menu")
    const proposal = yield* Effect.mapError(configuration.propose({ name, text }), EditOffers.unwritableError)
    if (proposal._tag === "Unchanged") return { text: translator.say("config-same", { name }), keyboard: back }
    if (proposal._tag === "Invalid") {
      const block = diagnosticsBlock(translator, proposal.diagnostics)
      return { text: `${translator.say("config-invalid", { name })}\n${block}`, keyboard: back }
    }
    const { basedOn, changes, patch } = proposal
    const edit: EditOffers.Edit = { name, text, basedOn, former: yield* liveText(name) }
    const id = yield* offers.save(edit, actorOfUpdate(ctx).actor)
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
})

/** Reads a document, and answers with the proposal. */
const makeReceive = Effect.fnUntraced(function* (propose: Propose) {
  const { configuration } = yield* Control
  const telegram = yield* Telegram
  const window = yield* Window
  return Effect.fnUntraced(function* (ctx: BotContext) {
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
})

const makeDecisions = Effect.fnUntraced(function* (offers: Offers) {
  const { configuration } = yield* Control
  const window = yield* Window

  const write = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const { translator } = ctx
    const edit = yield* offers.take(id)
    const { basedOn, name, text } = edit
    yield* window.work(ctx, { text: translator.say("config-writing", { name }) }, () =>
      Effect.gen(function* () {
        const files = [{ name, text, basedOn: basedOn ?? undefined }]
        const version = yield* Effect.mapError(
          configuration.write(files, actorOfUpdate(ctx)),
          EditOffers.unwritableError
        )
        const keyboard = new InlineKeyboard()
        const undo = isLoaded(version) ? yield* offers.saveUndo(edit, actorOfUpdate(ctx).actor) : undefined
        const way = edit.former === null ? "config-remove" : "config-previous"
        if (undo !== undefined) keyboard.text(translator.t(way), `config:write:${undo}`).row()
        keyboard.text(translator.t("menu-config"), "config").text(translator.t("menu-back"), "menu")
        const done = text === null ? "config-removed" : "config-written"
        const title = translator.say(isLoaded(version) ? done : "config-not-taken", { name })
        return { text: `${title}\n${outcome(translator, version)}`, keyboard }
      })
    )
  })

  const drop = Effect.fnUntraced(function* (ctx: BotContext, id: number) {
    const { name } = yield* offers.take(id)
    const keyboard = new InlineKeyboard().text(ctx.translator.t("menu-config"), "config")
    yield* window.show(ctx, { text: `${code(name)}: ${ctx.translator.say("config-dropped")}`, keyboard })
  })

  return { drop, write }
})
