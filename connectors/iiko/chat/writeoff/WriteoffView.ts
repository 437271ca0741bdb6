/** The view of a submitted write-off: status, lines, and corrections by an admin. */

import { Effect } from "effect"
import {
  bold,
  ChatKernel,
  type ChatView,
  cut,
  escapeHtml,
  fitLines,
  Keyboard,
  type Reason,
  reasonHtml,
  reasonText,
  rootOf,
  type Translator
} from "../../../../core/sdk.ts"
import type { StoreStock } from "../../writeoff/OnHand.ts"
import type { Writeoff } from "../../writeoff/Writeoff.ts"
import { Writeoffs } from "../../writeoff/Writeoffs.ts"
import { amountText, itemLine, readTimeText } from "./StockOnHand.ts"

export const icons: Readonly<Record<Writeoff["status"], string>> = {
  draft: "✏️",
  waiting: "🕓",
  sending: "⏳",
  sent: "✅",
  failed: "⚠️",
  unknown: "❓",
  rejected: "🚫",
  cancelled: "✖️",
  expired: "⌛"
}

/** The names of the people in it, and the stock of its store while it is not decided. */
export interface Names {
  readonly decidedBy: string
  readonly lockedBy: string
  readonly stock: StoreStock | undefined
}

export const makeNames = Effect.gen(function* () {
  const [{ people }, writeoffs] = [yield* ChatKernel, yield* Writeoffs]
  const nameOf = Effect.fnUntraced(function* (actor: string | null) {
    return (actor === null ? undefined : yield* people.find(actor))?.name ?? "?"
  })
  return ({ decidedBy, lockedBy, status, store }: Writeoff) =>
    Effect.all({
      decidedBy: nameOf(decidedBy),
      lockedBy: nameOf(lockedBy),
      stock: status === "waiting" ? writeoffs.stock(store.id) : Effect.undefined
    })
})

/** Corrected lines show the author's amount as well. */
const linesOf = (
  translator: Translator,
  { items, submittedItems }: Writeoff,
  { stock }: Names
): ReadonlyArray<string> => {
  const before = new Map((submittedItems ?? items).map((item) => [item.productId, item]))
  const kept = items.map((item) => {
    const old = before.get(item.productId)
    before.delete(item.productId)
    const line = itemLine(translator, item, stock)
    return old === undefined || old.amount === item.amount
      ? line
      : `✏️ ${line} ${translator.say("writeoff-was", { amount: amountText(translator, old) })}`
  })
  const gone = [...before.values()].map(
    (old) => `✏️ ${translator.say("writeoff-struck", { name: old.name, amount: amountText(translator, old) })}`
  )
  return [...kept, ...gone]
}

const decisionOf = (translator: Translator, writeoff: Writeoff, names: Names): string | undefined => {
  if (writeoff.decidedBy === null) return undefined
  const at = writeoff.decidedAt === null ? "" : translator.moment(writeoff.decidedAt)
  const key = writeoff.status === "rejected" ? "writeoff-rejected-by" : "writeoff-approved-by"
  return translator.say(key, { name: names.decidedBy, at })
}

/** Errors of the network are shown to admins only, those of iiko to the author too. */
export const textOf = (
  translator: Translator,
  writeoff: Writeoff,
  names: Names,
  reader: "admin" | "employee"
): string => {
  const { account, authorName, detailReason, number, reason, rejection, status, store, submittedAt } = writeoff
  const title = `${icons[status]} ${bold(translator.say(`writeoff-status-${status}`))}`
  const lines = linesOf(translator, writeoff, names)
  const parts = [
    number === null ? title : `${title} · ${escapeHtml(number)}`,
    `📍 ${[store.name, account?.name]
      .filter((name) => name !== undefined)
      .map(escapeHtml)
      .join(" · ")}`,
    `👤 ${escapeHtml(authorName)}${submittedAt === null ? "" : `, ${translator.moment(submittedAt)}`}`,
    fitLines(lines, (count) => translator.say("writeoff-more", { count }), 2_500),
    names.stock === undefined ? undefined : readTimeText(translator, names.stock),
    `💬 ${escapeHtml(cut(reason, 300))}`,
    decisionOf(translator, writeoff, names),
    rejection === null ? undefined : translator.say("writeoff-rejection", { why: cut(rejection, 300) }),
    nextOf(translator, writeoff),
    reader === "admin" && status === "unknown" && detailReason !== null
      ? `<blockquote expandable>${reasonHtml(translator, detailReason, 500)}</blockquote>`
      : undefined
  ]
  return parts.filter((part) => part !== undefined).join("\n")
}

const nextOf = (translator: Translator, { detailReason, status }: Writeoff): string | undefined => {
  if (status !== "failed" && status !== "unknown") return undefined
  if (status === "unknown") return translator.say("writeoff-next-unknown")
  return detailReason === null
    ? translator.say("writeoff-next-failed-said")
    : translator.say("writeoff-next-failed", {
        why: cut(saidIn(detailReason) ?? reasonText(translator, detailReason), 300)
      })
}

/** Only the text of the answer, or the title of a page, without the request. */
const saidIn = (detail: Reason): string | undefined => {
  const { body } = rootOf(detail).params
  if (typeof body !== "object" || !("code" in body) || body.code !== "said") return undefined
  const text = String(body.params.text)
  return /<title>([^<]+)<\/title>/i.exec(text)?.[1] ?? text.replaceAll(/^«|»$/g, "")
}

export interface Reader {
  readonly isAuthor: boolean
  readonly isAdmin: boolean
}

export const canRetry = ({ status }: Writeoff): boolean => status === "failed" || status === "unknown"

/** With buttons for what this reader can do. */
export const writeoffView = (
  translator: Translator,
  writeoff: Writeoff,
  names: Names,
  { isAdmin, isAuthor }: Reader,
  note?: string
): ChatView => {
  const { id, status } = writeoff
  const keyboard = new Keyboard()
  if (canRetry(writeoff) && (isAuthor || isAdmin))
    keyboard.text(translator.t("writeoff-retry"), `writeoff:retry:${id}`).row()
  if (status === "waiting" && isAuthor) keyboard.text(translator.t("writeoff-take-back"), `writeoff:cancel:${id}`).row()
  if (status === "waiting" && isAdmin && !isAuthor) {
    keyboard.text(translator.t("writeoff-open"), `writeoff:open:${id}`).row()
  }
  if (isAuthor) {
    keyboard
      .text(translator.t("writeoff-repeat"), `writeoff:repeat:${id}`)
      .text(translator.t("writeoff-to-history"), "writeoff:history:all:0")
      .row()
  }
  if (isAdmin && !isAuthor) keyboard.text(translator.t("writeoff-to-waiting"), "writeoff:waiting:0").row()
  keyboard.text(translator.t("menu-back"), "menu")
  const text = textOf(translator, writeoff, names, isAdmin ? "admin" : "employee")
  return { text: note === undefined ? text : `${note}\n\n${text}`, keyboard }
}

/** The notification for admins who have not opened it. */
export const announcement = (translator: Translator, writeoff: Writeoff, note?: string): ChatView => {
  const { authorName, id, items, number, reason, store } = writeoff
  const text = translator.say("writeoff-asked", {
    number: number ?? "",
    author: authorName,
    store: store.name,
    reason: cut(reason, 300),
    count: items.length
  })
  return {
    text: note === undefined ? text : `${text}\n\n${note}`,
    keyboard: new Keyboard()
      .text(translator.t("writeoff-open"), `writeoff:open:${id}`)
      .row()
      .text(translator.t("menu-back"), "menu")
  }
}
