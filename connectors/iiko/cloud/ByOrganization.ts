/**
 * Reads iikoCloud's lists by organisation. Each organisation has its own request, because a request for many is refused
 * as a whole when one of them is unknown. If one is refused or missing in the answer, the read is partial, so that no
 * rows are deleted by mistake.
 */

import { Array as Arr, Channel, Effect, type Result, Schema, type Scope } from "effect"
import {
  combineReasons,
  complete,
  document,
  type Entity,
  failure,
  partial,
  type ReadOptions,
  type Source,
  type SourceRecord,
  type Upstream,
  type UpstreamError
} from "../../../core/sdk.ts"
import { iiko } from "../reasons.ts"
import { post } from "./Client.ts"

/** A list of the form `[{ organizationId, items }]`. */
export interface List {
  readonly path: string
  /** The name of its place in the answer. */
  readonly records: string
  /** The place of more records of the same kind. */
  readonly beside?: string
  /** The records of one raw item. */
  readonly flatten: (item: SourceRecord) => ReadonlyArray<SourceRecord>
}

/**
 * Reads the list and adds the organisation's id and its department to each record. Holds the whole list, so it is only
 * for short ones.
 */
export const read =
  (upstream: Upstream.Upstream, organizations: Readonly<Record<string, string>>, list: List) =>
  (_entity: Entity, { onEvent }: ReadOptions = {}): Source => {
    const options = { idempotent: true, isAwaited: true, ...(onEvent === undefined ? {} : { onEvent }) }
    const ask = Effect.fnUntraced(function* ([id, department]: readonly [string, string]): Effect.fn.Return<
      OrganizationAnswer,
      UpstreamError,
      Scope.Scope
    > {
      const answer = yield* upstream.send(post(list.path, { organizationIds: [id] }), options)
      const place = { format: "json", records: `/${list.records}` } as const
      const { batches, value = [] } = yield* document(place, answer, [list.beside ?? ""])
      const found = yield* Effect.mapError(decode([batches.flat(), value].flat()), ({ message }) =>
        failure(
          answer.subject,
          "Format",
          iiko("iiko.cloudRecords", { records: list.records, text: answer.subject.redact(message) })
        )
      )
      const own = found.filter(({ organizationId }) => organizationId.toLowerCase() === id.toLowerCase())
      if (own.length === 0) return { id }
      const records = own.flatMap(({ items }) => items.flatMap(list.flatten))
      return { id, records: records.map((record) => ({ ...record, organizationId: id, department })) }
    }, Effect.scoped)
    const answers = Effect.forEach(Object.entries(organizations), (one) => Effect.result(ask(one)), {
      concurrency: "unbounded"
    })
    return Channel.unwrap(Effect.map(answers, join))
  }

interface OrganizationAnswer {
  readonly id: string
  /** Absent: the answer lacks the organisation. */
  readonly records?: ReadonlyArray<SourceRecord>
}

const batchSize = 1_000

const join = (answers: ReadonlyArray<Result.Result<OrganizationAnswer, UpstreamError>>): Source => {
  const [errors, lists] = [Arr.getFailures(answers), Arr.getSuccesses(answers)]
  const [first] = errors
  if (first !== undefined && lists.length === 0) return Channel.fail(first)
  const silent = lists.filter(({ records }) => records === undefined)
  const missing = [
    ...errors.map(({ reason }) => reason),
    ...silent.map(({ id }) => iiko("iiko.cloudSilent", { organisation: id }))
  ]
  const all = lists.flatMap(({ records = [] }) => records)
  return Channel.concatWith(Channel.fromIterable(Arr.chunksOf(all, batchSize)), () =>
    Channel.end(missing.length === 0 ? complete : partial(combineReasons(missing)))
  )
}

const Items = Schema.Array(Schema.Record(Schema.String, Schema.Unknown))
const decode = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ organizationId: Schema.String, items: Items })))
