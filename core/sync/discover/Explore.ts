/**
 * Finds out how a list is to be declared, by asking for it: what the answer is, where its records are, how the next
 * page is named, and of which types the fields are. A proposal is tried before it is made: the second page is read with it,
 * and every record that was read must become a row.
 */
import { Effect } from "effect"
import type { Entity, Format } from "../../config/Entity.ts"
import type { Connector } from "../../plugin/Connector.ts"
import { render } from "../../reason/Reason.ts"
import type { Completeness, RawResponse, ResponseInfo, SourceRecord } from "../../upstream/Source.ts"
import { Mapper } from "../map/Mapper.ts"
import { type ProposedPage, proposePage, type SeenPage, withProof } from "./DiscoverPage.ts"
import { contentOf, type DiscoveryRequest, dateNames, requestValuesOf, requestYaml } from "./DiscoveryRequest.ts"
import type { FoundArray } from "./FindArrays.ts"
import { candidates, guessCharset } from "./GuessCharset.ts"
import { decimalIn } from "./GuessDecimal.ts"
import { locate, type Question, type RecordLocation, Undiscovered } from "./Locate.ts"
import { ascendingKey, otherPages } from "./OtherPages.ts"
import { isNamedKey, type Proposal, type ProposeOptions, propose } from "./Proposal.ts"
import { type FirstPages, firstAnswer, readPages } from "./ReadPages.ts"

type Keys = Readonly<Record<string, unknown>>

export interface ExploreOptions {
  readonly connector: Connector["Service"]
  /** Makes an entity of its keys, as `check` would. */
  readonly declare: (keys: Keys) => Effect.Effect<Entity, Undiscovered>
  readonly request: DiscoveryRequest
  /** The key that says what to read: `path`, or that of a type with keys of its own. */
  readonly located: string
  readonly isHttp: boolean
  readonly usual: { readonly format: Format; readonly records: string }
  readonly given: {
    readonly format: Format | undefined
    readonly records: string | undefined
    readonly charset: string | undefined
  }
  /** Returns the number of a choice; undefined if nobody is there to choose. */
  readonly choose: (question: Question) => Effect.Effect<number | undefined>
}

export interface ExploreResult {
  /** The keys of the entity in the order in which they are written, without `key` and `fields`. */
  readonly keys: Keys
  readonly proposal: Proposal
  readonly records: ReadonlyArray<SourceRecord>
  /** How many records each page had. */
  readonly counts: ReadonlyArray<number>
  readonly end: Completeness | undefined
  /** Where the records are; several places are read as one list. */
  readonly places: ReadonlyArray<string>
  readonly arrays: ReadonlyArray<FoundArray>
  /** Objects that may be lists, by the pointers to their values. */
  readonly keyed: ReadonlyArray<string>
  /** Whether an HTTP API was asked. */
  readonly isHttp: boolean
  readonly paged: ProposedPage
  /** Whether a second page came, with other records. */
  readonly isConfirmed: boolean
  readonly guessedCharset: string | undefined
  /** Columns that became text or json because another type would have rejected a record. */
  readonly widened: ReadonlyArray<string>
  readonly hasBrokenText: boolean
  readonly unread: FirstPages["unread"]
  /** Names of values of the request that are dates. */
  readonly dated: ReadonlyArray<string>
}

/** Keys for declaring an entity before its fields are known; a page may name a column. */
const placeholderFor = ({ page }: Keys) => {
  const by = typeof page === "object" && page !== null && "by" in page ? { [String(page.by)]: "text" } : {}
  // A file without a header has a cell of this name.
  return { key: "column_1", fields: { column_1: "text", ...by } }
}

export const explore = Effect.fn("Explore.explore")(function* (options: ExploreOptions) {
  const { connector, declare, isHttp, located, request } = options
  /** The entity without columns, so that nothing is missed in an answer that is not known yet. */
  const probe = (keys: Keys) =>
    Effect.map(declare({ ...keys, ...placeholderFor(keys) }), (entity): Entity => ({ ...entity, columns: [] }))
  const asked = (own: ReadonlyArray<string>): Keys => ({
    [located]: request.path,
    ...(isHttp ? requestYaml(request, own) : {})
  })
  const read = (keys: Keys, most: number) =>
    Effect.flatMap(probe(keys), (entity) => readPages(connector, entity, most)).pipe(Effect.mapError(asUndiscovered))
  const look = (charset: Keys) =>
    Effect.flatMap(probe({ ...asked([]), ...charset }), (entity) => firstAnswer(connector, entity)).pipe(
      Effect.mapError(asUndiscovered)
    )

  const { arrays, guessed, keyed, place, written, ...first } = yield* firstLook(options, look)
  let pages: FirstPages | undefined
  let { response } = first
  if (response === undefined) {
    pages = yield* read({ ...asked([]), ...written }, 1)
    response = pages.response
  }
  const count = place.count ?? pages?.counts[0] ?? 0
  const page: SeenPage | undefined =
    response === undefined || !isHttp
      ? undefined
      : { ...response, records: count, asked: requestValuesOf(request), content: contentOf(request) }
  const proposed: ProposedPage = page === undefined ? { own: [] } : proposePage(page)
  const withPage = (one: ProposedPage): Keys => ({
    ...asked(one.own),
    ...written,
    ...(one.page === undefined ? {} : { page: one.page })
  })
  if (pages === undefined || proposed.page !== undefined)
    pages = yield* firstAttempt(read, withPage(proposed), written, asked([]))
  const key = ascendingKey(pages.pages[0] ?? [])
  const others =
    page === undefined || isPaged(pages) || request.method !== "GET"
      ? []
      : otherPages(page, proposed, key).map((one) => withProof(page, one))
  const better = yield* firstConfirmed(others, (one) => read(withPage(one), 2))
  const paged = better?.paged ?? proposed
  const found = better?.pages ?? pages
  const records = found.pages.flat()
  if (records.length === 0) {
    const where = place.format === "xml" ? "--records items/item" : "--records /items"
    const message =
      found.unread === undefined
        ? `${request.path} answered without records. Say where they are: ${where}`
        : `${request.path} answered with records that cannot be read: the first one is ${render(found.unread.why)}`
    return yield* new Undiscovered({ message, arrays })
  }
  const decimal = place.format === "csv" ? decimalIn(records) : undefined
  const keys = { ...withPage(paged), ...(decimal === undefined ? {} : { decimal }) }
  const fitted = yield* fitting(records, { decimal, isXml: place.format === "xml", titles: place.titles }, (fields) =>
    declare({ ...keys, ...fieldsYaml(fields) })
  )
  const { widened } = fitted
  const proposal = yield* decided(fitted.proposal, options.choose)
  return {
    keys,
    proposal,
    widened,
    records,
    counts: found.counts,
    end: found.end,
    places: [place.records].flat(),
    arrays,
    keyed,
    isHttp,
    paged,
    isConfirmed: isPaged(found),
    guessedCharset: guessed,
    dated: dateNames(request),
    unread: found.unread,
    hasBrokenText: records.some((record) => Object.values(record).some(isBroken))
  } satisfies ExploreResult
})

/** Asks a person what the records cannot show: which of two formats, and which column is the key. */
const decided = Effect.fnUntraced(function* (proposal: Proposal, choose: ExploreOptions["choose"]) {
  const chosen = new Map<string, string>()
  for (const { column, example, format } of proposal.unsure) {
    const usual = proposal.fields.find((field) => field.column === column)?.format ?? ""
    const text = `How is ${column} written? ${JSON.stringify(example)} can be both.`
    const choices = [usual, format]
    const at = yield* choose({ text, choices })
    if (at !== undefined) chosen.set(column, choices[at] ?? usual)
  }
  const [key = "", ...others] = proposal.unique
  const isUnsure = others.length > 0 && !isNamedKey(key)
  const question = { text: "Which column is the key?", choices: proposal.unique.slice(0, 9) }
  const at = isUnsure ? ((yield* choose(question)) ?? 0) : 0
  const fields = proposal.fields.map((field) => {
    const format = chosen.get(field.column)
    return format === undefined ? field : { ...field, format }
  })
  const unsure = proposal.unsure.filter(({ column }) => !chosen.has(column))
  return { ...proposal, fields, unsure, key: isUnsure ? proposal.unique.slice(at, at + 1) : proposal.key }
})

const isBroken = (value: unknown): boolean => typeof value === "string" && !value.isWellFormed()

const charsetKey = (charset: string | undefined): Keys => (charset === undefined ? {} : { charset })

const asUndiscovered = (error: { readonly message: string; readonly status?: number | undefined }): Undiscovered =>
  error instanceof Undiscovered ? error : new Undiscovered({ message: error.message, status: error.status })

type Look = (charset: Keys) => Effect.Effect<RawResponse | undefined, Undiscovered>

/** The first answer, in the charset that makes sense of it, and the place of its records. */
const firstLook = Effect.fnUntraced(function* (options: ExploreOptions, look: Look) {
  const { given, isHttp } = options
  const first = isHttp ? yield* look(charsetKey(given.charset)) : undefined
  const guessed = first === undefined || given.charset !== undefined ? undefined : yield* charsetOf(first, look)
  const charset = charsetKey(given.charset ?? guessed)
  const seen = guessed === undefined ? first : yield* look(charset)
  const { arrays, keyed = [], ...place } = yield* locate(options, seen)
  const written: Keys = { ...keysOf(place, options), ...charset }
  const response: ResponseInfo | undefined =
    seen === undefined || place.answer === undefined ? undefined : { ...seen, answer: place.answer }
  return { arrays, response, guessed, keyed, place, written }
})

/** Only a text that is broken as it was read is read in other charsets. */
const charsetOf = Effect.fnUntraced(function* ({ text }: RawResponse, look: Look) {
  if (text.isWellFormed()) return undefined
  const inCyrillic = yield* look(charsetKey(candidates[0]))
  return inCyrillic === undefined ? undefined : guessCharset(inCyrillic.text)
})

/** The keys that differ from what the connector's type has by default. */
const keysOf = ({ format, records, shape }: RecordLocation, { given, usual }: ExploreOptions): Keys => ({
  ...(format === usual.format && given.format === undefined ? {} : { format }),
  ...shape,
  ...(records === usual.records ? {} : { records })
})

type Read = (keys: Keys, most: number) => Effect.Effect<FirstPages, Undiscovered>

/** A page that was only proposed may be refused: then the first page has to do. */
const firstAttempt = (read: Read, keys: Keys, written: Keys, asked: Keys) =>
  Effect.catchTag(read(keys, 2), "Undiscovered", () => read({ ...asked, ...written }, 1))

const isPaged = ({ pages }: FirstPages): boolean => (pages[1]?.length ?? 0) > 0

/**
 * The first page that is followed by other records. A refusal is an answer like others; a source that fails is left
 * alone.
 */
const firstConfirmed = Effect.fnUntraced(function* (
  pages: ReadonlyArray<ProposedPage>,
  read: (page: ProposedPage) => Effect.Effect<FirstPages, Undiscovered>
) {
  for (const paged of pages) {
    const found = yield* Effect.catchTag(read(paged), "Undiscovered", (error) => Effect.succeed(error))
    if (!("pages" in found)) {
      if ((found.status ?? 500) >= 500) return undefined
    } else if (isPaged(found) && isSteady(found)) return { paged, pages: found }
  }
  return undefined
})

/** Whether no record of the second page was on the first: some lists come in another order each time. */
const isSteady = ({ pages: [first = [], second = []] }: FirstPages): boolean => {
  const known = new Set(first.map((record) => JSON.stringify(record)))
  return second.every((record) => !known.has(JSON.stringify(record)))
}

/** The keys of the fields, as YAML writes them. Without a unique column a person has to name the key. */
export const fieldsYaml = ({ fields, key }: Pick<Proposal, "fields" | "key">) => ({
  key: key.length === 1 ? key[0] : key.length > 1 ? key : somethingFor(fields),
  fields: Object.fromEntries(
    fields.map(({ column, ...field }) => [column, Object.keys(field).length === 1 ? field.type : field])
  )
})

/** A replacement for an unknown key: a plain value, not a whole object. */
const somethingFor = (fields: Proposal["fields"]): string | undefined =>
  (fields.find(({ type }) => type !== "json") ?? fields[0])?.column

/** Fields of which every record becomes a row: a type that rejects one is given up. */
const fitting = Effect.fnUntraced(function* (
  records: ReadonlyArray<SourceRecord>,
  known: Pick<ProposeOptions, "decimal" | "isXml" | "titles">,
  declare: (proposal: Proposal) => Effect.Effect<Entity, Undiscovered>
) {
  const widened = new Set<string>()
  while (true) {
    const proposal = propose(records, { ...known, asText: widened })
    if (proposal.fields.length === 0) return { proposal, widened: [] }
    const mapper = new Mapper(yield* declare(proposal))
    mapper.begin({ part: "" })
    for (const record of records) mapper.add(record)
    const misfits = mapper.rejects.flatMap(({ field }) => (field === null || widened.has(field) ? [] : [field]))
    if (proposal.key.length === 0 || misfits.length === 0) return { proposal, widened: [...widened] }
    for (const column of misfits) widened.add(column)
  }
})
