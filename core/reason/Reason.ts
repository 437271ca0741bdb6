/**
 * The reason for something, as data: a code of the closed set in `templates/` and its parameters. Its renderer
 * makes the sentence: `render` in English, the bot in the reader's language.
 */
import { DateTime, Duration, Schema } from "effect"
import { type ParamsOf, type Part, parse, separators } from "./Template.ts"
import { templates } from "./templates/index.ts"

/** The codes of core; a connector has its own. */
export type Code = keyof typeof templates

export type Param = string | number | Reason | ReadonlyArray<Reason>

/** A type, not an interface, so that it is JSON to the compiler too. */
export type Reason = {
  readonly code: string
  readonly params: Readonly<Record<string, Param>>
}

type Templates = Readonly<Record<string, string>>

type Params<T extends Templates, C extends keyof T> = ParamsOf<T[C], Reason>

/** The codes whose templates have no placeholders. */
type Bare<T extends Templates> = { readonly [C in keyof T]: unknown extends Params<T, C> ? C : never }[keyof T]

interface Make<T extends Templates> {
  <C extends Bare<T> & string>(code: C): Reason
  <C extends keyof T & string>(code: C, params: Params<T, C> & Readonly<Record<string, Param>>): Reason
}

/** All codes; a code that no module of this program has defined is unknown. */
const catalogue = new Map<string, ReadonlyArray<Part>>()

/**
 * Adds templates to the closed set and returns a function that makes reasons of them. Core defines its templates below,
 * a connector its own in `reasons.ts` of its folder.
 */
export const define = <const T extends Templates>(own: T): Make<T> => {
  for (const [code, template] of Object.entries(own)) {
    if (catalogue.has(code)) throw new Error(`the code ${code} is defined twice`)
    catalogue.set(code, parse(template))
  }
  return (code: string, params: Reason["params"] = {}): Reason => ({ code, params })
}

export const reason = define(templates)

/** Returns all codes defined so far. */
export const codes = (): ReadonlyArray<string> => [...catalogue.keys()]

export const partsOf = (code: string): ReadonlyArray<Part> => catalogue.get(code) ?? []

/** Wraps a text of an outside system, which is not translated. */
export const foreignText = (text: string): Reason => reason("said", { text })

/** Formats a span of time for reasons, to the millisecond: measured ones have digits that interest nobody. */
export const spanOf = (span: Duration.Duration): string =>
  Duration.format(Duration.millis(Math.round(Duration.toMillis(span))))

/** Formats a time for reasons, to the second. */
export const timeOf = (at: DateTime.DateTime): string => DateTime.formatIso(at).replace(/\.\d+Z$/, "Z")

/** The reason that an error carries, or else its message as foreign words. */
export const reasonOfError = (error: { readonly message: string; readonly reason?: unknown }): Reason =>
  isReason(error.reason) ? error.reason : foreignText(error.message)

/** Returns the only reason, or one reason for all of them. */
export const combineReasons = (whys: ReadonlyArray<Reason>): Reason => {
  const [only = reason("unsaid"), ...others] = whys
  return others.length === 0 ? only : reason("several", { whys })
}

/** The reasons, and those that some of them combine. */
export const reasonsIn = (whys: ReadonlyArray<Reason>): ReadonlyArray<Reason> =>
  whys.flatMap((why) => {
    const { whys: combined } = why.params
    return why.code === "several" && isList(combined) ? reasonsIn(combined) : [why]
  })

const isList = (param: Param | undefined): param is ReadonlyArray<Reason> => Array.isArray(param)

const paramText = (param: Param | undefined, separator: string): string => {
  if (isList(param)) return param.map(render).join(separator)
  return typeof param === "object" ? render(param) : String(param ?? "")
}

const isListKind = (kind: string): kind is keyof typeof separators => kind in separators

export const separatorOf = (kind: string): string => (isListKind(kind) ? separators[kind] : "")

/** Renders the English sentence, without a capital or a full stop unless the template has them. */
export const render = ({ code, params }: Reason): string =>
  partsOf(code)
    .map((part) => {
      if (part._tag === "Text") return part.text
      if (part._tag === "Word") return params[part.name] === 1 ? part.one : part.other
      return paramText(params[part.name], separatorOf(part.kind))
    })
    .join("")

/** Returns the same reason with every text changed, for example redacted. */
export const mapTexts = ({ code, params }: Reason, change: (text: string) => string): Reason => {
  const changed = (param: Param): Param => {
    if (isList(param)) return param.map((nested) => mapTexts(nested, change))
    if (typeof param === "object") return mapTexts(param, change)
    return typeof param === "string" ? change(param) : param
  }
  return { code, params: Object.fromEntries(Object.entries(params).map(([name, param]) => [name, changed(param)])) }
}

/**
 * Returns the innermost reason, which the others only wrap. Failures of one kind have the same code there, whatever the
 * request, its count or its caller.
 */
export const rootOf = (why: Reason): Reason => {
  const { why: wrapped, whys } = why.params
  const inner = isList(whys) ? whys[0] : wrapped
  return typeof inner === "object" && !isList(inner) ? rootOf(inner) : why
}

/** Whether a placeholder got a value of its kind; without one there is no sentence. */
const fits = (kind: string, param: unknown): boolean => {
  if (kind === "int") return typeof param === "number"
  if (kind === "reason") return typeof param === "object" && !Array.isArray(param)
  if (isListKind(kind)) return Array.isArray(param)
  return typeof param === "string"
}

const Nested: Schema.Codec<Reason> = Schema.suspend((): Schema.Codec<Reason> => Reason)

export const Reason: Schema.Codec<Reason> = Schema.Struct({
  code: Schema.String.check(
    Schema.makeFilter((code: string) => catalogue.has(code) || "expected a code that is known")
  ),
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
    description:
      "Why, as data: a code of the closed set and the parameters of its sentence. `said` holds the words of an outside system."
  })

export const isReason = Schema.is(Reason)

/** Reads a stored reason, of this version or another; an unknown code is replaced by its stored sentence. */
export const storedReason = (value: unknown, text: string): Reason => (isReason(value) ? value : foreignText(text))

/** Reads the reasons stored beside sentences, one each. */
export const storedReasonList = (values: ReadonlyArray<unknown>, texts: ReadonlyArray<string>): ReadonlyArray<Reason> =>
  texts.map((text, at) => storedReason(values[at], text))
