/**
 * The template language of reasons: text with placeholders. `{table}` is text, `{count:int}` a whole number,
 * `{at:time}` a time in ISO 8601, `{why:reason}` another reason. `{whys:reasons}` is several of them joined by
 * semicolons, `:list` by commas, `:lines` by line breaks. `{count|row|rows}` is the word for the number `count`. A
 * brace before a space is a brace.
 */

/** The separators between the reasons of a list. */
export const separators = { reasons: "; ", list: ", ", lines: "\n" } as const

type ListKind = keyof typeof separators

type Kind<K extends string, Nested> = K extends "int"
  ? number
  : K extends "reason"
    ? Nested
    : K extends ListKind
      ? ReadonlyArray<Nested>
      : string

type Place<P extends string, Nested> = P extends ` ${string}`
  ? unknown
  : P extends `${infer Name}|${string}`
    ? { readonly [N in Name]: number }
    : P extends `${infer Name}:${infer K}`
      ? { readonly [N in Name]: Kind<K, Nested> }
      : { readonly [N in P]: string }

/** The parameters that a template needs, by placeholder. */
export type ParamsOf<T extends string, Nested> = T extends `${string}{${infer P}}${infer Rest}`
  ? Place<P, Nested> & ParamsOf<Rest, Nested>
  : unknown

export type Part =
  | { readonly _tag: "Text"; readonly text: string }
  | { readonly _tag: "Param"; readonly name: string; readonly kind: "text" | (typeof kinds)[number] }
  | { readonly _tag: "Word"; readonly name: string; readonly one: string; readonly other: string }

const kinds = ["int", "time", "reason", "reasons", "list", "lines"] as const

const placeOf = (place: string): Part => {
  const [counted = "", one, other] = place.split("|")
  if (one !== undefined && other !== undefined) return { _tag: "Word", name: counted, one, other }
  const [name = "", kind] = place.split(":")
  return { _tag: "Param", name, kind: kinds.find((known) => known === kind) ?? "text" }
}

export const parse = (template: string): ReadonlyArray<Part> =>
  template
    .split(/(\{[^\s{}][^{}]*\})/)
    .filter((piece) => piece !== "")
    .map((piece) => (/^\{\S/.test(piece) ? placeOf(piece.slice(1, -1)) : { _tag: "Text", text: piece }))
