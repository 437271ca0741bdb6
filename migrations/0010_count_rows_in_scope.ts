import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`drop function tributary.rows_of(text, text)`
  // Entities that share a table have constants of their own in it: only those rows are theirs. Small tables are counted,
  // of large ones the server's estimate is told, which for a part of a table is the planner's.
  yield* sql`
    create function tributary.rows_of(schema_name text, table_name text, scope jsonb) returns bigint
    language plpgsql as $rows$
    declare
      found regclass := to_regclass(format('%I.%I', schema_name, table_name));
      ours text;
      plan json;
      rows bigint;
    begin
      if found is null then
        return null;
      end if;
      select string_agg(format('%I is not distinct from %L', s.key, s.value), ' and ') into ours
        from jsonb_each_text(scope) as s;
      if pg_relation_size(found) <= 2097152 then
        execute format('select count(*) from %s where %s', found, coalesce(ours, 'true')) into rows;
      elsif ours is null then
        select greatest(c.reltuples, s.n_live_tup)::bigint into rows
          from pg_class as c left join pg_stat_user_tables as s on s.relid = c.oid where c.oid = found;
      else
        execute format('explain (format json) select from %s where %s', found, ours) into plan;
        rows := round((plan->0->'Plan'->>'Plan Rows')::numeric);
      end if;
      return rows;
    exception
      -- Declared since the last run, which makes the column: none of its rows are there yet.
      when undefined_column then
        return 0;
    end $rows$`
})
