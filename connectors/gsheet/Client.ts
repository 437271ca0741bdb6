/** A spreadsheet as its service account sees it: reads ranges in batches, and describes the spreadsheet. */

import { Array as Arr, Channel, Effect, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import {
  type Answer,
  type ConnectorSettings,
  complete,
  type Entity,
  failure,
  partial,
  type ReadOptions,
  reason,
  SessionToken,
  type Source,
  Upstream
} from "../../core/sdk.ts"
import * as A1 from "./A1.ts"
import { isCell } from "./Cells.ts"
import type { Config } from "./Config.ts"
import { entityKeys, isKeys, type Keys } from "./EntityKeys.ts"
import * as Write from "./exports/Write.ts"
import { isProblem } from "./Headers.ts"
import * as Ranges from "./Ranges.ts"
import { gsheet } from "./reasons.ts"
import { decodeAnswer, text, unexpectedAnswer } from "./SheetAnswers.ts"
import { refusalOf } from "./SheetRefusals.ts"
import { tableOf } from "./SheetTable.ts"
import { issue, readScope, secretsOf, writeScope } from "./Token.ts"

const batchSize = 1_000

export const make = Effect.fn("Gsheet.make")(function* (settings: ConnectorSettings<Config>) {
  const { config } = settings
  const authorized = Effect.fnUntraced(function* (scope: string, group?: string) {
    const anonymous = yield* Upstream.make({
      declaration: settings,
      ...(group === undefined ? {} : { group }),
      baseUrl: config.baseUrl,
      secrets: secretsOf(config),
      inspect: refusalOf(config.email)
    })
    return anonymous.authorized(
      yield* SessionToken.make({
        acquire: issue(anonymous, config, scope),
        apply: (request, token) => HttpClientRequest.bearerToken(request, token)
      })
    )
  })
  const upstream = yield* authorized(readScope)
  // Google counts writes separately from reads.
  const writes = yield* authorized(writeScope, "writes")
  const readRange = yield* Ranges.make(fetchRanges(upstream))

  const read = (entity: Entity, { onEvent = () => Effect.void }: ReadOptions = {}): Source => {
    const { keys, path } = isKeys(entity.own)
      ? { keys: entity.own, path: entity.request.path }
      : discovered(entity, config)
    return Channel.unwrap(
      Effect.map(readRange(path, A1.withQuotes(keys.range), onEvent), (answered) => sourceOf(answered, keys, entity))
    )
  }

  const probe = text(
    upstream,
    HttpClientRequest.get(`/v4/spreadsheets/${config.spreadsheet}`, { urlParams: looked })
  ).pipe(
    Effect.flatMap(({ answer, json }) => decodeAnswer(decodeLook, answer, json, gsheet("gsheet.properties"))),
    Effect.map(({ properties, sheets }) => {
      const titles = sheets.map((sheet) => sheet.properties.title)
      return `«${properties.title}» is shared with ${config.email}; its tabs: ${titles.join(", ")}`
    })
  )

  return { read, probe, write: yield* Write.make({ config, reads: upstream, writes }) }
})

const looked = { fields: "properties.title,sheets.properties.title" }
const Titled = Schema.Struct({ title: Schema.String })
const Look = Schema.Struct({ properties: Titled, sheets: Schema.Array(Schema.Struct({ properties: Titled })) })
const decodeLook = Schema.decodeUnknownEffect(Look)

/** The argument of `discover --path` is a range of the connector's own spreadsheet. */
const discovered = (entity: Entity, config: Config): { readonly keys: Keys; readonly path: string } => {
  const keys: Keys = { range: entity.request.path.replace(/^\//, ""), headerRow: 1, columns: {} }
  return { keys, path: entityKeys.path(keys, config) }
}

interface ReadRange {
  readonly answer: Answer
  /** The range that the answer names: the requested one, cut to the sheet. */
  readonly range: string
  readonly rows: (typeof Values.Type)["valueRanges"][number]["values"]
}

const sourceOf = ({ answer, range, rows = [] }: ReadRange, keys: Keys, entity: Entity): Source => {
  const { area, sheet = "" } = A1.parse(range) ?? { area: { top: 0, left: 0 } }
  const cell = (row: number, column: number) => A1.cellName(sheet, area.top + row, area.left + column)
  const table = tableOf({ rows, cell }, keys, entity)
  if (isProblem(table)) return Channel.fail(failure(answer.subject, "Format", table))
  const { failed, records } = table
  const more = failed.length > 3 ? [reason("export.moreCells", { count: failed.length - 3 })] : []
  const left = gsheet("gsheet.rowsLeft", { cells: [...failed.slice(0, 3), ...more] })
  const end = failed.length === 0 ? complete : partial(left)
  const batches = Arr.isReadonlyArrayNonEmpty(records) ? Arr.chunksOf(records, batchSize) : []
  return Channel.concat(Channel.fromArray(batches), Channel.end(end))
}

const Values = Schema.Struct({
  valueRanges: Schema.Array(
    Schema.Struct({
      range: Schema.String,
      values: Schema.optionalKey(Schema.Array(Schema.Array(Schema.declare(isCell))))
    })
  )
})
const decodeValues = Schema.decodeUnknownEffect(Values)

const fetchRanges =
  (upstream: Upstream.Upstream): Ranges.Fetch<ReadRange> =>
  (path, ranges, onEvent) =>
    text(
      upstream,
      HttpClientRequest.get(path, {
        urlParams: { ranges, valueRenderOption: "UNFORMATTED_VALUE", dateTimeRenderOption: "SERIAL_NUMBER" }
      }),
      { onEvent }
    ).pipe(
      Effect.flatMap(({ answer, json }) =>
        Effect.flatMap(
          decodeAnswer(decodeValues, answer, json, gsheet("gsheet.ranges", { count: ranges.length })),
          ({ valueRanges }) =>
            valueRanges.length === ranges.length
              ? Effect.succeed(valueRanges.map(({ range, values }) => ({ answer, range, rows: values })))
              : Effect.fail(
                  unexpectedAnswer(
                    answer,
                    gsheet("gsheet.rangesInstead", { count: ranges.length, found: valueRanges.length })
                  )
                )
        )
      )
    )
