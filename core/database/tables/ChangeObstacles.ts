/**
 * Finds obstacles to a table's change before it is tried, so that a plan reports what a sync would: objects that depend
 * on a column to be widened, duplicate keys where the key has no unique index, or another index with its name.
 */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Column, TableName } from "../../config/Column.ts"
import type { Entity } from "../../config/Entity.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { firstKeys } from "../load/WrittenSql.ts"
import type { CatalogTable } from "./Catalog.ts"
import { keyText } from "./ColumnList.ts"
import { sqlType } from "./ColumnSql.ts"
import { generatedName, literal, quote, quoteTable, tableId } from "./Identifier.ts"
import { declarableType } from "./StoredTypes.ts"

export interface Widening {
  readonly column: Column
  /** The type in the database. */
  readonly existing: string
}

const Bound = Schema.Struct({ what: Schema.String, statement: Schema.String })
const decodeBound = Schema.decodeUnknownEffect(Schema.Array(Bound))

/** Lists views upon views first, because they have to be dropped first. */
const boundSql = (table: TableName, columns: ReadonlyArray<string>): string => `
with recursive direct as (
  select d.classid, d.objid, d.refobjid as oid, d.refobjsubid as num from pg_depend as d
  join pg_attribute as a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
  where d.refclassid = 'pg_class'::regclass and d.refobjid = to_regclass(${literal(quoteTable(table))})
    and a.attname in (${columns.map(literal).join(", ")})),
views as (
  select r.ev_class as oid, r.oid as rule, 1 as level from direct as d join pg_rewrite as r
    on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
  union
  select r.ev_class, r.oid, v.level + 1 from views as v
    join pg_depend as d on d.refclassid = 'pg_class'::regclass and d.refobjid = v.oid and d.classid = 'pg_rewrite'::regclass
    join pg_rewrite as r on r.oid = d.objid
  where r.ev_class <> v.oid),
found as (
  select c.relkind in ('v', 'm') as is_view, v.level, format(case c.relkind when 'v' then 'view %1$I.%2$I' when 'm' then 'materialized view %1$I.%2$I'
    else 'rule %3$I on %1$I.%2$I' end, n.nspname, c.relname, r.rulename) as what
  from views as v join pg_class as c on c.oid = v.oid join pg_namespace as n on n.oid = c.relnamespace join pg_rewrite as r on r.oid = v.rule),
others as (
  select format('trigger %I on %s', g.tgname, g.tgrelid::regclass) as what, null as statement from direct as d
    join pg_trigger as g on d.classid = 'pg_trigger'::regclass and g.oid = d.objid where not g.tgisinternal
  union all
  select format('policy %I on %s', p.polname, p.polrelid::regclass), null from direct as d
    join pg_policy as p on d.classid = 'pg_policy'::regclass and p.oid = d.objid
  union all
  select format('generated column %I', a.attname), format('alter table %s drop column %I', f.adrelid::regclass, a.attname) from direct as d
    join pg_attrdef as f on d.classid = 'pg_attrdef'::regclass and f.oid = d.objid
    join pg_attribute as a on a.attrelid = f.adrelid and a.attnum = f.adnum where a.attgenerated <> '' and f.adnum <> d.num
  union all
  select format('routine %s', d.objid::regprocedure), null from direct as d where d.classid = 'pg_proc'::regclass
  union all
  select format('publication %I', p.pubname), format('alter publication %I drop table %s', p.pubname, o.prrelid::regclass) from direct as d
    join pg_publication_rel as o on d.classid = 'pg_publication_rel'::regclass and o.oid = d.objid
    join pg_publication as p on p.oid = o.prpubid)
select what, coalesce(statement, 'drop ' || what) as statement from (
  select what, null as statement, max(level) as level from found group by what
  union all select distinct what, statement, 0 from others) as o
order by level desc, what`

/** Finds objects that depend on the columns: PostgreSQL does not change the type of such a column. */
export const findDependents = Effect.fn("ChangeObstacles.findDependents")(function* (
  table: TableName,
  widenings: ReadonlyArray<Widening>
) {
  if (widenings.length === 0) return undefined
  const sql = yield* SqlClient.SqlClient
  const names = widenings.map(({ column }) => column.name)
  const found = yield* decodeBound(yield* sql.unsafe(boundSql(table, names)))
  if (found.length === 0) return undefined
  return reason("table.bound", {
    table: tableId(table),
    columns: widenings.map(({ column, existing }) => `${column.name}: ${existing} to ${sqlType(column)}`).join(", "),
    what: found.map(({ what }) => what).join(", "),
    statement: found.map(({ statement }) => statement).join("; "),
    fits: widenings.map(({ column, existing }) => `${column.name}: ${declarableType(existing) ?? existing}`).join(", ")
  })
})

/** The name of the key's unique index. */
export const keyIndex = ({ key, table }: Entity): string => generatedName(table.name, ...key, "key")

const Unindexed = Schema.Struct({
  count: Schema.Int,
  keys: Schema.NullOr(Schema.String),
  kind: Schema.NullOr(Schema.String),
  definition: Schema.NullOr(Schema.String)
})
const decodeUnindexed = Schema.decodeUnknownEffect(Schema.Array(Unindexed))

/** The reason why a unique index on the key cannot be created. */
export const unindexable = Effect.fn("ChangeObstacles.unindexable")(function* (entity: Entity, existing: CatalogTable) {
  const sql = yield* SqlClient.SqlClient
  const { key } = entity
  const [table, name] = [quoteTable(entity.table), keyIndex(entity)]
  const keys = key.map(quote).join(", ")
  const index = `${quote(entity.table.schema)}.${quote(name)}`
  const twice = `from ${table} where ${key.map((one) => `${quote(one)} is not null`).join(" and ")} group by ${keys} having count(*) > 1`
  // A column that does not exist yet holds no duplicates.
  const counted = key.every((one) => one in existing.columns)
    ? firstKeys(keyText(key, quote), twice)
    : "(select 0 as n, null::text as keys)"
  const [found] = yield* decodeUnindexed(
    yield* sql.unsafe(`select u.n::integer as count, u.keys, case when c.relkind in ('i', 'I') then 'index' else 'table' end as kind,
        case when not i.indisvalid then 'invalid: ' else '' end || coalesce(pg_get_indexdef(i.indexrelid), c.relname) as definition
      from ${counted} as u left join pg_class as c on c.oid = to_regclass(${literal(index)}) left join pg_index as i on i.indexrelid = c.oid`)
  )
  if (found === undefined) return undefined
  const { count, definition, kind } = found
  if (count > 0) {
    return reason("table.duplicateKeys", {
      table: tableId(entity.table),
      key: key.join(", "),
      count,
      keys: found.keys ?? "",
      statement: `select * from ${table} where (${keys}) in (select ${keys} ${twice}) order by ${keys}`,
      index: `create unique index on ${table} (${keys})`
    })
  }
  return definition === null
    ? undefined
    : reason("table.indexTaken", {
        table: tableId(entity.table),
        key: key.join(", "),
        name,
        definition,
        statement: `alter ${kind} ${index} rename to ${quote(generatedName(name, "old"))}`
      })
})

/** Returns the first obstacle to the change of an existing table. */
export const findObstacle = Effect.fnUntraced(function* (
  entity: Entity,
  existing: CatalogTable,
  widenings: ReadonlyArray<Widening>,
  hasKey: boolean
) {
  const made: Reason | undefined = yield* findDependents(entity.table, widenings)
  return made ?? (hasKey ? undefined : yield* unindexable(entity, existing))
})
