/** The catalog's facts about the tables that entities write, look up or iterate over, in one query per selection. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { type Entity, forEachRow } from "../../config/Entity.ts"
import { tableId } from "./Identifier.ts"

export const Cascade = Schema.Struct({
  table: Schema.String,
  rule: Schema.String,
  referring: Schema.String,
  referred: Schema.String,
  columns: Schema.Array(Schema.Tuple([Schema.String, Schema.String])),
  removes: Schema.Boolean,
  further: Schema.Boolean,
  seen: Schema.Boolean,
  own: Schema.Boolean
})

const CatalogTable = Schema.Struct({
  table: Schema.String,
  /** Whether rows can be loaded into it; a view is not loadable. */
  loadable: Schema.Boolean,
  /** Whether the role may change the table. */
  owned: Schema.Boolean,
  /** The privileges that the role lacks on the table. Rights on single columns count as given. */
  denied: Schema.Array(Schema.String),
  /** The types without lengths and scales; a domain counts as its base type. */
  columns: Schema.Record(Schema.String, Schema.String),
  /** The types with their lengths and scales. */
  exact: Schema.Record(Schema.String, Schema.String),
  /** Columns whose type is an enum; `columns` calls them text. */
  enums: Schema.Array(Schema.String),
  /** Text columns whose type or collation treats different texts as equal. */
  loose: Schema.Array(Schema.String),
  /** Their collation, as SQL. */
  collations: Schema.Record(Schema.String, Schema.String),
  /** The columns of the primary key. */
  key: Schema.Array(Schema.String),
  /** Columns that get a value automatically. */
  filled: Schema.Array(Schema.String),
  /** Columns that only PostgreSQL fills, each with the table change that would open it to others. */
  computed: Schema.Record(Schema.String, Schema.String),
  /** Columns that may hold nulls. */
  nullable: Schema.Array(Schema.String),
  /** Columns that are not null and that nothing fills, neither a default nor a trigger. */
  demanded: Schema.Array(Schema.String),
  /** Whether a row trigger or row security sees a row before it is written or deleted. */
  triggered: Schema.Boolean,
  /** The names of its AFTER triggers, those of partitions and inheriting tables included. */
  after: Schema.Array(Schema.String),
  /** The names of rules that rewrite statements on it. */
  rules: Schema.Array(Schema.String),
  /** Triggers of the table, and of tables that its deletes or key changes cascade to. */
  triggers: Schema.Array(Schema.String),
  /** What the functions of the table's own triggers do, by trigger. */
  routines: Schema.Record(Schema.String, Schema.String),
  /** Foreign keys whose rows, in other tables or its own, change when its rows are deleted. */
  cascades: Schema.Array(Cascade),
  /** Foreign keys that change referring rows when the value that they refer to changes. */
  follows: Schema.Array(Cascade),
  /** Tables that its foreign keys refer to. */
  references: Schema.Array(Schema.String),
  /** Column names of each valid index that covers the whole table. */
  indexes: Schema.Array(Schema.Struct({ unique: Schema.Boolean, columns: Schema.Array(Schema.String) }))
})
export type CatalogTable = typeof CatalogTable.Type
const decodeTables = Schema.decodeUnknownEffect(Schema.Array(CatalogTable))

/**
 * The cascades of the table with that oid, its partitions and inheriting tables. A constraint of one partition is its
 * table's. One that is not enforced, or whose trigger is off, changes nothing. Rows hidden by row security cannot be
 * counted.
 */
export const cascadesOf = (table: string, does: "confdeltype" | "confupdtype" = "confdeltype"): string => `coalesce((
  with recursive family (oid) as (
    select ${table} union all select i.inhrelid from pg_inherits as i join family as o on i.inhparent = o.oid)
  select jsonb_agg(jsonb_build_object(
    'table', rs.nspname || '.' || r.relname, 'rule', f.conname,
    'referring', case when r.relkind = 'p' then '' else 'only ' end || format('%I.%I', rs.nspname, r.relname),
    'referred', format('%I.%I', ts.nspname, t.relname),
    'columns', (select jsonb_agg(jsonb_build_array(a.attname, b.attname) order by k.ord)
      from unnest(f.confkey, f.conkey) with ordinality as k(referred, referring, ord)
      join pg_attribute as a on a.attrelid = f.confrelid and a.attnum = k.referred
      join pg_attribute as b on b.attrelid = f.conrelid and b.attnum = k.referring),
    'removes', f.confdeltype = 'c',
    'further', f.confdeltype = 'c' and exists (select from pg_constraint as h
      where h.contype = 'f' and h.confrelid = f.conrelid and h.confdeltype in ('c', 'n', 'd')),
    'seen', has_table_privilege(f.conrelid, 'select') and has_schema_privilege(rs.oid, 'usage') and not row_security_active(f.conrelid),
    'own', f.conrelid in (select oid from family)) order by rs.nspname, r.relname, f.conname)
  from pg_constraint as f join pg_class as r on r.oid = f.conrelid join pg_namespace as rs on rs.oid = r.relnamespace
    join pg_class as t on t.oid = f.confrelid join pg_namespace as ts on ts.oid = t.relnamespace
  where f.contype = 'f' and f.${does} in ('c', 'n', 'd') and f.confrelid in (select oid from family)
    and exists (select from pg_trigger as g
      where g.tgconstraint = f.oid and g.tgrelid = f.confrelid and g.tgenabled not in ('D', 'R'))
    and not exists (select from pg_constraint as p
      where p.oid = f.conparentid and p.confrelid in (select oid from family))), '[]')`

/** The names of the AFTER triggers of the same tables. */
export const afterTriggersOf = (table: string): string => `coalesce((
  with recursive family (oid) as (
    select ${table} union all select i.inhrelid from pg_inherits as i join family as o on i.inhparent = o.oid)
  select jsonb_agg(distinct g.tgname) from pg_trigger as g where g.tgrelid in (select oid from family)
    and not g.tgisinternal and g.tgtype & 66 = 0 and g.tgtype & 28 <> 0 and g.tgenabled not in ('D', 'R')), '[]')`

export interface Catalog extends ReadonlyMap<string, CatalogTable> {
  /**
   * The schemas that exist, and whether the role may create tables there. PostgreSQL requires CREATE on the database
   * even for an existing schema.
   */
  readonly schemas: ReadonlyMap<string, boolean>
  readonly role: string
}

/** A column may be called `constructor`, which objects with a prototype seem to have. */
const ownOnly = (record: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.assign(Object.create(null), record)

const byColumn = (table: CatalogTable): CatalogTable => ({
  ...table,
  columns: ownOnly(table.columns),
  exact: ownOnly(table.exact),
  collations: ownOnly(table.collations),
  computed: ownOnly(table.computed),
  routines: ownOnly(table.routines)
})

/** Returns the tables by `schema.table`. */
export const catalog = Effect.fn("Catalog.catalog")(function* (entities: ReadonlyArray<Entity>) {
  const sql = yield* SqlClient.SqlClient
  const tables = new Set(
    entities.flatMap((entity) => {
      const { columns, history, table, versions } = entity
      const parents = forEachRow(entity)?.table
      const lookedUp = columns.flatMap(({ lookup }) => lookup?.table ?? [])
      return [table, history ?? [], versions ?? [], parents ?? [], lookedUp].flat().map(tableId)
    })
  )
  const found = sql`
    select n.nspname || '.' || c.relname as table, c.relkind in ('r', 'p') as loadable, known.*,
      pg_has_role(c.relowner, 'usage') as owned,
      (select coalesce(jsonb_agg(d.act order by d.n), '[]') from (values
        (1, 'select', has_any_column_privilege(c.oid, 'select')), (2, 'insert', has_any_column_privilege(c.oid, 'insert')),
        (3, 'update', has_any_column_privilege(c.oid, 'update')), (4, 'delete', has_table_privilege(c.oid, 'delete'))
      ) as d(n, act, may) where not d.may) as denied,
      c.relrowsecurity or exists (select from pg_trigger as g where g.tgtype & 3 = 3 and g.tgenabled not in ('D', 'R')
        and (g.tgrelid = c.oid or g.tgrelid in (select relid from pg_partition_tree(c.oid)))) as triggered,
      ${sql.literal(afterTriggersOf("c.oid"))} as after,
      coalesce((select jsonb_agg(r.rulename order by r.rulename) from pg_rewrite as r
        where r.ev_class = c.oid and r.ev_type <> '1' and r.ev_enabled not in ('D', 'R')), '[]') as rules,
      coalesce((select jsonb_agg(a.attname) from pg_index as i cross join unnest(i.indkey) with ordinality as k(num, ord)
        join pg_attribute as a on a.attrelid = c.oid and a.attnum = k.num
        where i.indrelid = c.oid and i.indisprimary and k.ord <= i.indnkeyatts), '[]') as key,
      coalesce((select jsonb_agg(distinct g.tgname) from pg_trigger as g where not g.tgisinternal and g.tgenabled <> 'D'
        and (g.tgrelid = c.oid or g.tgrelid in (select f.conrelid from pg_constraint as f where f.contype = 'f'
          and f.confrelid = c.oid and (f.confdeltype not in ('a', 'r') or f.confupdtype not in ('a', 'r'))))), '[]') as triggers,
      (select coalesce(jsonb_object_agg(g.tgname, p.prosrc), '{}') from pg_trigger as g join pg_proc as p on p.oid = g.tgfoid
        where g.tgrelid = c.oid and not g.tgisinternal) as routines,
      ${sql.literal(cascadesOf("c.oid"))} as cascades,
      ${sql.literal(cascadesOf("c.oid", "confupdtype"))} as follows,
      coalesce((select jsonb_agg(distinct s.nspname || '.' || r.relname) from pg_constraint as f
        join pg_class as r on r.oid = f.confrelid join pg_namespace as s on s.oid = r.relnamespace
        where f.contype = 'f' and f.conrelid = c.oid), '[]') as references,
      coalesce((select jsonb_agg(jsonb_build_object('unique', i.indisunique, 'columns',
          (select jsonb_agg(a.attname order by k.ord) from unnest(i.indkey) with ordinality as k(num, ord)
            join pg_attribute as a on a.attrelid = c.oid and a.attnum = k.num where k.ord <= i.indnkeyatts)))
        from pg_index as i where i.indrelid = c.oid and i.indisvalid and i.indpred is null and i.indexprs is null), '[]') as indexes
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    cross join lateral (
      select coalesce(jsonb_object_agg(a.attname, case when b.listed then 'text' else format_type(b.type, null) end), '{}') as columns,
        coalesce(jsonb_object_agg(a.attname, format_type(b.type, b.modifier)), '{}') as exact,
        coalesce(jsonb_agg(a.attname) filter (where b.listed), '[]') as enums,
        coalesce(jsonb_agg(a.attname) filter (where l.name is not null
          or (select typname from pg_type where oid = b.type) = 'citext'), '[]') as loose,
        coalesce(jsonb_object_agg(a.attname, l.name) filter (where l.name is not null), '{}') as collations,
        coalesce(jsonb_agg(a.attname) filter (where a.atthasdef or a.attidentity <> ''), '[]') as filled,
        coalesce(jsonb_object_agg(a.attname, case
            when a.attidentity = 'a' then format('alter column %I set generated by default', a.attname)
            when a.attgenerated = 's' then format('alter column %I drop expression', a.attname)
            else format('drop column %I', a.attname) end)
          filter (where a.attgenerated <> '' or a.attidentity = 'a'), '{}') as computed,
        coalesce(jsonb_agg(a.attname) filter (where not a.attnotnull), '[]') as nullable,
        coalesce(jsonb_agg(a.attname) filter (where (a.attnotnull or b.demands) and not a.atthasdef and a.attidentity = ''
          and (select typdefault from pg_type where oid = a.atttypid) is null and not exists (
            select from pg_trigger as g where g.tgrelid = c.oid and g.tgenabled <> 'D' and g.tgtype & 7 = 7)), '[]') as demanded
      from pg_attribute as a cross join lateral (
        with recursive made (type, modifier) as (
          select a.atttypid, a.atttypmod
          union all
          select d.typbasetype, d.typtypmod from made join pg_type as d on d.oid = made.type where d.typtype = 'd')
        select made.type, made.modifier, t.typtype = 'e' as listed,
          exists (select from made as m join pg_type as d on d.oid = m.type where d.typnotnull) as demands
        from made join pg_type as t on t.oid = made.type where t.typtype <> 'd') as b
      left join lateral (select format('%I.%I', m.nspname, o.collname) as name from pg_collation as o
        join pg_namespace as m on m.oid = o.collnamespace where o.oid = a.attcollation and not o.collisdeterministic) as l on true
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as known
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
      and n.nspname || '.' || c.relname in (select json_array_elements_text(${JSON.stringify([...tables])}::json))`
  const schemas = sql<{ name: string; open: boolean; role: string }>`
    select nspname as name, has_schema_privilege(oid, 'create') as open, current_user as role from pg_namespace`
  const [rows, names] = yield* Effect.all([Effect.flatMap(found, decodeTables), schemas], { concurrency: "unbounded" })
  const known: Catalog = Object.assign(new Map(rows.map((table) => [table.table, byColumn(table)])), {
    schemas: new Map(names.map(({ name, open }) => [name, open])),
    role: names[0]?.role ?? ""
  })
  return known
})
