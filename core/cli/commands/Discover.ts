/** `discover`: reads one live page and proposes the YAML of an entity. */
import { Channel, Effect, Layer, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { stringify } from "yaml"
import { type Entity, entityId, type Format } from "../../config/Entity.ts"
import { follow, tokensOf } from "../../config/Pointer.ts"
import { charsetNamed } from "../../config/values/CharsetName.ts"
import { Registry } from "../../plugin/Registry.ts"
import { nameOf, singleValues, splitPath } from "../../sync/discover/AskedPath.ts"
import { formatOf } from "../../sync/discover/DetectFormat.ts"
import { type Proposal, propose } from "../../sync/discover/Discover.ts"
import { type ProposedPage, proposePage } from "../../sync/discover/DiscoverPage.ts"
import { arraysIn, type FoundArray, likeliest, pointerOf } from "../../sync/discover/FindArrays.ts"
import { elementsIn } from "../../sync/discover/FindElements.ts"
import { layerHttp } from "../../upstream/exchange/Http.ts"
import { unreadableOf } from "../../upstream/records/UnreadableRecord.ts"
import type { Aside, Peeked, SourceRecord } from "../../upstream/Source.ts"
import { plural } from "../render/Format.ts"
import { Terminal } from "../render/Terminal.ts"
import * as Text from "../render/Text.ts"
import { layerLogs } from "../shared/Logs.ts"
import { answer, declarations, stop } from "../shared/Root.ts"
import { trace, traced } from "../shared/Trace.ts"

/** Enough to see every field; the rest of the page is not read. */
const sampleSize = 500

const path = Flag.String("path").pipe(
  Flag.withDescription("The path to read, with its query, below the connector's base URL")
)
const records = Flag.String("records").pipe(
  Flag.withDescription("Where the records are: a JSON Pointer such as /items, or element names for XML"),
  Flag.optional
)
const format = Flag.Literals("format", ["json", "ndjson", "xml", "csv"]).pipe(
  Flag.withDescription("What the answer is; the connector's own by default"),
  Flag.optional
)

const charset = Flag.String("charset").pipe(
  Flag.withDescription("The charset of the answer, if nothing in it says so: windows-1251, utf-16le"),
  Flag.optional
)

/** An entity that consists only of its request. */
const probe = (
  connector: string,
  timezone: string,
  request: Pick<Entity, "format" | "records" | "request" | "charset">
): Entity => ({
  connector,
  name: "discovered",
  ...request,
  page: { type: "none" },
  table: { schema: "public", name: "discovered" },
  columns: [],
  key: ["id"],
  mode: "mirror",
  scope: {},
  guard: { maxDelete: 0, floor: 0, empty: "refuse", maxReject: 0, confirm: false, cascade: "refuse" },
  indexes: [],
  examples: [],
  timezone
})

/** A replacement for an unknown key: a plain value, not a whole object. */
const somethingFor = (fields: Proposal["fields"]): string | undefined =>
  (fields.find(({ type }) => type !== "json") ?? fields[0])?.column

const yamlOf = (name: string, located: object, { fields, key }: Proposal): string =>
  stringify(
    {
      [name]: {
        ...located,
        key: key.length === 1 ? key[0] : key.length > 1 ? key : somethingFor(fields),
        fields: Object.fromEntries(
          fields.map(({ column, ...field }) => [column, Object.keys(field).length === 1 ? field.type : field])
        )
      }
    },
    { lineWidth: 0, collectionStyle: "any" }
  )

const arrayText = ({ isOfRecords, length, pointer }: FoundArray): string =>
  `${pointer === "" ? "the answer itself" : pointer} (${isOfRecords || length === 0 ? plural(length, "record") : `${length} plain values`})`

const quantities = (arrays: ReadonlyArray<FoundArray>): string => arrays.map(arrayText).join(", ")

const charsetOf = (called: string) => {
  const charset = charsetNamed(called)
  if (charset !== undefined) return Effect.succeed({ charset })
  const message = `No charset is called ${called}. It is one such as utf-8, windows-1251 or utf-16le.`
  return stop(2, message, { error: message })
}

type Located = Pick<Entity, "format" | "records">

/** The format of an answer whose format was not given. */
const asFound = ({ text, type }: Peeked): Located | undefined => {
  const answer = parsed(text)
  if (answer !== undefined) return undefined
  const format = formatOf(text, type)
  if (format === undefined) return undefined
  return format === "xml" ? inElements(text) : { format, records: "" }
}

const inElements = (text: string): Located => ({ format: "xml", records: elementsIn(text)[0]?.pointer ?? "" })

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** JSON without a declared place of the list: the whole answer, and the list in it. */
const locate = Effect.fnUntraced(function* (peeked: Peeked, path: string, wanted: string | undefined, usual: string) {
  const answer = parsed(peeked.text)
  if (answer === undefined) {
    const found = asFound(peeked)
    const how =
      found === undefined
        ? "Say what it is: --format xml, csv or ndjson"
        : `It looks like ${found.format}: --format ${found.format}${found.records === "" ? "" : ` --records ${found.records}`}`
    return yield* stop(1, `${path} did not answer with JSON. ${how}`, { error: "no JSON" })
  }
  const arrays = arraysIn(answer)
  const chosen =
    wanted === undefined
      ? (arrays.find(({ isOfRecords, pointer }) => isOfRecords && pointer === usual) ?? likeliest(arrays))
      : arrays.find(({ pointer }) => pointer === wanted)
  if (chosen !== undefined && chosen.length > 0) return { answer, arrays, chosen }
  const seen = arrays.length === 0 ? "there is no list in it" : `its lists are ${quantities(arrays)}`
  const where = wanted === undefined ? "without records" : `without records at ${wanted}`
  return yield* stop(1, `${path} answered ${where}; ${seen}.`, { error: "no records", arrays })
})

/** A CSV row that could not be parsed shows no fields. */
const isReadable = (record: SourceRecord): boolean => unreadableOf(record) === undefined

const isBroken = (value: unknown): boolean => typeof value === "string" && !value.isWellFormed()

const asRecord = (value: unknown): SourceRecord =>
  // The condition proves that a string index is sound.
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as SourceRecord) : { value }

export const discover = Command.make(
  "discover",
  {
    connector: Argument.String("connector").pipe(Argument.withDescription("A declared connector")),
    path,
    records,
    format,
    charset,
    trace
  },
  Effect.fn("cli.discover")(function* (input) {
    const loaded = yield* declarations
    yield* Effect.gen(function* () {
      const registry = yield* Registry.now
      const declaration = yield* registry
        .declaration(input.connector)
        .pipe(Effect.catchTag("UnknownConnector", ({ message }) => stop(2, message, { error: message })))
      const type = loaded.types.find((each) => each.type === declaration.type)
      const defaults = type?.entityDefaults
      const isHttp = type?.entityKeys === undefined
      const { path, query } = isHttp ? splitPath(input.path) : { path: input.path, query: {} }
      const given = Option.getOrUndefined(input.records)
      const connector = yield* Effect.orDie(registry.connector(declaration.name))
      const request = { method: "GET", path, query, headers: {} } as const
      const encoding = yield* Option.match(input.charset, { onNone: () => Effect.succeed({}), onSome: charsetOf })
      const readAs = ({ format, records }: Located) => {
        const found: Array<SourceRecord> = []
        let count = 0
        let seen: Peeked | undefined
        let aside: Aside | undefined
        const peek = (answer: Peeked) => {
          seen = answer
        }
        const onAside = (said: Aside) => {
          aside = said
        }
        const entity = probe(declaration.name, declaration.timezone, { request, format, records, ...encoding })
        return Channel.runForEach(connector.read(entity, format === "json" ? { peek } : { onAside }), (batch) => {
          count += batch.length
          found.push(...batch.filter(isReadable).slice(0, sampleSize - found.length))
          // In XML, the link to the next page may come after the records.
          return found.length < sampleSize || format === "xml" ? Effect.void : Effect.fail("enough" as const)
        }).pipe(
          Effect.catch((error) =>
            error === "enough" ? Effect.void : stop(1, error.message, { error: error.message })
          ),
          Effect.map(() => ({ found, count, seen, aside }))
        )
      }
      const wantedOf = (format: Format) => (given === undefined || format !== "json" ? given : pointerOf(given))
      const told = Option.getOrElse(input.format, () => defaults?.format ?? "json")
      // The place of XML records is looked for in the text of the answer.
      const isPlaceless = told === "xml" && given === undefined && defaults?.format !== "xml"
      const first = isPlaceless ? "json" : told
      const look = yield* readAs({ format: first, records: wantedOf(first) ?? defaults?.records ?? "" })
      // If no format was given and the answer is not JSON, it is requested again in the format it seems to have.
      const other =
        look.seen === undefined
          ? undefined
          : isPlaceless
            ? inElements(look.seen.text)
            : input.format._tag === "Some"
              ? undefined
              : asFound(look.seen)
      const records = other === undefined ? undefined : (given ?? other.records)
      const { aside, count, found, seen } =
        other === undefined || records === undefined ? look : yield* readAs({ ...other, records })
      const format = other?.format ?? first
      const wanted = records ?? wantedOf(format)
      const located = seen === undefined ? undefined : yield* locate(seen, path, wanted, defaults?.records ?? "")
      if (located !== undefined) {
        const list = follow(located.answer, tokensOf(located.chosen.pointer) ?? [])
        if (Array.isArray(list)) found.push(...list.slice(0, sampleSize).map(asRecord))
      }
      if (found.length === 0) {
        const where = format === "xml" ? "--records items/item" : "--records /items"
        const message = `${path} answered without records. Say where they are: ${where}`
        return yield* stop(1, message, { error: "no records" })
      }
      if (found.some((record) => Object.keys(record).some((name) => !name.isWellFormed()))) {
        const message = `${path} has names that are not text in the charset it is read in. Name it, as in --charset windows-1251.`
        return yield* stop(1, message, { error: "another charset" })
      }
      const proposal = propose(found)
      if (proposal.fields.length === 0) {
        return yield* stop(1, `The records of ${path} have no fields.`, { error: "no fields" })
      }
      const said: Aside | undefined =
        located === undefined || seen === undefined ? aside : { ...seen, answer: located.answer }
      const paged: ProposedPage =
        said === undefined
          ? { own: [] }
          : proposePage({ ...said, records: located?.chosen.length ?? count, query: singleValues(query) })
      const kept = Object.entries(query).filter(([name]) => !paged.own.includes(name))
      const place = located?.chosen.pointer ?? wanted ?? ""
      const declared = {
        [type?.entityKeys?.located ?? "path"]: path,
        ...(kept.length === 0 ? {} : { query: Object.fromEntries(kept) }),
        ...(input.format._tag === "Some" || other !== undefined ? { format } : {}),
        ...encoding,
        ...(place === (defaults?.records ?? "") ? {} : { records: place }),
        ...(paged.page === undefined ? {} : { page: paged.page })
      }
      const name = nameOf(path, new Set(declaration.entities.map((one) => one.name)))
      const yaml = yamlOf(name, declared, proposal)
      const already = declaration.entities.filter(({ request }) => request.path === path)
      const arrays = located?.arrays ?? (format === "xml" && look.seen !== undefined ? elementsIn(look.seen.text) : [])
      const others = arrays.filter(({ pointer }) => pointer !== place)
      const advice = [
        `From ${plural(found.length, "record")}. Put it below "entities:" of config/connectors/${declaration.name}.yaml, check the types,`,
        `then: tributary check && tributary plan ${declaration.name}.${name}`,
        ...(others.length === 0
          ? []
          : [
              `Of ${place === "" ? "the answer itself" : place}. Other lists of the answer, for --records: ${quantities(others)}.`
            ]),
        ...(already.length === 0
          ? []
          : [`${already.map(entityId).join(" and ")} ${already.length === 1 ? "reads" : "read"} this path already.`]),
        ...(paged.advice === undefined ? [] : [paged.advice]),
        ...(found.some((record) => Object.values(record).some(isBroken))
          ? ["Some texts are broken: if they should be letters, name the charset, as in --charset windows-1251."]
          : []),
        ...(proposal.key.length === 0
          ? ["No column was unique: name the key yourself, several columns if need be."]
          : [])
      ]
      const { out } = yield* Terminal
      yield* answer(
        {
          ...proposal,
          records: found.length,
          arrays,
          page: paged.page ?? null,
          already: already.map(entityId),
          yaml
        },
        Effect.map(out.screen, ({ width }) => {
          const comments = advice.flatMap((line) => Text.wrap(line, width - 2)).map((line) => `# ${line}`)
          return [...comments, yaml.replaceAll(/^/gm, "  ").trimEnd()].join("\n")
        })
      )
    }).pipe(
      Effect.scoped,
      traced(input.trace),
      Effect.provide(
        Layer.mergeAll(
          Registry.layer(loaded, loaded.types).pipe(Layer.provide(layerHttp)),
          layerLogs(loaded.daemon.log)
        )
      )
    )
  })
).pipe(Command.withDescription("Read one live page and propose the YAML of an entity"))
