/**
 * Why something is as it is, as data: a code of the closed set in `templates/` and its parameters. Who shows it makes the
 * sentence: `render` in English, the bot in the language of the reader.
 */
import { Schema } from "effect"
import { type ParamsOf, parse } from "./Template.ts"
import { templates } from "./templates/index.ts"

export type Code = keyof typeof templates

export type Param = string | number | Reason | ReadonlyArray<Reason>

export interface Reason {
  readonly code: Code
  readonly params: Readonly<Record<string, Param>>
}

/** The parameters of one code. */
export type Params<C extends Code> = ParamsOf<(typeof templates)[C], Reason>

/** Codes whose templates have no places. */
type Bare = { readonly [C in Code]: unknown extends Params<C> ? C : never }[Code]

export const codes: ReadonlyArray<Code> = Object.keys(templates).filter((key): key is Code => key in templates)

const parts = new Map(codes.map((code) => [code, parse(templates[code])] as const))

export const partsOf = (code: Code) => parts.get(code) ?? []

interface Make {
  <C extends Bare>(code: C): Reason
  <C extends Code>(code: C, params: Params<C> & Readonly<Record<string, Param>>): Reason
}

export const reason: Make = (code: Code, params: Reason["params"] = {}): Reason => ({ code, params })

/** The words of an outside system, which nobody translates. */
export const said = (text: string): Reason => reason("said", { text })

const isList = (param: Param | undefined): param is ReadonlyArray<Reason> => Array.isArray(param)

const paramText = (param: Param | undefined): string => {
  if (isList(param)) return param.map(render).join("; ")
  return typeof param === "object" ? render(param) : String(param ?? "")
}

/** The English sentence, without a capital and without a full stop unless the template has them. */
export const render = ({ code, params }: Reason): string =>
  partsOf(code)
    .map((part) => {
      if (part._tag === "Text") return part.text
      if (part._tag === "Word") return params[part.name] === 1 ? part.one : part.other
      return paramText(params[part.name])
    })
    .join("")

/** The same reason with every text of it changed, as by cutting secrets out. */
export const mapTexts = ({ code, params }: Reason, change: (text: string) => string): Reason => {
  const changed = (param: Param): Param => {
    if (isList(param)) return param.map((nested) => mapTexts(nested, change))
    if (typeof param === "object") return mapTexts(param, change)
    return typeof param === "string" ? change(param) : param
  }
  return { code, params: Object.fromEntries(Object.entries(params).map(([name, param]) => [name, changed(param)])) }
}

/** Whether a place got what it takes; one that is missing makes no sentence. */
const fits = (kind: string, param: unknown): boolean => {
  if (kind === "int") return typeof param === "number"
  if (kind === "reason") return typeof param === "object" && !Array.isArray(param)
  if (kind === "reasons") return Array.isArray(param)
  return typeof param === "string"
}

const Nested: Schema.Codec<Reason> = Schema.suspend((): Schema.Codec<Reason> => Reason)

export const Reason: Schema.Codec<Reason> = Schema.Struct({
  code: Schema.Literals(codes),
  params: Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Number, Nested, Schema.Array(Nested)]))
})
  .check(
    Schema.makeFilter(({ code, params }) =>
      partsOf(code).every(
        (part) => part._tag === "Text" || fits(part._tag === "Word" ? "int" : part.kind, params[part.name])
      )
    )
  )
  .annotate({
    identifier: "Reason",
    description: "Why, as data: a code and the parameters of its sentence. `said` holds the words of an outside system."
  })

const isReason = Schema.is(Reason)

/** A reason as it was stored, by this version or another: what is not known any more is told by its stored sentence. */
export const stored = (value: unknown, text: string): Reason => (isReason(value) ? value : said(text))

/** The reasons beside stored sentences, one each. */
export const storedList = (values: ReadonlyArray<unknown>, texts: ReadonlyArray<string>): ReadonlyArray<Reason> =>
  texts.map((text, at) => stored(values[at], text))
