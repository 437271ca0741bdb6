/** The declared configuration in a chat: systems, their tables and the jobs that read them, and its versions. */
import { Effect } from "effect"
import { InlineKeyboard } from "grammy"
import {
  type ConfigFile,
  type ConfigVersion,
  type Control,
  type Generation,
  syncSelectors
} from "../../../core/control/Control.ts"
import { bold, code, cut, escapeHtml, fitLines } from "../../../core/plugin/chat/Html.ts"
import { addPages, pageOf } from "../../../core/plugin/chat/ListPages.ts"
import { reasonText } from "../../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import { callbackIdOf } from "../../window/CallbackIds.ts"
import type { View } from "../../window/View.ts"

export const overview = (
  translator: Translator,
  { declarations, jobs }: Generation,
  files: ReadonlyArray<ConfigFile>
): View => {
  const keyboard = new InlineKeyboard()
  for (const [at, { entities, name }] of declarations.entries()) {
    keyboard.text(`📦 ${name} (${entities.length})`, `config:of:${callbackIdOf(name)}:0`)
    if (at % 2 === 1) keyboard.row()
  }
  keyboard.row()
  for (const [at, { name }] of files.entries()) {
    keyboard.text(`📄 ${name.replace(/^connectors\//, "")}`, `config:file:${callbackIdOf(name)}`)
    if (at % 2 === 1) keyboard.row()
  }
  keyboard.row().text(translator.t("config-versions"), "config:versions").text(translator.t("menu-back"), "menu")
  const counts = {
    connectors: declarations.length,
    entities: declarations.reduce((sum, { entities }) => sum + entities.length, 0),
    jobs: jobs.length
  }
  return { text: translator.say("config-front", counts), keyboard }
}

const perPage = 12

/** Returns `undefined` for an unknown connector. */
export const connector = Effect.fn("Overview.connector")(function* (
  translator: Translator,
  { generation, select }: Control["Service"],
  { page: asked, wanted }: { readonly wanted: string; readonly page: number }
) {
  const { declarations, jobs } = yield* generation
  const declaration = declarations.find(({ name }) => callbackIdOf(name) === wanted)
  if (declaration === undefined) return undefined
  const selected = yield* Effect.forEach(jobs, (job) =>
    Effect.map(
      Effect.forEach(syncSelectors(job.steps), (selectors) => Effect.orElseSucceed(select(selectors), () => [])),
      (lists) => ({ job: job.name, ids: new Set(lists.flat().map(idOf)) })
    )
  )
  const page = pageOf(declaration.entities, asked, perPage)
  const lines = page.items.map((entity) => {
    const { columns, mode, table } = entity
    const by = selected.filter(({ ids }) => ids.has(idOf(entity))).map(({ job }) => job)
    const facts = translator.say("config-entity", { table: table.name, mode, fields: columns.length })
    const read =
      by.length === 0 ? translator.say("config-no-job") : translator.say("config-jobs", { jobs: by.join(", ") })
    return `${code(entity.name)} ${facts}\n   ${read}`
  })
  const keyboard = new InlineKeyboard()
  addPages(keyboard, page, (next) => `config:of:${wanted}:${next}`)
  keyboard.text(translator.t("back"), "config")
  const { name, type } = declaration
  const title = `📦 ${bold(escapeHtml(name))} (${escapeHtml(type)})`
  const view: View = {
    text: [title, fitLines(lines, (count) => translator.say("progress-more", { count }))].join("\n"),
    keyboard
  }
  return view
})

const idOf = ({ connector, name }: { readonly connector: string; readonly name: string }) => `${connector}.${name}`

const icons: Readonly<Record<ConfigVersion["status"], string>> = {
  ok: "✅",
  unchanged: "▫️",
  invalid: "❌",
  failed: "❌"
}

/** `actors`: who caused each version. */
export const versions = (
  translator: Translator,
  all: ReadonlyArray<ConfigVersion>,
  actors: ReadonlyArray<string>
): View => {
  const lines = all.map((version, at) => {
    const { changes, id, loadedAt, reasons, status } = version
    const [why] = reasons
    const what = why !== undefined ? reasonText(translator, why) : changes === null ? "" : shortly(changes)
    const head = `${icons[status]} ${id ?? "?"} · ${translator.moment(loadedAt)} · ${escapeHtml(actors[at] ?? version.trigger)}`
    return what === "" ? head : `${head}\n   ${escapeHtml(cut(what, 200))}`
  })
  return {
    text: `${translator.say("config-versions-title")}\n${fitLines(lines, (count) => translator.say("progress-more", { count }))}`,
    keyboard: new InlineKeyboard().text(translator.t("back"), "config")
  }
}

/** Returns `+a ~b −c` for all kinds together. */
const shortly = ({ daemon, rebuilt: _, restart, ...kinds }: NonNullable<ConfigVersion["changes"]>): string =>
  [
    ...Object.values(kinds).flatMap(({ added, changed, removed }) => [
      ...added.map((name) => `+${name}`),
      ...changed.map((name) => `~${name}`),
      ...removed.map((name) => `−${name}`)
    ]),
    ...daemon.map((key) => `~${key}`),
    ...restart.map((key) => `↻${key}`)
  ].join(" ")
