/** HTML of messages, within the limits of a messenger. */

export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

export const bold = (html: string): string => `<b>${html}</b>`
export const code = (text: string): string => `<code>${escapeHtml(text)}</code>`
/** A preformatted block. */
export const pre = (text: string): string => `<pre>${escapeHtml(text)}</pre>`

/** A message has at most 4096 characters without markup; text around a list needs some of them. */
export const maxText = 3500
/** The caption of a picture has at most 1024. */
export const maxCaption = 900

const markup = /<[^>]+>/g
const entity = /&\w+;/g

/** The lines that fit, and a last one with the number of those that do not. */
export const fitLines = (lines: ReadonlyArray<string>, more: (left: number) => string, most = maxText): string => {
  let length = 0
  const shown = lines.findIndex((line) => {
    length += line.replaceAll(markup, "").replaceAll(entity, " ").length + 1
    return length > most
  })
  return shown < 0 ? lines.join("\n") : [...lines.slice(0, shown), more(lines.length - shown)].join("\n")
}

/** Cuts a text that is too long, with `…` at its end. */
export const cut = (text: string, most: number): string =>
  [...text].length <= most ? text : `${[...text].slice(0, most - 1).join("")}…`

/** Cuts out the middle: the end of a path is as important as its beginning. */
export const cutMiddle = (text: string, most: number): string => {
  const letters = [...text]
  if (letters.length <= most) return text
  const head = Math.ceil((most - 1) / 2)
  return `${letters.slice(0, head).join("")}…${letters.slice(letters.length - (most - 1 - head)).join("")}`
}

/** Like `cut`, but keeps parentheses at the end, which distinguish equal names. */
export const cutName = (name: string, most: number): string => {
  const tail = /\s*\([^()]{1,20}\)$/.exec(name)?.[0] ?? ""
  return `${cut(name.slice(0, name.length - tail.length), most - [...tail].length)}${tail}`
}
