import { Effect } from "effect"
import { SqlClient } from "effect/sql"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // Small tables are counted: what the server knows of them lags behind a run, and people compare.
  yield* sql`
    create function tributary.rows_of(schema_name text, table_name text) returns bigint language plpgsql stable as $rows$
    declare
      found regclass := to_regclass(format('%I.%I', schema_name, table_name));
      rows bigint;
    begin
      if found is null then
        return null;
      end if;
      if pg_relation_size(found) <= 2097152 then
        execute format('select count(*) from %s', found) into rows;
        return rows;
      end if;
      select greatest(c.reltuples, s.n_live_tup)::bigint into rows
        from pg_class as c left join pg_stat_user_tables as s on s.relid = c.oid where c.oid = found;
      return rows;
    end $rows$`
})
