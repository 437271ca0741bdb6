/** A plan in a chat: its totals, its rows page by page, and the question before it is applied. */
import { InlineKeyboard } from "grammy"
import { bold, code, cut, escapeHtml, fitLines } from "../../../core/plugin/chat/Html.ts"
import { addPages, pageOf } from "../../../core/plugin/chat/ListPages.ts"
import { reasonHtml } from "../../../core/plugin/chat/ReasonText.ts"
import type { Translator } from "../../../core/plugin/chat/Translator.ts"
import { storedReason } from "../../../core/reason/Reason.ts"
import type { View } from "../../window/View.ts"
import { changesSomething, idOf, type SavedPlan, type SavedPlanEntity, total } from "./SavedPlans.ts"

export const summary = (translator: Translator, id: number, kept: SavedPlan): View => {
  const { entities, isTooLarge, offer, selectors } = kept
  const notable = entities.filter((entity) => !isQuiet(entity))
  const quiet = entities.filter(isQuiet)
  const rest = { count: quiet.length, rows: quiet.reduce((sum, { unchanged }) => sum + unchanged, 0) }
  const isWithheld = entities.some(({ counts }) => counts.withheld > 0)
  const isBroken = entities.some(({ error }) => error !== null)
  const notes = [
    ...(isBroken ? [translator.say("plan-broken")] : []),
    ...(isTooLarge ? [translator.say("plan-too-large", { selectors: selectors.join(" ") })] : []),
    ...(isWithheld ? [translator.say("plan-withheld-note")] : []),
    ...(isBroken || isWithheld || entities.some(changesSomething) ? [] : [translator.say("plan-nothing")])
  ]
  const text = fitLines(
    [
      bold(translator.say("plan-of", { what: cut(selectors.join(" "), 100) })),
      // The obstacle comes first.
      ...notable
        .toSorted((one, other) => Number(one.error === null) - Number(other.error === null))
        .map(lineOf(translator)),
      ...(quiet.length === 0 ? [] : [translator.say("progress-rest", rest)])
    ],
    (left) => translator.say("progress-more", { count: left }),
    3000
  )
  const keyboard = new InlineKeyboard()
  if (offer !== null) {
    keyboard
      .text(translator.t("plan-apply"), `plan:apply:${id}`)
      .text(translator.t("plan-drop"), `plan:drop:${id}`)
      .row()
  }
  if (blocksOf(translator, entities).length > 0) keyboard.text(translator.t("plan-rows"), `plan:rows:${id}:0`)
  keyboard.text(translator.t("plan-again"), kept.again).row()
  keyboard.text(translator.t("back"), "plan").text(translator.t("menu-back"), "menu")
  return { text: [text, ...notes].join("\n\n"), keyboard }
}

const isQuiet = (entity: SavedPlanEntity): boolean =>
  entity.error === null &&
  !changesSomething(entity) &&
  entity.warnings.length === 0 &&
  entity.counts.withheld + (entity.counts.missed ?? 0) === 0 &&
  (entity.absent ?? []).length + (entity.absentPlaces ?? []).length === 0 &&
  entity.rejected === 0

const lineOf =
  (translator: Translator) =>
  (entity: SavedPlanEntity): string => {
    const { absent = [], absentPlaces = [], counts, ddl, error, errorReason, reasons, rejected, warnings } = entity
    const name = code(idOf(entity))
    if (error !== null) return `❌ ${name}: ${reasonHtml(translator, storedReason(errorReason, error), 200)}`
    const parts = Object.entries({ ...counts, ddl: ddl.length, rejected }).flatMap(([kind, count]) =>
      count === 0 ? [] : translator.say(`plan-${kind}`, { count })
    )
    const shown = warnings
      .slice(0, 2)
      .map((warning, at) => `\n   ⚠️ ${reasonHtml(translator, storedReason(reasons[at], warning), 200)}`)
    const nowhere = [...absent, ...absentPlaces]
    const missing =
      nowhere.length === 0 ? "" : `\n   ${translator.say("plan-absent", { columns: cut(nowhere.join(", "), 200) })}`
    return `${name}: ${parts.length === 0 ? translator.say("plan-same") : parts.join(", ")}${missing}${shown.join("")}`
  }

interface Block {
  readonly entity: string
  readonly html: string
}

/** Returns statements, then the kept rows of each kind, then fields whose declaration differs from the source. */
const blocksOf = (translator: Translator, entities: ReadonlyArray<SavedPlanEntity>): ReadonlyArray<Block> =>
  entities.flatMap((entity) => {
    const { absent = [], absentPlaces = [], counts, ddl, deletes, inserts, key, missed = [] } = entity
    const { undeclared = [], unmetPlaces = [], updates, withheld } = entity
    const nowhere = [...absent, ...absentPlaces]
    const rows = (sign: string, all: ReadonlyArray<Row>) => all.map((row) => `${sign} ${rowLine(row, key)}`)
    const more = (shown: ReadonlyArray<string>, count: number) =>
      count > shown.length ? [...shown, translator.say("progress-more", { count: count - shown.length })] : shown
    const blocks = [
      ...ddl.map((statement) => `🧱 ${code(cut(statement, 300))}`),
      ...more(rows("➕", inserts), counts.inserts),
      ...more(
        updates.map(({ changes, key: of }) => `✏️ ${rowLine(of, key)}${changes.map(changeLine).join("")}`),
        counts.updates
      ),
      ...more(rows("➖", deletes), counts.deletes),
      ...more(rows("⏳", missed), counts.missed ?? 0),
      ...more(rows("⛔", withheld), counts.withheld),
      ...(nowhere.length === 0 ? [] : [translator.say("plan-absent", { columns: cut(nowhere.join(", "), 300) })]),
      ...(unmetPlaces.length === 0 ? [] : [translator.say("plan-unmet", { places: cut(unmetPlaces.join(", "), 300) })]),
      ...(undeclared.length === 0
        ? []
        : [translator.say("plan-undeclared", { fields: cut(undeclared.join(", "), 300) })])
    ]
    return blocks.map((html) => ({ entity: idOf(entity), html }))
  })

type Row = SavedPlanEntity["inserts"][number]
type Update = SavedPlanEntity["updates"][number]["changes"][number]

/** Returns the key, then the other known columns. */
const rowLine = (row: Row, key: ReadonlyArray<string>): string => {
  const others = Object.keys(row).filter((column) => !key.includes(column) && row[column] !== null)
  const known = [...key.filter((column) => column in row), ...others]
  return escapeHtml(cut(known.map((column) => `${column}=${cut(row[column] ?? "∅", 60)}`).join(" · "), 220))
}

const changeLine = ({ column, from, to }: Update): string =>
  `\n   ${code(column)}: ${escapeHtml(cut(from ?? "∅", 60))} → ${escapeHtml(cut(to ?? "∅", 60))}`

const perPage = 10

export const rows = (translator: Translator, id: number, kept: SavedPlan, asked: number): View => {
  const page = pageOf(blocksOf(translator, kept.entities), asked, perPage)
  const lines = page.items.flatMap(({ entity, html }, at) =>
    page.items[at - 1]?.entity === entity ? [html] : [`\n${bold(escapeHtml(entity))}`, html]
  )
  const keyboard = new InlineKeyboard()
  addPages(keyboard, page, (next) => `plan:rows:${id}:${next}`)
  keyboard.text(translator.t("back"), `plan:view:${id}`)
  const text = fitLines(lines, (left) => translator.say("progress-more", { count: left }))
  return { text: `${translator.say("plan-rows-title")}\n${text}`, keyboard }
}

export const question = (translator: Translator, id: number, kept: SavedPlan): View => {
  const { ddl, deletes, inserts, updates } = total(kept)
  const parts = Object.entries({ inserts, updates, deletes, ddl }).flatMap(([kind, count]) =>
    count === 0 ? [] : translator.say(`plan-${kind}`, { count })
  )
  return {
    text: `${translator.say("plan-sure", { what: cut(kept.selectors.join(" "), 100) })}\n${parts.join("\n")}`,
    keyboard: new InlineKeyboard()
      .text(translator.t("plan-yes"), `plan:do:${id}`)
      .row()
      .text(translator.t("back"), `plan:view:${id}`)
  }
}
