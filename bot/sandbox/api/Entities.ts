/**
 * Telegram's HTML: reads it as TDLib does, with its complaints, into a text and entities whose offsets count UTF-16
 * units; and writes it again, for tests that compare a message with its markup.
 */
import { Effect, Schema } from "effect"
import { badRequest, type Refusal } from "./Refusal.ts"

export const Entity = Schema.Struct({
  type: Schema.String,
  offset: Schema.Int,
  length: Schema.Int,
  url: Schema.optionalKey(Schema.String),
  language: Schema.optionalKey(Schema.String),
  custom_emoji_id: Schema.optionalKey(Schema.String)
})
export type Entity = typeof Entity.Type

export interface FormattedText {
  readonly text: string
  readonly entities: ReadonlyArray<Entity>
}

interface Open {
  readonly tag: string
  readonly offset: number
  readonly attributes: ReadonlyMap<string, string>
}

const kinds: Readonly<Record<string, string>> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  strike: "strikethrough",
  del: "strikethrough",
  "tg-spoiler": "spoiler",
  span: "spoiler",
  a: "text_link",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  "tg-emoji": "custom_emoji"
}

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' }

const reference = /&(?:#(\d+)|#x([\da-f]+)|(lt|gt|amp|quot));?/iy
const startTag = /<([^\s>]*)((?:[^>"']|"[^"]*"|'[^']*')*)(>?)/y
const endTag = /<\/([^\s>]*)\s*(>?)/y
const attribute = /([^\s=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g

const unparsable = (problem: string) => badRequest(`can't parse entities: ${problem}`)

export const parseHtml = Effect.fnUntraced(function* (source: string): Effect.fn.Return<FormattedText, Refusal> {
  const open: Array<Open> = []
  const entities: Array<Entity> = []
  const bytes = (index: number) => Buffer.byteLength(source.slice(0, index))
  const at = (pattern: RegExp, index: number) => {
    pattern.lastIndex = index
    return pattern.exec(source)
  }
  let text = ""
  let index = 0
  while (index < source.length) {
    const found = source[index] === "&" ? at(reference, index) : null
    if (found !== null) {
      const [whole, decimal, hexadecimal, name = ""] = found
      const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "0", 16) : Number(decimal)
      text += named[name.toLowerCase()] ?? (code > 0 && code < 0x11_0000 ? String.fromCodePoint(code) : "")
      index += whole.length
    } else if (source[index] !== "<") {
      text += source[index++]
    } else if (source[index + 1] === "/") {
      const [whole, name = "", end] = at(endTag, index) ?? [""]
      const last = open.pop()
      if (last === undefined) return yield* unparsable(`Unexpected end tag at byte offset ${bytes(index)}`)
      if (end !== ">") return yield* unparsable(`Unclosed end tag at byte offset ${bytes(index)}`)
      if (name !== "" && name.toLowerCase() !== last.tag) {
        const expected = `expected "</${last.tag}>", found "</${name.toLowerCase()}>"`
        return yield* unparsable(`Unmatched end tag at byte offset ${bytes(index)}, ${expected}`)
      }
      const entity = closed(last, text)
      if (entity !== undefined) entities.push(entity)
      index += whole.length
    } else {
      const [whole, name = "", rest = "", end] = at(startTag, index) ?? [""]
      const tag = name.toLowerCase()
      if (end === "" && rest === "") return yield* unparsable(`Unclosed start tag at byte offset ${bytes(index)}`)
      if (!Object.hasOwn(kinds, tag)) {
        return yield* unparsable(`Unsupported start tag "${tag}" at byte offset ${bytes(index)}`)
      }
      if (end !== ">") return yield* unparsable(`Unclosed start tag "${tag}" at byte offset ${bytes(index)}`)
      const attributes = new Map(
        [...rest.matchAll(attribute)].map(([, key = "", ...values]) => [key.toLowerCase(), decoded(values)])
      )
      if (tag === "span" && attributes.get("class") !== "tg-spoiler") {
        return yield* unparsable(`Tag "span" must have class "tg-spoiler" at byte offset ${bytes(index)}`)
      }
      open.push({ tag, offset: text.length, attributes })
      index += whole.length
    }
  }
  const last = open.pop()
  if (last !== undefined) {
    return yield* unparsable(`Can't find end tag corresponding to start tag "${last.tag}"`)
  }
  return trimText({ text, entities })
})

const decoded = (values: ReadonlyArray<string | undefined>): string =>
  (values.find((value) => value !== undefined) ?? "").replace(/&(lt|gt|amp|quot);/g, (_, name) => named[name] ?? "")

const closed = ({ attributes, offset, tag }: Open, text: string): Entity | undefined => {
  const type = kinds[tag] ?? tag
  const span = { offset, length: text.length - offset }
  if (tag === "a") {
    const url = linkOf(attributes.get("href") || text.slice(offset))
    return url === undefined ? undefined : { type, ...span, url }
  }
  if (tag === "blockquote" && attributes.has("expandable")) return { type: "expandable_blockquote", ...span }
  if (tag === "tg-emoji") return { type, ...span, custom_emoji_id: attributes.get("emoji-id") ?? "" }
  const language = /^language-(.+)$/.exec(attributes.get("class") ?? "")?.[1]
  return tag === "code" && language !== undefined ? { type, ...span, language } : { type, ...span }
}

/** A link that is no address of the web or of Telegram is shown as text. */
const linkOf = (href: string): string | undefined => {
  const whole = /^[a-z][a-z+.-]*:/i.test(href) ? href : `http://${href}`
  if (!URL.canParse(whole)) return undefined
  return /^(?:https?|tg|ton|mailto|tel):$/.test(new URL(whole).protocol) ? new URL(whole).href : undefined
}

/** Drops white space at both ends, and entities that are left without text. */
export const trimText = ({ entities, text }: FormattedText): FormattedText => {
  const start = text.length - text.trimStart().length
  const kept = text.trim()
  const moved = withLanguages(entities).flatMap((entity) => {
    const from = Math.max(0, entity.offset - start)
    const to = Math.min(kept.length, entity.offset + entity.length - start)
    return to > from ? [{ ...entity, offset: from, length: to - from }] : []
  })
  return { text: kept, entities: moved.toSorted(outermostFirst) }
}

const outermostFirst = (a: Entity, b: Entity) => a.offset - b.offset || b.length - a.length

/** `<pre><code class="language-x">` is one block of code. */
const withLanguages = (entities: ReadonlyArray<Entity>): ReadonlyArray<Entity> => {
  const blockOf = (code: Entity) =>
    entities.find(({ length, offset, type }) => type === "pre" && offset === code.offset && length === code.length)
  return entities.flatMap((entity) => {
    if (entity.type === "code") {
      const { language: _, ...plain } = entity
      return blockOf(entity) === undefined ? [plain] : []
    }
    const code = entities.find((each) => each.type === "code" && blockOf(each) === entity)
    return code?.language === undefined ? [entity] : [{ ...entity, language: code.language }]
  })
}

const tags: Readonly<Record<string, readonly [start: string, end: string]>> = {
  bold: ["<b>", "</b>"],
  italic: ["<i>", "</i>"],
  underline: ["<u>", "</u>"],
  strikethrough: ["<s>", "</s>"],
  spoiler: ["<tg-spoiler>", "</tg-spoiler>"],
  code: ["<code>", "</code>"],
  blockquote: ["<blockquote>", "</blockquote>"],
  expandable_blockquote: ["<blockquote expandable>", "</blockquote>"]
}

const tagsOf = ({ language, type, url }: Entity): readonly [start: string, end: string] => {
  if (type === "text_link") return [`<a href="${escapeText(url ?? "")}">`, "</a>"]
  if (type !== "pre") return tags[type] ?? ["", ""]
  return language === undefined
    ? ["<pre>", "</pre>"]
    : [`<pre><code class="language-${escapeText(language)}">`, "</code></pre>"]
}

export const escapeText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

/** Returns the markup of a text with entities; they nest, as Telegram's do. */
export const toHtml = ({ entities, text }: FormattedText): string => {
  const write = (from: number, to: number, inside: ReadonlyArray<Entity>): string => {
    const [first, ...rest] = inside
    if (first === undefined) return escapeText(text.slice(from, to))
    const end = first.offset + first.length
    const [start, close] = tagsOf(first)
    const within = rest.filter(({ offset }) => offset < end)
    const after = rest.filter(({ offset }) => offset >= end)
    return (
      escapeText(text.slice(from, first.offset)) +
      start +
      write(first.offset, end, within) +
      close +
      write(end, to, after)
    )
  }
  return write(0, text.length, entities.toSorted(outermostFirst))
}

const findable: ReadonlyArray<readonly [type: string, pattern: RegExp]> = [
  ["bot_command", /(?<=^|\s)\/\w{1,64}(?:@\w+)?/g],
  ["url", /\bhttps?:\/\/[^\s<>"]*[\w/]/g]
]

/** Adds the entities that Telegram itself finds in a text: commands and addresses, where no other entity is. */
export const detectEntities = ({ entities, text }: FormattedText): FormattedText => {
  const closedTo = entities.filter(({ type }) => /^(?:code|pre|text_link)$/.test(type))
  const found = findable.flatMap(([type, pattern]) =>
    [...text.matchAll(pattern)].map(({ 0: { length }, index }): Entity => ({ type, offset: index, length }))
  )
  const free = found.filter(({ offset }) =>
    closedTo.every((entity) => offset < entity.offset || offset >= entity.offset + entity.length)
  )
  return free.length === 0 ? { text, entities } : { text, entities: [...entities, ...free].toSorted(outermostFirst) }
}
