/** The HTML of messages, kept within what a messenger takes. */

export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

export const bold = (html: string): string => `<b>${html}</b>`
export const code = (text: string): string => `<code>${escapeHtml(text)}</code>`
/** A block that keeps its columns. */
export const pre = (text: string): string => `<pre>${escapeHtml(text)}</pre>`

/** 4096 at most are left after parsing; what surrounds a list needs some of it. */
export const maxText = 3500
/** Of the text under a picture: 1024. */
export const maxCaption = 900

const markup = /<[^>]+>/g
const entity = /&\w+;/g

/** As many lines as fit, and a last one that says how many do not. */
export const within = (lines: ReadonlyArray<string>, more: (left: number) => string, most = maxText): string => {
  let length = 0
  const shown = lines.findIndex((line) => {
    length += line.replaceAll(markup, "").replaceAll(entity, " ").length + 1
    return length > most
  })
  return shown < 0 ? lines.join("\n") : [...lines.slice(0, shown), more(lines.length - shown)].join("\n")
}

/** Cut in the middle of nothing: an end that is too long is replaced by `…`. */
export const cut = (text: string, most: number): string =>
  [...text].length <= most ? text : `${[...text].slice(0, most - 1).join("")}…`

/** The same, but both ends stay: of a path the end tells as much as the beginning. */
export const cutMiddle = (text: string, most: number): string => {
  const letters = [...text]
  if (letters.length <= most) return text
  const head = Math.ceil((most - 1) / 2)
  return `${letters.slice(0, head).join("")}…${letters.slice(letters.length - (most - 1 - head)).join("")}`
}

/** The same, but what stands in parentheses at the end stays: it tells namesakes apart. */
export const cutName = (name: string, most: number): string => {
  const tail = /\s*\([^()]{1,20}\)$/.exec(name)?.[0] ?? ""
  return `${cut(name.slice(0, name.length - tail.length), most - [...tail].length)}${tail}`
}
