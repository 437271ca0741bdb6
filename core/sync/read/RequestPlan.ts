/**
 * The requests of an entity's read: one, or one per row of another table or value of a list; from a cursor on, or everything. Targets
 * share a read and each has its own cursors, so it begins at the one that is furthest behind. A target without a valid
 * cursor (a parent that is new or was away, a changed declaration, a table recreated or emptied) is read whole.
 */
import { DateTime, Effect } from "effect"
import { SqlClient } from "effect/sql"
import { accountAt } from "../../config/AccountEntity.ts"
import type { Column } from "../../config/Column.ts"
import {
  type Entity,
  entityId,
  type ForEachRow,
  type ForEachValue,
  forEachRow,
  type Incremental
} from "../../config/Entity.ts"
import * as Cursors from "../../database/audit/Cursors.ts"
import type { BegunRun } from "../../database/audit/Runs.ts"
import { valueSql } from "../../database/tables/ColumnSql.ts"
import { literal, quote, quoteTable, tableId } from "../../database/tables/Identifier.ts"
import { firstSeenColumn } from "../../database/tables/PlannedTable.ts"
import { combineReasons, type Reason, reason } from "../../reason/Reason.ts"
import { parametersIn } from "../../upstream/RequestBuilder.ts"
import { RunFailure, reasonOf } from "../RunFailure.ts"
import type { PartOfRead } from "./Cursor.ts"
import { cursorOrders } from "./CursorOrder.ts"
import { earlierStart } from "./EarlierStart.ts"
import { type ParentResult, type Parents, stateOfParents } from "./ParentState.ts"
import type { ReadGroup } from "./ReadGroup.ts"
import { sinceOf, storedText } from "./Since.ts"
import type { Target } from "./Target.ts"

export interface PartRequest extends PartOfRead {
  /** The value to read from, in the vendor's form: the cursor, or `initial`. */
  readonly since?: string
  /** No entity of the read has a cursor yet: these get the one that the source is asked for first (`Bookmark.ts`). */
  readonly begins?: ReadonlyArray<Entity>
}

export interface ReadyRun extends BegunRun {
  /** The entity with the types of its table. */
  readonly stored: Entity
}

export type RunOf = (entity: Entity) => Effect.Effect<ReadyRun, RunFailure, SqlClient.SqlClient>

/** The requests of a read, and what is known about its parents. */
export interface RequestParents extends Parents {
  readonly parts: ReadonlyArray<PartRequest>
}

/** The entities that a read is made for. */
export interface Readers {
  /** The targets that will be loaded. */
  readonly loaded: Effect.Effect<ReadonlyArray<Target>, never, SqlClient.SqlClient>
  /** Whether an entity's table exists. */
  readonly hasTable: (entity: Entity) => boolean
  /** All declared entities, of which some fill the table that a `forEach` iterates over. */
  readonly declared: ReadonlyArray<Entity>
  /** How the runs or plans of such entities ended that this read waited for. */
  readonly ended: ReadonlyArray<ParentResult>
  /** SQL that replaces that table, if it is not to be read as it is. */
  readonly parents?: string | undefined
}

/** For a sync, which has made the tables. A target that is skipped or fails loses nothing by where the others begin. */
export const readersOf = (
  { targets }: ReadGroup,
  runOf: RunOf,
  known: Pick<Readers, "declared" | "ended">
): Readers => ({
  ...known,
  loaded: Effect.map(
    Effect.forEach(targets, ({ entity }) => Effect.result(runOf(entity))),
    (runs) =>
      targets.filter((_, at) => {
        const run = runs[at]
        return run?._tag === "Success" && !run.success.skipped
      })
  ),
  hasTable: () => true
})

/** Where the requests begin. */
export interface StartOptions {
  /** Reads everything, whatever the cursors say. */
  readonly full?: boolean | undefined
  /** Begins at this value of the cursor's column, if the cursor is later. */
  readonly since?: string | undefined
}

export const requestPlanOf = Effect.fnUntraced(function* (
  { reader }: ReadGroup,
  readers: Readers,
  start: StartOptions = {}
): Effect.fn.Return<RequestParents, RunFailure, SqlClient.SqlClient> {
  const rows = yield* partsOf(reader, readers.parents)
  const parents = yield* stateOfParents(reader, readers.declared, readers.ended, rows.length)
  const parts = rows.filter(namesParent(reader))
  const nameless = parts.length === rows.length ? undefined : namelessOf(reader)
  const notes = [parents.note, nameless].filter((note) => note !== undefined)
  return {
    ...parents,
    ...(notes.length === 0 ? {} : { note: combineReasons(notes) }),
    parts: yield* requestsOf(reader, parts, readers, start)
  }
})

/** A row without a value that the path needs (an order without a delivery yet) leads to no request. */
const namesParent = (reader: Entity) => {
  const names = parametersIn(reader)
  return ({ params }: Part): boolean => params === undefined || names.every((name) => params[name] !== null)
}

const namelessOf = (reader: Entity): Reason | undefined => {
  const parents = forEachRow(reader)
  const names = parametersIn(reader).join(", ")
  return parents && reason("read.namelessParents", { table: tableId(parents.table), names })
}

/** Decides where each request begins. */
const requestsOf = Effect.fnUntraced(function* (
  reader: Entity,
  parts: ReadonlyArray<Part>,
  readers: Readers,
  { full = false, since: given }: StartOptions
): Effect.fn.Return<ReadonlyArray<PartRequest>, RunFailure, SqlClient.SqlClient> {
  const { incremental } = reader
  if (incremental === undefined) return parts.map(({ there, ...part }) => ({ ...part, continued: false, stored: none }))
  const there = new Map(parts.flatMap(({ part, there }) => (there === null ? [] : [[part, there] as const])))
  const earlier = yield* earlierStart(reader, incremental, given)
  const cursors = yield* goodCursors(reader, incremental, readers, there)
  if (cursors.length === 0) return []
  const column = reader.columns.find(({ name }) => name === incremental.cursor)
  const behind = behindOf(column, reader.timezone)
  return parts.map(({ part, there, ...rest }) => {
    // The entity without a valid cursor makes all entities of the read start from the beginning.
    const lacking = cursors.find(({ good }) => !good.has(part))
    const stored = new Map(
      cursors.flatMap(({ entity, good }) => {
        const cursor = good.get(part)
        return cursor === undefined ? [] : [[entity, cursor] as const]
      })
    )
    const isNew = cursors.every(({ bad, good }) => !good.has(part) && !bad.has(part))
    const begins = incremental.start !== undefined && isNew && !full && given === undefined
    const continued = !full && lacking === undefined
    const [furthest] = continued ? [...stored.values()].toSorted(behind) : []
    const since = furthest === undefined ? incremental.initial : sinceOf(reader, incremental, earlier(furthest.value))
    const whole = continued ? undefined : wholeOf(full, lacking, part, cursors.length)
    return {
      ...{ part, ...rest, continued, stored, ...(whole && { whole }) },
      ...(since === undefined ? {} : { since }),
      ...(begins ? { begins: cursors.map(({ entity }) => entity) } : {})
    }
  })
})

const wholeOf = (full: boolean, lacking: CursorState | undefined, part: string, entities: number): Reason => {
  if (full || lacking === undefined) return reason("whole.full")
  const why = lacking.bad.get(part) ?? reason("whole.none")
  return entities === 1 ? why : reason("whole.shared", { entity: entityId(lacking.entity), why })
}

const none: PartOfRead["stored"] = new Map()

/** Orders a part's cursors, the one further behind first. Values given by the source are ordered by their read time. */
const behindOf = (column: Column | undefined, timezone: string) => {
  const isLater = column === undefined ? undefined : cursorOrders(column, timezone).isLater
  return (left: Cursors.StoredCursor, right: Cursors.StoredCursor): number => {
    const [one, other] = [storedText(left.value), storedText(right.value)]
    if (isLater === undefined || one === other) return left.read_at - right.read_at
    return isLater(one, other) ? 1 : -1
  }
}

/** A request to make, and the time since which its parent has been in its table, if known; milliseconds since 1970. */
type Part = Pick<PartOfRead, "part" | "params"> & { readonly there: number | null }

/** No parameter has a name with a space. */
const thereSince = "there since"

const partsOf = ({ forEach, incremental }: Entity, parents: Readers["parents"]) => {
  if (forEach === undefined) return Effect.succeed([{ part: "", there: null }])
  if ("values" in forEach) return Effect.succeed(valueParts(forEach))
  return rowParts(forEach, parents, incremental !== undefined)
}

const namesOf = ({ params }: Pick<ForEachRow, "params">): ReadonlyArray<readonly [name: string, column: string]> =>
  Object.entries(params).toSorted(([left], [right]) => (left < right ? -1 : 1))

const partOf = (params: NonNullable<Part["params"]>, there: number | null): Part => ({
  part: JSON.stringify(params),
  params,
  there
})

const valueParts = (forEach: ForEachValue): ReadonlyArray<Part> =>
  forEach.values.map((value) => partOf(Object.fromEntries(namesOf(forEach).map(([name]) => [name, value])), null))

const rowParts = Effect.fnUntraced(function* (
  forEach: ForEachRow,
  parents: Readers["parents"],
  isIncremental: boolean
): Effect.fn.Return<ReadonlyArray<Part>, RunFailure, SqlClient.SqlClient> {
  const sql = yield* SqlClient.SqlClient
  const names = namesOf(forEach)
  const columns = names.map(([name, column]) => `${quote(column)}::text as ${quote(name)}`)
  const { perAccount, scope: rows = [] } = forEach
  const scope = perAccount === true ? accountAt(rows, 1) : rows
  const accounts = scope.flatMap(({ parameter, source }) =>
    parameter !== undefined && source._tag === "Constant" ? [source.value] : []
  )
  const own = scope.map((column) =>
    column.parameter === undefined
      ? `${quote(column.name)} is not distinct from ${valueSql(column)}`
      : `${quote(column.name)} = ${valueSql(column)}`
  )
  const where = own.length === 0 ? "" : ` where ${own.join(" and ")}`
  // A table that was never mirrored lacks the column.
  const first = `min((to_jsonb(p) ->> ${literal(firstSeenColumn)})::timestamp with time zone)`
  const there = isIncremental ? `extract(epoch from ${first})::double precision * 1000` : "null::double precision"
  const found = yield* sql
    .unsafe<Record<string, string | null> & { readonly [thereSince]: number | null }>(
      `select ${columns.join(", ")}, ${there} as ${quote(thereSince)} from ${parents ?? quoteTable(forEach.table)} as p${where}
      group by ${columns.map((_, at) => at + 1).join(", ")} order by 1`,
      accounts
    )
    .pipe(Effect.mapError((error) => new RunFailure({ reason: reason("run.forEach", { why: reasonOf(error) }) })))
  return found.map(({ [thereSince]: there, ...params }) => partOf(params, there))
})

/** The valid cursors of each target that will be loaded, by part. `there` is the `there` of `Part`, by part. */
const goodCursors = Effect.fnUntraced(function* (
  reader: Entity,
  incremental: Incremental,
  readers: Readers,
  there: ReadonlyMap<string, number>
) {
  const loaded = yield* readers.loaded
  if (loaded.length === 0) return []
  const states = yield* Cursors.states(loaded, readers.hasTable).pipe(
    Effect.mapError((error) => new RunFailure({ reason: reason("run.cursorsUnread", { why: reasonOf(error) }) }))
  )
  const now = DateTime.toEpochMillis(yield* DateTime.now)
  const column = reader.columns.find(({ name }) => name === incremental.cursor)
  const isAfter = column === undefined ? () => false : cursorOrders(column, reader.timezone).isAfter
  return loaded.map(({ cursor, entity }, at): CursorState => {
    const state = states[at]
    const good = new Map<string, Cursors.StoredCursor>()
    const bad = new Map<string, Reason>()
    for (const stored of state?.cursors ?? []) {
      const problem =
        stored.declaration !== null && stored.declaration !== cursor?.declaration
          ? "whole.declaration"
          : stored.table_oid !== null && stored.table_oid !== state?.table_oid
            ? "whole.table"
            : // A list that began at its latest record may have none for long.
              state?.filled === false && incremental.start === undefined
              ? "whole.empty"
              : isAfter(storedText(stored.value), now)
                ? "whole.future"
                : // The parent was away: its records may be older than the cursor.
                  (there.get(stored.part) ?? 0) > stored.updated_at
                  ? "whole.parent"
                  : undefined
      if (problem === undefined) good.set(stored.part, stored)
      else bad.set(stored.part, reason(problem))
    }
    return { entity, good, bad }
  })
})

/** The valid cursors of one target, and the reasons against its others, by part. */
interface CursorState {
  readonly entity: Entity
  readonly good: ReadonlyMap<string, Cursors.StoredCursor>
  readonly bad: ReadonlyMap<string, Reason>
}
