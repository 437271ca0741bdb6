/**
 * Compares declarations with what the sources send: reads one page of each entity, within the budgets, and reports the
 * result. Writes nothing, and asks the vault alone for accounts: an entity that is not bound to one is read for the first.
 * For `forEach`, a row of the other entity is read too, or the first value is used.
 */
import { Channel, Deferred, Effect } from "effect"
import { accountName } from "../../config/Account.ts"
import type { ConnectorDeclaration } from "../../config/Declarations.ts"
import type { Entity } from "../../config/Entity.ts"
import { targetName, targetText } from "../../config/RunTarget.ts"
import type { RowBatch } from "../../database/load/Load.ts"
import { boundColumns } from "../../database/tables/ColumnSql.ts"
import { tableId } from "../../database/tables/Identifier.ts"
import { texts } from "../../database/tables/TextColumn.ts"
import { accountsIn, accountsOf, bindAccounts, connectorOf, needsAccount } from "../../plugin/AccountTargets.ts"
import type { Connector } from "../../plugin/Connector.ts"
import { type Generation, Registry } from "../../plugin/Registry.ts"
import { type Reason, reason, render, spanOf } from "../../reason/Reason.ts"
import { PersonalAnswers } from "../../upstream/exchange/Failure.ts"
import type { ReadEvent, ReadOptions, SourceRecord } from "../../upstream/Source.ts"
import * as RefusedRows from "../load/RefusedRows.ts"
import type { Params } from "../map/CellReader.ts"
import type { FieldFindings } from "../map/FieldNames.ts"
import { mapperOf } from "../map/SelectiveMapper.ts"
import { asFailure, RunFailure, reasonOf } from "../RunFailure.ts"
import { group, type ReadGroup } from "../read/ReadGroup.ts"
import type { Target } from "../read/Target.ts"

/** Enough to see every field; the rest of a page is not read. */
const sampleSize = 1_000

export interface LiveCheckResult extends FieldFindings {
  readonly connector: string
  readonly entity: string
  /** `owner/name` of the account that it was read for. */
  readonly accountName?: string
  /** The number of records in the part that was read. */
  readonly records: number
  readonly rejected: number
  /** The number of records that conditions left out. */
  readonly leftOut: number
  /** The number of keys that more than one record has; of those only the last becomes a row. */
  readonly repeatedKeys: number
  /** Warning: a record was rejected, a key came again, or there is no account to read for. Failed: nothing was read, or `guard.maxReject` is exceeded. */
  readonly verdict: "ok" | "warning" | "failed"
  /** The reason of the first rejected record: its field, then what is wrong. */
  readonly reject: string | null
  readonly rejectReason: Reason | null
  readonly error: string | null
  readonly errorReason: Reason | null
}

export const checkLive = Effect.fn("LiveCheck.checkLive")(function* (selected: ReadonlyArray<Entity>) {
  const declared = yield* Registry.now
  const accounts = yield* accountsFor(selected)
  const registry = { ...declared, entities: bindAccounts(declared.entities, accounts) }
  const targets = selected.flatMap((entity): ReadonlyArray<Entity> => {
    const bound = bindAccounts([entity], accounts)
    return bound.length === 0 ? [entity] : bound
  })
  const looks = yield* Effect.forEach(
    group(
      targets.filter((entity) => !needsAccount(entity)),
      registry.entities
    ),
    (reads) =>
      pageOf(registry, reads, []).pipe(
        Effect.map((page) => reads.targets.map((target) => lookAt(target, page))),
        Effect.catchDefect(asFailure),
        Effect.catch((error) => Effect.succeed(reads.targets.map(({ entity }) => failed(entity, reasonOf(error)))))
      ),
    { concurrency: "unbounded" }
  )
  const order = new Map(targets.map((entity, at) => [targetName(entity), at]))
  const at = (look: LiveCheckResult) => order.get(targetText(look)) ?? 0
  return [...looks.flat(), ...targets.filter(needsAccount).map(unread)].toSorted((left, right) => at(left) - at(right))
})

/** The accounts that entities are bound to; for a connector with none of those its first one. */
const accountsFor = Effect.fnUntraced(function* (selected: ReadonlyArray<Entity>) {
  const active = yield* accountsOf(selected)
  const firsts = new Map([...active].map(([connector, accounts]) => [connector, accounts.slice(0, 1)]))
  return accountsIn(selected, firsts)
})

const namesOf = ({ account, connector, name }: Entity) => ({
  connector,
  entity: name,
  ...(account === undefined ? {} : { accountName: accountName(account) })
})

const unread = (entity: Entity): LiveCheckResult => ({
  ...failed(entity, reason("live.noAccount", { connector: entity.connector })),
  verdict: "warning"
})

const lookAt = (target: Target, { params, records }: FirstPage): LiveCheckResult => {
  const { entity } = target
  const mapper = mapperOf(entity, target)
  mapper.begin({ part: "", ...(params === undefined ? {} : { params }) })
  for (const record of records) mapper.add(record)
  const { fetched, leftOut, rejected } = mapper
  const repeatedKeys = repeatedIn(entity, mapper.take())
  const [first] = mapper.rejects
  const reject = first === undefined ? null : RefusedRows.rejectReason(first)
  return {
    ...namesOf(entity),
    records: fetched,
    rejected,
    leftOut,
    repeatedKeys,
    verdict: rejected + repeatedKeys === 0 ? "ok" : rejected > fetched * entity.guard.maxReject ? "failed" : "warning",
    reject: reject === null ? null : render(reject),
    rejectReason: reject,
    ...mapper.findings,
    error: null,
    errorReason: null
  }
}

const repeatedIn = (entity: Entity, { columns, rows }: RowBatch): number => {
  const parts = boundColumns(entity).flatMap(({ name }, at) => {
    const column = columns[at]
    return column === undefined || !entity.key.includes(name) ? [] : [texts(column)]
  })
  const counts = new Map<string, number>()
  for (let row = 0; row < rows; row++) {
    const key = JSON.stringify(parts.map((part) => part[row]))
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts.values()].filter((count) => count > 1).length
}

const failed = (entity: Entity, why: Reason): LiveCheckResult => ({
  ...namesOf(entity),
  records: 0,
  rejected: 0,
  leftOut: 0,
  repeatedKeys: 0,
  verdict: "failed",
  reject: null,
  rejectReason: null,
  absent: [],
  undeclared: [],
  absentPlaces: [],
  unmetPlaces: [],
  error: render(why),
  errorReason: why
})

interface FirstPage {
  readonly records: ReadonlyArray<SourceRecord>
  /** The parameters that the row of `forEach` gave to the request. */
  readonly params: Params | undefined
}

type Page = Effect.Effect<FirstPage, { readonly _tag: string; readonly message: string }>

/** Reads the first page of a read. `asking` lists the entities whose `forEach` led here. */
const pageOf = (registry: Generation, { reader }: ReadGroup, asking: ReadonlyArray<Entity>): Page =>
  Effect.gen(function* () {
    const declaration = yield* Effect.orDie(registry.declaration(reader.connector))
    const connector = yield* connectorOf(registry, reader)
    const params = yield* paramsOf(registry, reader, [...asking, reader])
    const since = reader.incremental?.initial
    const records = yield* firstPage(declaration, connector, reader, {
      ...(params === undefined ? {} : { params }),
      ...(since === undefined ? {} : { since })
    })
    return { records, params }
  }).pipe(Effect.scoped)

const firstPage = Effect.fnUntraced(function* (
  { limits: { deadline } }: ConnectorDeclaration,
  connector: Connector["Service"],
  reader: Entity,
  options: ReadOptions
) {
  const records: Array<SourceRecord> = []
  const over = yield* Deferred.make<void>()
  const leave = Effect.andThen(Deferred.succeed(over, undefined), Effect.never)
  // The next request would be for the next page.
  const onEvent = ({ _tag }: ReadEvent) => (_tag === "Request" && records.length > 0 ? leave : Effect.void)
  yield* Channel.runForEach(connector.read(reader, { ...options, onEvent }), (batch) => {
    records.push(...batch.slice(0, sampleSize - records.length))
    return records.length < sampleSize ? Effect.void : leave
  }).pipe(
    Effect.raceFirst(Deferred.await(over)),
    Effect.provideService(PersonalAnswers, reader.personal !== undefined),
    Effect.timeoutOrElse({
      duration: deadline,
      orElse: () => new RunFailure({ reason: reason("run.deadline", { limit: spanOf(deadline) }) })
    })
  )
  return records
})

/** The values that one row of the other entity gives for `{name}` in the path. */
const paramsOf = Effect.fnUntraced(function* (registry: Generation, reader: Entity, asking: ReadonlyArray<Entity>) {
  const { forEach } = reader
  if (forEach === undefined) return undefined
  if ("values" in forEach)
    return Object.fromEntries(Object.keys(forEach.params).map((name) => [name, forEach.values[0] ?? null]))
  const isParent = ({ scope, table }: Entity) =>
    tableId(table) === tableId(forEach.table) &&
    (forEach.scope ?? []).every(({ name, source }) => source._tag === "Constant" && scope[name] === source.value)
  const other = registry.entities.find(isParent)
  if (other === undefined || asking.includes(other)) {
    return yield* new RunFailure({ reason: reason("live.noParent", { table: tableId(forEach.table) }) })
  }
  const [reads] = group([other], registry.entities)
  if (reads === undefined) return yield* Effect.die("an entity has a read")
  const mapper = mapperOf(other)
  const page = yield* pageOf(registry, reads, asking)
  mapper.begin({ part: "", ...(page.params === undefined ? {} : { params: page.params }) })
  for (const record of page.records) mapper.add(record)
  const { columns, rows } = mapper.take()
  if (rows === 0) return yield* new RunFailure({ reason: reason("live.noParent", { table: tableId(forEach.table) }) })
  const bound = boundColumns(other)
  const valuesOf = (name: string): ((row: number) => string | null) => {
    const { source } = other.columns.find((column) => column.name === name) ?? {}
    if (source?._tag === "Constant") return () => (source.value === null ? null : String(source.value))
    const column = columns[bound.findIndex((one) => one.name === name)]
    const values = column === undefined ? [] : texts(column)
    return (row) => values[row] ?? null
  }
  const values = Object.entries(forEach.params).map(([param, name]) => [param, valuesOf(name)] as const)
  const at = (row: number) => Object.fromEntries(values.map(([param, valueAt]) => [param, valueAt(row)]))
  // A sync skips a row without a value that the path needs.
  const tried = Array.from({ length: rows }, (_, row) => at(row))
  return tried.find((params) => Object.values(params).every((value) => value !== null)) ?? at(0)
})
