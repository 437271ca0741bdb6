/**
 * The steps of `transform`, compiled once per column: a value goes through all of them before it is read as the
 * column's type. A null stays a null; the items of a list go through the steps one by one.
 */
import { createHmac, createSecretKey } from "node:crypto"
import { Redacted } from "effect"
import type { Column } from "../../config/Column.ts"
import { compileExpression, type Program } from "../../config/expression/ExpressionProgram.ts"
import { makeSearch, maxSearched, type TextSearch } from "../../config/expression/Search.ts"
import type { Step } from "../../config/schema/TransformYaml.ts"
import { ambiguous, numberText } from "../../config/values/NumberText.ts"
import { shiftDecimal } from "../../config/values/Shift.ts"
import { reason } from "../../reason/Reason.ts"
import { unmark } from "../../upstream/records/ExactNumbers.ts"
import { type Decoder, RejectedValue } from "./ColumnDecoder.ts"

/** A step never gets a null. It may return a list, a null, or a rejection. */
type Apply = (text: string) => unknown

const whys = {
  text: reason("reject.notText"),
  unmapped: reason("reject.unmapped"),
  cents: reason("reject.notDecimal")
} as const

/** The decoder of a column with its steps before it; the same decoder if there are none. */
export const withTransform = (column: Column, decode: Decoder): Decoder => {
  const { transform = [] } = column
  if (transform.length === 0) return decode
  const [first] = transform
  const join = typeof first === "object" && "join" in first ? joined(first.with ?? " ") : undefined
  const steps = (join === undefined ? transform : transform.slice(1)).map((step) => compiled(step, column))
  return (value) => {
    const changed = through(steps, 0, join === undefined ? value : join(value))
    return changed instanceof RejectedValue ? changed : decode(changed)
  }
}

const through = (steps: ReadonlyArray<Apply>, from: number, value: unknown): unknown => {
  let current = value
  for (let at = from; at < steps.length; at++) {
    if (current === null || current === undefined || current instanceof RejectedValue) return current
    if (Array.isArray(current)) return eachThrough(steps, at, current)
    const text = textOf(current)
    current = typeof text === "string" ? (steps[at]?.(text) ?? null) : text
  }
  return current
}

const eachThrough = (steps: ReadonlyArray<Apply>, from: number, items: ReadonlyArray<unknown>): unknown => {
  const changed = items.flatMap((item) => through(steps, from, item))
  return changed.find((item) => item instanceof RejectedValue) ?? changed
}

/** The text of a plain value; numbers keep their digits. */
const textOf = (value: unknown): string | RejectedValue => {
  const plain = unmark(value)
  if (typeof plain === "string") return plain
  return typeof plain === "object" ? new RejectedValue(whys.text, value) : String(plain)
}

/** Joins the existing texts. A null or an empty text leaves no gap; without any text the result is null. */
const joined =
  (between: string) =>
  (values: unknown): unknown => {
    const parts: Array<string> = []
    for (const value of Array.isArray(values) ? values : [values]) {
      if (value === null || value === undefined || value === "") continue
      const text = textOf(value)
      if (text instanceof RejectedValue) return text
      parts.push(text)
    }
    return parts.length === 0 ? null : parts.join(between)
  }

const compiled = (step: Step, column: Column): Apply => {
  switch (step) {
    case "trim":
      return (text) => text.trim()
    case "lower":
      return (text) => text.toLowerCase()
    case "upper":
      return (text) => text.toUpperCase()
    case "cents":
      return cents
    case "hash":
      return hashing(column)
  }
  if ("split" in step) return (text) => (text === "" ? null : text.split(step.split))
  if ("extract" in step) return expressed(step.extract, extract)
  if ("replace" in step) return expressed(step.replace, replacing(step.with))
  if ("map" in step) return mapped(step)
  // `check` allows it in front of all others only.
  return (text) => text
}

const parseCents = numberText(undefined)

const cents: Apply = (text) => {
  if (text.trim() === "") return null
  const number = parseCents(text)
  const euros = number === undefined || number === ambiguous ? undefined : shiftDecimal(number, 2)
  return euros ?? new RejectedValue(whys.cents, text)
}

const mapped = ({ map, otherwise }: Extract<Step, { readonly map: unknown }>): Apply => {
  const values = new Map(Object.entries(map))
  if (otherwise !== undefined) return (text) => (values.has(text) ? values.get(text) : otherwise)
  return (text) => (values.has(text) ? values.get(text) : new RejectedValue(whys.unmapped, text))
}

/**
 * HMAC-SHA-256: equal values have equal hashes, but nobody without the key can try a list of telephone numbers. An
 * empty text belongs to nobody.
 */
const hashing = ({ hash, name }: Column): Apply => {
  // `check` demands the key.
  if (hash === undefined) throw new Error(`${name} is hashed without a key`)
  const key = createSecretKey(Redacted.value(hash.key), "utf8")
  return (text) => (text === "" ? "" : createHmac("sha256", key).update(text).digest("hex"))
}

type Use = (search: TextSearch, text: string) => string | null

/** `check` has compiled the expression before, so it is a program. */
const expressed = (source: string, use: Use): Apply => {
  const program = compileExpression(source) as Program
  const longest = maxSearched(program)
  const why = reason("reject.longSearched", { limit: longest })
  return (text) => (text.length > longest ? new RejectedValue(why, text) : use(makeSearch(program, text), text))
}

/** The first group, the whole match if there is none; null if nothing was found. */
const extract: Use = (search) => {
  const groups = search.from(0)?.groups
  return groups?.[groups.length > 1 ? 1 : 0] ?? null
}

const replacing = (template: string): Use => {
  const parts = [...template.matchAll(/\$(\d)|\$\$|[^$]+|\$/g)].map(([part, group]) =>
    group === undefined ? (part === "$$" ? "$" : part) : Number(group)
  )
  return (search, text) => {
    let result = ""
    let copied = 0
    for (let at = 0; at <= text.length; ) {
      const found = search.from(at)
      if (found === undefined) break
      const { groups, index } = found
      const end = index + (groups[0]?.length ?? 0)
      result += text.slice(copied, index)
      for (const part of parts) result += typeof part === "string" ? part : (groups[part] ?? "")
      copied = end
      at = end > index ? end : end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1)
    }
    return result + text.slice(copied)
  }
}
